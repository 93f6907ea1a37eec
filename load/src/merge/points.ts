/** The report of a generator out of the values that k6 wrote to a file. */
import { cpus, release, type as system } from 'node:os';
import { CallbackFigures } from '../figures/callbacks.ts';
import { CallFigures } from '../figures/calls.ts';
import type { Figures, Sample } from '../figures/model.ts';
import { judge } from '../figures/objectives.ts';
import { pointOf } from '../figures/points.ts';
import { FORMAT_VERSION, type LoadReport } from '../report/model.ts';
import { endingOf } from '../run/ending.ts';
import { planOf } from '../run/plan.ts';
import type { RunWish } from '../run/types.ts';
import { NAME, version } from '../version.ts';

/** When k6 took the value. */
const time = /"time":"([^"]+)"/;

/**
 * What k6 itself used is not in its values, so that only its lateness says whether it had time. Undefined: there is no value.
 * @throws {SettingsError} when the wish is none.
 */
export async function reportOfPoints(
  lines: AsyncIterable<string> | Iterable<string>,
  {
    wish,
    target,
    k6,
    faults = [],
  }: {
    readonly wish: RunWish;
    readonly target: LoadReport['target'];
    readonly k6: LoadReport['k6'];
    /** Why not all values are there, a sentence each. */
    readonly faults?: readonly string[];
  },
): Promise<LoadReport | undefined> {
  const plan = planOf(wish);
  const calls = new CallFigures();
  const series: Sample[] = [];
  let from: number | undefined;
  let last = 0;
  for await (const line of lines) {
    const point = pointOf(line);
    const at = point && Date.parse(time.exec(line)?.[1] ?? '');
    if (point === undefined || at === undefined || Number.isNaN(at)) continue;
    from ??= at;
    // Values come in bundles, not quite in order; a second that is over is not opened again.
    last = Math.max(last, (at - from) / 1000);
    while (series.length < Math.floor(last)) series.push({ at: series.length + 1, callbacks: 0, ...calls.second() });
    calls.take(point, last);
  }
  if (from === undefined) return undefined;
  series.push({ at: series.length + 1, callbacks: 0, ...calls.second() });
  const { latenessMs, ...of } = calls.whole(false);
  const figures: Figures = {
    ...of,
    ...new CallbackFigures({ elsewhere: true }).whole(),
    generator: { cpuSeconds: 0, busyCores: 0, cores: 0, mostBytes: 0, ...(latenessMs && { latenessMs }) },
  };
  // Not told by k6's values, so not held against anybody.
  const objectives = judge(
    plan.limits.filter(({ measure }) => !measure.startsWith('target.')),
    figures,
  );
  return {
    formatVersion: FORMAT_VERSION,
    tool: { name: NAME, version: version() },
    started: new Date(from).toISOString(),
    seconds: Number(last.toFixed(3)),
    machine: {
      cpus: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      kernel: `${system()} ${release()}`,
    },
    ...{ target, k6, scenario: wish.scenario, setting: plan.setting, figures, objectives, series },
    ending: endingOf({ figures, objectives, stopped: false, faults }),
  };
}
