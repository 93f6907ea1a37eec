import { describe, expect, it } from 'vitest';
import { CallFigures } from '../figures/calls.ts';
import { Histogram } from '../figures/histogram.ts';
import type { Sample } from '../figures/model.ts';
import { judge, limitsOf } from '../figures/objectives.ts';
import type { Point } from '../figures/points.ts';
import { figuresOf } from '../figures/testing/figures.ts';
import { EXIT, type LoadReport } from '../report/model.ts';
import { endingOf } from '../run/ending.ts';
import { merge, type TimedWindow } from './merge.ts';
import { mergeSeries } from './series.ts';

const limits = ['calls.failed<=0', 'setup.p95<=500', 'sessionCompleted.missing<=0'];

interface Changes {
  readonly points?: readonly Point[];
  readonly started?: string;
  readonly segment?: string;
  readonly series?: readonly Sample[];
  readonly more?: Partial<LoadReport>;
}

function reportOf({
  points = [],
  started = '2026-01-01T00:00:00.000Z',
  segment,
  series = [],
  more,
}: Changes): LoadReport {
  const calls = new CallFigures();
  for (const [index, point] of points.entries()) calls.take(point, index / 10);
  const { latenessMs, ...of } = calls.whole(false);
  const base = figuresOf();
  const figures = { ...base, ...of, generator: { ...base.generator, ...(latenessMs && { latenessMs }) } };
  return {
    ...{ formatVersion: 1, tool: { name: 'x', version: '0' }, started, seconds: 10 },
    machine: { cpus: 2, model: 'x', node: 'v24', kernel: 'x' },
    target: { name: 'x', embedded: false },
    k6: { version: 'v1', extension: 'own' },
    ...{ scenario: 'ivr', series, figures },
    setting: {
      calls: 10,
      durationSeconds: 1,
      rampSeconds: 1,
      talkSeconds: 1,
      ...(segment !== undefined && { segment }),
    },
    objectives: judge(limitsOf([], limits), figures),
    ending: { exitCode: EXIT.held, reasons: [] },
    ...more,
  };
}

/** Calls with the set-up times, as the two metrics of each. */
const callsOf = (times: readonly number[]): Point[] =>
  times.flatMap((value) => [
    { metric: 'load_calls_attempted' as const, value: 1, tags: {} },
    { metric: 'sip_call_setup_time' as const, value, tags: {} },
    { metric: 'load_calls_completed' as const, value: 1, tags: {} },
    { metric: 'rtp_packets_received' as const, value: 99, tags: {} },
    { metric: 'rtp_packets_lost' as const, value: 1, tags: {} },
  ]);

const times = Array.from({ length: 200 }, (_, index) => 5 + ((index * 37) % 200) * 2);
const [even, odd] = [0, 1].map((rest) => times.filter((_, index) => index % 2 === rest)) as [number[], number[]];

const two = (a: Changes, b: Changes, windows?: readonly TimedWindow[]): LoadReport =>
  merge(
    [
      { path: 'one', report: reportOf({ segment: '0:1/2', ...a }) },
      { path: 'two', report: reportOf({ segment: '1/2:1', ...b }) },
    ],
    windows,
  );

