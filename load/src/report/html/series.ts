/** What of a run is drawn over time. Pure. */
import type { Markup } from '@mediaservice/conformance/kit';
import type { Sample, Short } from '../../figures/model.ts';
import type { LoadReport } from '../model.ts';
import { type Chart, chart } from './chart.ts';
import { timeAxis, type ValueUnit } from './scale.ts';
import type { Tone } from './strokes.ts';
import { measureText, stretch } from './words.ts';

/** Name, line, and where its value stands in a second. */
type Drawn = readonly [name: string, tone: Tone, read: (sample: Sample) => number | undefined];

interface Wanted {
  readonly title: string;
  readonly about?: string;
  readonly unit: ValueUnit;
  readonly drawn: readonly Drawn[];
  /** The objective that it shows. */
  readonly measure?: string;
}

/** Figures of calls come when a call gets there: for so many seconds without one the line goes on. */
const gapSeconds = 5;
/** More gauges than anybody compares by eye are left to report.json. */
const mostGauges = 12;

export interface Section {
  readonly title: string;
  readonly charts: readonly Markup[];
}

/** Charts of which something was measured; none of them empty. */
export function chartsOf({ series, objectives, figures }: LoadReport): readonly Section[] {
  const axis = timeAxis(0, Math.max(1, series.at(-1)?.at ?? 0));
  const draw = (wanted: Wanted): readonly Markup[] => {
    const objective = objectives.find(({ measure }) => measure === wanted.measure);
    const made = chart({
      ...wanted,
      lines: wanted.drawn.map(([name, tone]) => ({ name, tone })),
      rows: series.map((sample) => ({ x: sample.at, values: wanted.drawn.map(([, , read]) => read(sample)) })),
      ...{ axis, across: 'time since the start', place: stretch, gap: gapSeconds },
      ...(objective && {
        limit: {
          value: objective.limit,
          words: `limit of the run: ${measureText(objective.measure, objective.limit)}`,
        },
      }),
    } satisfies Chart);
    return made === undefined ? [] : [made];
  };
  const sections = [
    { title: 'Calls', wanted: calls },
    { title: 'Audio', wanted: audio },
    { title: 'Callbacks and REST', wanted: control },
    { title: 'Who had how much to do', wanted: usage(figures.generator.cores) },
    { title: 'Gauges of the target', wanted: gauges(series) },
  ];
  return sections
    .map(({ title, wanted }) => ({ title, charts: wanted.flatMap(draw) }))
    .filter(({ charts }) => charts.length > 0);
}

const middleAndHigh = (read: (sample: Sample) => Short | undefined): readonly Drawn[] => [
  ['95 of 100', 'a', (sample) => read(sample)?.p95],
  ['median', 'b', (sample) => read(sample)?.p50],
];

const calls: readonly Wanted[] = [
  { title: 'Calls in progress', unit: 'calls', drawn: [['in progress', 'a', (sample) => sample.inProgress]] },
  {
    title: 'Calls a second',
    unit: 'calls/s',
    drawn: [
      ['attempted', 'a', (sample) => sample.attempted],
      ['completed', 'b', (sample) => sample.completed],
      ['failed', 'bad', (sample) => sample.failed],
    ],
  },
  { title: 'Setup', about: 'INVITE to 200', unit: 'ms', measure: 'setup.p95', drawn: middleAndHigh((s) => s.setupMs) },
  {
    title: 'Post-dial delay',
    about: 'INVITE to the first 18x',
    ...{ unit: 'ms', measure: 'postDial.p95', drawn: middleAndHigh((sample) => sample.postDialMs) },
  },
];

const audio: readonly Wanted[] = [
  {
    title: 'RTP lost',
    about: 'Of the legs that ended in the second',
    ...{ unit: '%', measure: 'loss.percent', drawn: [['lost', 'a', lostPercent]] },
  },
  { title: 'Jitter', unit: 'ms', measure: 'jitter.p95', drawn: middleAndHigh((sample) => sample.jitterMs) },
  {
    title: 'Audio score',
    about: 'Likeness to what was said, 1 is the same',
    ...{ unit: 'score', measure: 'score.p50', drawn: [['median', 'a', (sample) => sample.score?.p50]] },
  },
];

const control: readonly Wanted[] = [
  {
    title: 'INVITE to newCall',
    about: 'From the caller to the application',
    ...{ unit: 'ms', measure: 'newCall.p95', drawn: middleAndHigh((sample) => sample.newCallMs) },
  },
  {
    title: 'To getIvrCommand',
    about: 'From the answer to the callback before it',
    ...{ unit: 'ms', measure: 'getIvrCommand.p95', drawn: middleAndHigh((sample) => sample.getIvrCommandMs) },
  },
  { title: 'Callbacks a second', unit: 'count', drawn: [['answered', 'a', (sample) => sample.callbacks]] },
  { title: 'REST', unit: 'ms', measure: 'rest.p95', drawn: middleAndHigh((sample) => sample.restMs) },
];

const usage = (cores: number): readonly Wanted[] => [
  {
    title: 'CPU',
    about: `Of ${cores} cores`,
    unit: 'cores',
    drawn: [
      ['target', 'a', (sample) => sample.target?.cpu],
      ['generator', 'b', (sample) => sample.generator?.cpu],
      ['application', 'c', (sample) => sample.application?.cpu],
      ['other programs on its machine', 'd', (sample) => sample.othersCores],
    ],
  },
  {
    title: 'Memory',
    unit: 'bytes',
    drawn: [
      ['target', 'a', (sample) => sample.target?.bytes],
      ['generator', 'b', (sample) => sample.generator?.bytes],
      ['application', 'c', (sample) => sample.application?.bytes],
    ],
  },
  {
    title: 'How late the generator was itself',
    about: 'A user that does nothing but sleep woke up so late: from 50 ms on the figures say nothing of the target',
    ...{ unit: 'ms', drawn: middleAndHigh((sample) => sample.latenessMs) },
  },
];

/** Those of which there was something at some time, each by itself: what they count has nothing in common. */
function gauges(series: readonly Sample[]): readonly Wanted[] {
  const names = new Set(
    series.flatMap(({ target }) =>
      Object.entries(target?.gauges ?? {})
        .filter(([, value]) => value !== 0)
        .map(([name]) => name),
    ),
  );
  return [...names].slice(0, mostGauges).map((title) => ({
    ...{ title, unit: 'count' },
    drawn: [['value', 'a', ({ target }) => target?.gauges[title]]],
  }));
}

function lostPercent({ rtp }: Sample): number | undefined {
  if (rtp === undefined || rtp.received + rtp.lost === 0) return undefined;
  return (rtp.lost / (rtp.received + rtp.lost)) * 100;
}
