/** Drives a search: one run after the other until it is over, is stopped, or the kit breaks. */
import type { LoadReport } from '../report/model.ts';
import type { RunWish } from '../run/types.ts';
import { foundIn } from './found.ts';
import type { CapacitySearch, CapacityStep, Wanted } from './model.ts';
import { type CapacityPlan, runWish } from './plan.ts';
import { next } from './search.ts';
import { stepFrom, verdictOf } from './step.ts';

export interface DriveParts {
  /** Runs a step, leaves its report in the folder, and gives it. */
  run(wish: RunWish, folder: string): Promise<LoadReport>;
  readonly signal: AbortSignal;
  /** A step begins. */
  onStep(number: number, wanted: Wanted): void;
  /** A step is over; the search as it stands. */
  onStand(search: CapacitySearch, step: CapacityStep): Promise<void>;
}

/** `broke`: why the kit could not go on; what was found by then is there. */
export async function drive(
  plan: CapacityPlan,
  parts: DriveParts,
): Promise<{ readonly search: CapacitySearch; readonly broke?: readonly string[] }> {
  const steps: CapacityStep[] = [];
  const search = (): CapacitySearch => ({
    scenario: plan.scenario,
    steeredBy: plan.steeredBy,
    setting: plan.setting,
    steps: [...steps],
    found: foundIn(plan.setting, steps),
  });
  for (;;) {
    const wanted = parts.signal.aborted ? undefined : next(plan.setting, steps);
    if (wanted === undefined) return { search: search() };
    const number = steps.length + 1;
    const folder = `steps/${plan.scenario}-${String(number).padStart(2, '0')}-${wanted.load}`;
    parts.onStep(number, wanted);
    const report = await parts.run(runWish(plan, wanted), folder);
    const verdict = verdictOf(report);
    if (verdict === undefined)
      return { search: search(), ...(!parts.signal.aborted && { broke: report.ending.reasons }) };
    const step = stepFrom(wanted, verdict, report, `${folder}/report.json`);
    steps.push(step);
    await parts.onStand(search(), step);
  }
}