describe('what two generators measured', () => {
  it('gives the same distribution as if one had measured all', () => {
    const merged = two({ points: callsOf(even) }, { points: callsOf(odd) });
    const whole = reportOf({ points: callsOf(times) });
    expect(merged.figures.setupMs?.buckets).toEqual(whole.figures.setupMs?.buckets);
    expect(merged.figures.setupMs).toMatchObject({
      count: 200,
      p50: whole.figures.setupMs?.p50,
      p95: whole.figures.setupMs?.p95,
      max: whole.figures.setupMs?.max,
    });
    expect(merged.figures.calls).toMatchObject({ attempted: 200, completed: 200, failed: 0 });
    expect(merged.figures.rtp).toMatchObject({ received: 19_800, lost: 200, lossShare: 0.01 });
  });

  it('is judged anew: a half that held and a half that did not', () => {
    const slow = odd.map((value) => value + 400);
    const merged = two({ points: callsOf(even) }, { points: callsOf(slow) });
    const setup = merged.objectives.find(({ measure }) => measure === 'setup.p95');
    expect(setup?.held).toBe(false);
    expect(merged.ending).toMatchObject({
      exitCode: EXIT.broken,
      reasons: [expect.stringMatching(/^setup, 95 of 100/)],
    });
  });

  it('says which generator was saturated', () => {
    const merged = two(
      { points: callsOf(even) },
      { points: callsOf(odd), more: { ending: { exitCode: EXIT.invalid, reasons: ['it was late'] } } },
    );
    expect(merged.ending).toEqual({ exitCode: EXIT.invalid, reasons: ['two: it was late'] });
  });

  it('names its sources, and drops what is of one of them alone', () => {
    const merged = two({ points: callsOf(even), more: { k6Summary: 'x.json' } }, { points: callsOf(odd) });
    expect(merged.generators).toMatchObject([
      { report: 'one', segment: '0:1/2' },
      { report: 'two', segment: '1/2:1' },
    ]);
    expect(merged.setting.segment).toBeUndefined();
    expect(merged.k6Summary).toBeUndefined();
  });
});

const none = new Histogram().write();
const windowOf = (at: string, more: Partial<TimedWindow>): TimedWindow => ({
  ...{ at, answered: {}, begun: 0, ended: 0, doubled: 0, unexpected: 0, alarms: {}, had: {}, open: 0 },
  ...{ newCallMs: none, getIvrCommandMs: none, answerMs: none, cpuSeconds: 0.1, busyShare: 0.1, bytes: 1 },
  ...more,
});

describe('callbacks', () => {
  it('are counted once where one application served all, from the start of the run on', () => {
    const merged = two({ points: callsOf(even) }, { points: callsOf(odd) }, [
      windowOf('2025-12-31T23:59:59.000Z', { answered: { newCall: 7 }, begun: 7 }),
      windowOf('2026-01-01T00:00:01.000Z', { answered: { newCall: 200 }, begun: 200, open: 200 }),
      windowOf('2026-01-01T00:00:02.000Z', { answered: { sessionCompleted: 199 }, ended: 199, open: 1 }),
    ]);
    expect(merged.figures.callbacks).toMatchObject({
      answered: { newCall: 200, sessionCompleted: 199 },
      missingCompleted: 1,
    });
    expect(merged.ending.reasons).toEqual([expect.stringMatching(/^sessionCompleted missing: 1/)]);
  });

  it.each<readonly [string, readonly TimedWindow[], number, number]>([
    [
      'are those of this run, and not of the next',
      [
        windowOf('2026-01-01T00:00:10.900Z', { answered: { newCall: 10 }, begun: 10, open: 10 }),
        windowOf('2026-01-01T00:00:11.900Z', { answered: { sessionCompleted: 10 }, ended: 10, open: 0 }),
        windowOf('2026-01-01T00:00:12.900Z', { answered: { newCall: 5 }, begun: 5, open: 5 }),
        windowOf('2026-01-01T00:00:13.900Z', { answered: { newCall: 5 }, begun: 5, open: 10 }),
      ],
      10,
      0,
    ],
    [
      'may come five seconds late, and no later',
      [
        windowOf('2026-01-01T00:00:10.900Z', { answered: { newCall: 3 }, begun: 3, open: 3 }),
        windowOf('2026-01-01T00:00:14.900Z', { answered: { sessionCompleted: 2 }, ended: 2, open: 1 }),
        windowOf('2026-01-01T00:00:15.900Z', { answered: { sessionCompleted: 1 }, ended: 1, open: 0 }),
      ],
      3,
      1,
    ],
  ])('%s', (_name, windows, newCall, missingCompleted) => {
    const { callbacks } = two({ points: callsOf(even) }, { points: callsOf(odd) }, windows).figures;
    expect(callbacks).toMatchObject({ answered: { newCall }, missingCompleted });
  });

  const elsewhere = (): LoadReport => {
    const base = reportOf({ points: callsOf(even) });
    const figures = { ...base.figures, callbacks: { ...base.figures.callbacks, elsewhere: true as const } };
    const objectives = judge(limitsOf([], limits), figures);
    return { ...base, figures, objectives, ending: endingOf({ figures, objectives, stopped: false, faults: [] }) };
  };
  it('that no part could judge are judged of the whole', () => {
    const more = elsewhere();
    expect(more.ending.exitCode).toBe(EXIT.incomplete);
    const served = [windowOf('2026-01-01T00:00:01.000Z', { answered: { newCall: 200 }, begun: 200, ended: 200 })];
    expect(two({ more }, { more }, served).ending).toEqual({ exitCode: EXIT.held, reasons: [] });
  });
  it('stay unjudged where nobody says what the application saw', () => {
    const more = elsewhere();
    const merged = two({ more }, { more });
    expect(merged.ending).toMatchObject({
      exitCode: EXIT.incomplete,
      reasons: [/^callbacks are not judged/].map((said) => expect.stringMatching(said)),
    });
    expect(merged.objectives.find(({ measure }) => measure === 'sessionCompleted.missing')).toMatchObject({
      held: false,
      unjudged: true,
    });
  });

  it('are added where each generator had its own', () => {
    const figures = {
      ...figuresOf(),
      callbacks: { ...figuresOf().callbacks, answered: { newCall: 3 }, doubledCompleted: 1 },
    };
    expect(two({ more: { figures } }, { more: { figures } }).figures.callbacks).toMatchObject({
      answered: { newCall: 6 },
      doubledCompleted: 2,
    });
  });
});

