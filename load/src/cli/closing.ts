/** What the terminal shows when a run is over: the figures, what they were held to, why it ended so, the last line. */
import type { Io } from '@mediaservice/conformance/kit';
import { gaugesOf, growthUnjudged } from '../figures/growth.ts';
import type { Distribution } from '../figures/histogram.ts';
import { isMeasure, measureOf } from '../figures/measures.ts';
import { missingWords } from '../figures/missing.ts';
import { EXIT, type LoadReport, type Objective } from '../report/model.ts';
import { bytes, ms, percent, time } from './words.ts';

type Paint = Io['paint'];
type Row = readonly [name: string, text: string];

export function closing(report: LoadReport, directory: string | undefined, paint: Paint): string {
  const rows = rowsOf(report);
  const width = Math.max(...rows.map(([name]) => name.length));
  const sections = [
    heading(report),
    rows.map(([name, text]) => `  ${paint('dim', name.padEnd(width))}  ${text}`).join('\n'),
    ...(report.objectives.length > 0 ? [objectives(report.objectives, paint)] : []),
    [
      ...report.ending.reasons.slice(0, mostReasons).map((reason) => `${paint('bad', '✗')} ${reason}`),
      // Without a folder the report could not be written: how that ends, the caller says.
      ...(directory === undefined
        ? []
        : [
            `report: ${directory}/report.html, ${directory}/report.json`,
            `exit code ${report.ending.exitCode}: ${meaning(report)}`,
          ]),
      lastLine(report),
    ].join('\n'),
  ];
  return `\n${sections.join('\n\n')}\n`;
}
const mostReasons = 8;

function heading({ scenario, target, setting, k6 }: LoadReport): string {
  const { calls, rate, durationSeconds } = setting;
  const much = rate === undefined ? `${calls} at once` : `${rate} a second`;
  return `${scenario} against ${target.name}: ${much} for ${time(durationSeconds)} (k6 ${k6.version}, ${k6.extension})`;
}

/** Scripts read it, so its form never changes: `load: <scenario>: N completed, N failed, …; N of M objectives held`. */
export function lastLine({ scenario, figures, objectives: all, ending }: LoadReport): string {
  const { calls, setupMs, rtp, audio, rest } = figures;
  const parts = [
    ...(calls.attempted === 0 && rest
      ? [`${rest.requests} requests`, `${rest.failed} failed`]
      : [
          `${calls.completed} completed`,
          `${calls.failed} failed`,
          `${calls.mostAtOnce} at once`,
          `${calls.perSecond} a second`,
        ]),
    ...(setupMs ? [`setup p95 ${ms(setupMs.p95)}`] : []),
    ...(rtp ? [`loss ${percent(rtp.lossShare)}`] : []),
    ...(audio?.score ? [`score ${audio.score.min.toFixed(2)} at least`] : []),
    ...(rest ? [`REST p95 ${ms(rest.latencyMs.p95)}`] : []),
  ];
  const open = all.filter(({ unjudged }) => unjudged === true).length;
  const held = `${all.filter((objective) => objective.held).length} of ${all.length} objectives held${open > 0 ? `, ${open} not judged` : ''}`;
  const invalid = ending.exitCode === EXIT.invalid ? '; not valid: the generator was saturated or disturbed' : '';
  return `load: ${scenario}: ${parts.join(', ')}; ${held}${invalid}`;
}

function meaning({ ending }: LoadReport): string {
  switch (ending.exitCode) {
    case EXIT.held:
      return 'all objectives held';
    case EXIT.broken:
      return 'not all objectives held';
    case EXIT.settings:
      return 'something has to be set right';
    case EXIT.incomplete:
      return 'the run is not complete, or not all of it was judged; what there is is in the report';
    case EXIT.harnessError:
      return 'the kit or k6 broke; what was told by then is in the report';
    case EXIT.invalid:
      return 'the generator was saturated or disturbed: the figures say nothing of the target. Take fewer calls, more machines, or an idle one.';
    default:
      return ending.exitCode satisfies never;
  }
}

function objectives(all: readonly Objective[], paint: Paint): string {
  const cells = all.map(({ measure, comparison, limit, value, held, unjudged = false }) => {
    const { title, unit } = isMeasure(measure) ? measureOf(measure) : { title: measure, unit: '' as const };
    const word = unit === 'calls' || unit === 'score' || unit === '' ? '' : ` ${unit}`;
    const of = (number: number): string => `${Number(number.toPrecision(4))}${word}`;
    return {
      sign: unjudged ? paint('dim', '?') : held ? paint('good', '✓') : paint('bad', '✗'),
      title,
      value: unjudged ? 'not judged' : value === undefined ? 'nothing' : of(value),
      due: `${comparison === '<=' ? 'at most' : 'at least'} ${of(limit)}`,
    };
  });
  const first = Math.max(...cells.map(({ title }) => title.length));
  const second = Math.max(...cells.map(({ value }) => value.length));
  return cells
    .map(
      ({ sign, title, value, due }) =>
        `${sign} ${title.padEnd(first)}  ${value.padStart(second)}  ${paint('dim', due)}`,
    )
    .join('\n');
}

const times = ({ p50, p95, p99, max }: Distribution): string =>
  `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)}`;

