import { expect, it } from 'vitest';
import { growthOf } from '../figures/growth.ts';
import { judge, limitsOf } from '../figures/objectives.ts';
import { figuresOf } from '../figures/testing/figures.ts';
import type { LoadReport } from '../report/model.ts';
import { reportOf, sampleAt } from '../report/testing/report.ts';
import { endingOf } from '../run/ending.ts';
import { closing, lastLine } from './closing.ts';

const seconds = 600;

/** A soak of ten minutes whose target held so many sockets at each second; undefined: it tells of no gauge. */
function soak(sockets: ((at: number) => number) | undefined, steady = seconds): LoadReport {
  const series = Array.from({ length: steady }, (_, i) =>
    sampleAt(i + 1, {
      target: { cpu: 0.5, bytes: 2e8, gauges: sockets === undefined ? {} : { sockets: sockets(i + 1) } },
    }),
  );
  const growth = growthOf(series, steady);
  const figures: LoadReport['figures'] = {
    ...figuresOf(),
    target: {
      ...{ cpuSeconds: 60, busyCores: 0.5, bytesBefore: 1e8, mostBytes: 2e8, bytesAfter: 2e8, leftovers: {} },
      ...(growth && { growthPerMinute: growth.perMinute, leastGrowthPerMinute: growth.least }),
    },
  };
  const wished = growth === undefined ? [] : ['target.growing<=0'];
  const objectives = judge(limitsOf(['sessionCompleted.missing<=0', ...wished], []), figures);
  const ending = endingOf({ figures, objectives, stopped: false, faults: [] });
  return reportOf({ scenario: 'soak', series, figures, objectives, ending });
}

/** A soak of ten minutes against a target that tells nothing of itself. */
function silent(): LoadReport {
  const { target: _untold, ...figures } = figuresOf();
  const objectives = judge(limitsOf(['sessionCompleted.missing<=0'], []), figures);
  const ending = endingOf({ figures, objectives, stopped: false, faults: [] });
  return reportOf({ scenario: 'soak', series: [], figures, objectives, ending });
}

it.each<readonly [string, LoadReport, number, RegExp]>([
  [
    'nothing grew',
    soak((at) => 40 + (at % 3)),
    0,
    /growth +none after the first minute: memory stayed, and so did the gauges that the target file names, 1 in all\n +smallest +growth that this run could tell: memory by 0\.\d+ MiB a minute; gauges by these a minute: sockets 0\.\d+/,
  ],
  [
    'there was no gauge that could have grown',
    soak(undefined),
    0,
    /growth +none of memory after the first minute; sockets, timers and ports are not judged: the target file names no gauges\n +smallest +growth that this run could tell: memory by 0\.\d+ MiB a minute\n/,
  ],
  [
    'a socket that stays every ten seconds',
    soak((at) => 40 + Math.floor(at / 10)),
    1,
    /grows +sockets by 6(\.\d+)? a minute[\s\S]*✗ gauges that grow: 1, at most 0 were due/,
  ],
  ['the target tells nothing', silent(), 0, /growth +not judged: the target tells no metrics/],
  ['three minutes were not there', soak(() => 40, 60), 0, /growth +not judged: 3 min of steady load are needed/],
])('a soak judges by itself: %s', (_name, report, code, said) => {
  const text = closing(report, undefined, (_tone, plain) => plain);
  expect(text).toMatch(said);
  expect(text).toMatch(/sessionCompleted missing +0 +at most 0/);
  expect(report.ending.exitCode).toBe(code);
  expect(text.trimEnd().endsWith(lastLine(report))).toBe(true);
});