const sample = (at: number, more: Partial<Sample>): Sample => ({
  ...{ at, attempted: 0, completed: 0, failed: 0, inProgress: 0, callbacks: 0 },
  ...more,
});

it('sets series beside each other by the wall clock, and lets calls go on where nobody looked', () => {
  const merged = mergeSeries([
    {
      startedMs: 10_000,
      series: [sample(1, { inProgress: 5, attempted: 5 }), sample(2, { inProgress: 6 }), sample(4, { inProgress: 2 })],
    },
    {
      startedMs: 12_050,
      series: [
        sample(1, { inProgress: 3, attempted: 3, generator: { cpu: 0.5, bytes: 10 } }),
        sample(2, {
          inProgress: 1,
          setupMs: { count: 1, p50: 10, p95: 10, max: 10 },
          generator: { cpu: 0.25, bytes: 10 },
        }),
      ],
    },
  ]);
  expect(merged.map(({ at, inProgress, attempted }) => [at, inProgress, attempted])).toEqual([
    [1, 5, 5],
    [2, 6, 0],
    [3, 9, 3],
    [4, 3, 0],
  ]);
  expect(merged.at(-1)).toMatchObject({ setupMs: { count: 1, p95: 10 }, generator: { cpu: 0.25, bytes: 10 } });
});

it.each([
  ['another scenario', { more: { scenario: 'churn' } }, /two does not fit one: one is of churn, the other of ivr/],
  ['another target', { more: { target: { name: 'y', embedded: false } } }, /targets are y and x/],
  ['the same segment', { segment: '0:1/2' }, /both are of the segment 0:1\/2/],
  ['another time', { started: '2026-01-02T00:00:00.000Z' }, /not run at the same time/],
] as const)('refuses a report of %s', (_name, change, said) => {
  expect(() => two({}, change)).toThrow(said);
});

it('refuses a single report', () => {
  expect(() => merge([{ path: 'one', report: reportOf({}) }])).toThrow(/Two reports or more/);
});