function rowsOf(report: Pick<LoadReport, 'figures' | 'scenario' | 'series'>): Row[] {
  const { figures } = report;
  const { calls, callbacks, rtp, audio, rest, generator, application, target } = figures;
  const row = (name: string, values: Distribution | undefined): Row[] => (values ? [[name, times(values)]] : []);
  const missing = missingWords(figures);
  const answered = Object.entries(callbacks.answered).map(([name, count]) => `${count} ${name}`);
  return [
    ...(calls.attempted === 0 && rest
      ? [['requests', `${rest.requests} made, ${rest.failed} failed`] as const]
      : [
          [
            'calls',
            `${calls.attempted} attempted, ${calls.completed} completed, ${calls.failed} failed, ${calls.mostAtOnce} at once, ${calls.perSecond} a second`,
          ] as const,
        ]),
    ...Object.entries(calls.reasons).map(([reason, count]): Row => ['  failed', `${count} ${reason}`]),
    ...row('setup', figures.setupMs),
    ...row('post-dial delay', figures.postDialMs),
    ...row('delivery', figures.deliveryMs),
    ...(rtp
      ? [
          [
            'RTP',
            `${rtp.sent} sent, ${rtp.received} received, ${rtp.lost} lost (${percent(rtp.lossShare)})${rtp.jitterMs ? `, jitter p95 ${ms(rtp.jitterMs.p95)}` : ''}`,
          ] as const,
        ]
      : []),
    ...(audio
      ? [
          [
            'audio',
            `${audio.heard} of ${audio.legs} legs heard it${audio.score ? `; score ${audio.score.min.toFixed(3)} at least, median ${audio.score.p50.toFixed(3)} of ${audio.score.count}` : ''}`,
          ] as const,
        ]
      : []),
    ...(answered.length > 0 ? [['callbacks', answered.join(', ')] as const] : []),
    ...Object.entries(callbacks.alarms).map(([kind, count]): Row => ['  alarms', `${count} ${kind}`]),
    ...row('INVITE to newCall', callbacks.newCallMs),
    ...row('to getIvrCommand', callbacks.getIvrCommandMs),
    ...(callbacks.roundTripMs
      ? [
          [
            'round trips',
            `${Object.entries(callbacks.roundTripMs)
              .map(([name, mean]) => `${name} ${ms(mean)}`)
              .join(', ')} (mean, by the target)`,
          ] as const,
        ]
      : []),
    [
      'sessionCompleted',
      callbacks.elsewhere === true
        ? 'counted by the application elsewhere'
        : `${callbacks.missingCompleted} missing, ${callbacks.doubledCompleted} doubled${callbacks.unexpected > 0 ? `; ${callbacks.unexpected} callbacks fit no session` : ''}`,
    ],
    ...(missing === '' ? [] : [['callbacks missing', missing] as const]),
    ...row('REST', rest?.latencyMs),
    ...Object.entries(rest?.byOperation ?? {}).flatMap(([name, values]) => row(`  ${name}`, values)),
    ...(target
      ? [
          [
            'target',
            `${target.cpuMsPerCall === undefined ? '' : `${target.cpuMsPerCall} ms CPU a call, `}${target.busyCores.toFixed(2)} cores at most, ${bytes(target.bytesBefore)} before, ${bytes(target.mostBytes)} at most`,
          ] as const,
          ...Object.entries(target.leftovers).map(([name, value]): Row => ['  left over', `${name} ${value}`]),
          ...growth(report),
          ...Object.entries(target.growthPerMinute ?? {}).map(
            ([name, value]): Row => ['  grows', `${name} by ${perMinute(value, name)}`],
          ),
        ]
      : growth(report)),
    [
      'generator',
      `${generator.busyCores.toFixed(2)} of ${generator.cores} cores at most, ${bytes(generator.mostBytes)}${generator.latenessMs ? `, late by ${ms(generator.latenessMs.p95)} (p95)` : ''}${generator.othersCores === undefined ? '' : `; others had ${generator.othersCores.toFixed(2)} cores at most`}`,
    ],
    [
      'application',
      `${percent(application.busyShare)} busy at most${application.answerMs ? `, answers in ${ms(application.answerMs.p95)} (p95)` : ''}`,
    ],
  ];
}

/** That a run for hours has seen nothing grow is said, how little it could see, and that it was too short to see it. */
function growth({ figures: { target }, scenario, series }: Pick<LoadReport, 'figures' | 'scenario' | 'series'>): Row[] {
  if (scenario !== 'soak') return [];
  const unjudged = growthUnjudged(target);
  if (unjudged !== undefined) return [['growth', `not judged: ${unjudged}`]];
  const { growthPerMinute = {}, leastGrowthPerMinute: { bytes: least, ...gauges } = {} } = target ?? {};
  const seen = gaugesOf(series);
  const named = Object.entries(gauges).map(([name, value]) => `${name} ${value}`);
  const could = [
    ...(least === undefined ? [] : [`memory by ${perMinute(least, 'bytes')}`]),
    ...(named.length > 0 ? [`gauges by these a minute: ${named.join(', ')}`] : []),
    ...(named.length === 0 && seen > 0 ? ['of the gauges a single one that is left over when all is over'] : []),
  ];
  const none =
    seen > 0
      ? `none after the first minute: memory stayed, and so did the gauges that the target file names, ${seen} in all`
      : 'none of memory after the first minute; sockets, timers and ports are not judged: the target file names no gauges';
  return [
    ...(Object.keys(growthPerMinute).length > 0 ? [] : [['growth', none] as const]),
    ['  smallest', `growth that this run could tell: ${could.join('; ')}`],
  ];
}

const mebi = 1024 * 1024;
const perMinute = (value: number, name: string): string =>
  `${name === 'bytes' ? `${Number((value / mebi).toPrecision(2))} MiB` : value} a minute`;
