import { RanOut } from '../drivers/ran-out.ts';
import { SuiteFault } from '../drivers/suite-fault.ts';
import type { Context } from './context.ts';
import { RequirementBroken } from './expect.ts';
import { valueTiming } from './starvation/bears.ts';
import { excuse, type Timed } from './starvation/excuse.ts';
import type { Reason, Verdict } from './types.ts';

/** The verdict as far as one scenario can tell; the run may make it worse, never better. */
export function judgeScenario(
  context: Context,
  failure: Error | undefined,
  { startedAt, failedAt }: { readonly startedAt: number; readonly failedAt: number },
): { verdict: Verdict; reasons: readonly Reason[] } {
  const { evidence } = context;
  const harnessFaults = evidence.harnessFaults();
  const reasons: Reason[] = [...harnessFaults, ...(failure ? [reasonOf(failure)] : []), ...evidence.targetFaults()];
  if ((failure && isSuiteFault(failure)) || harnessFaults.length > 0) return { verdict: 'harness-error', reasons };
  const failed = failure !== undefined || evidence.targetFaults().length > 0;
  const timed = [
    ...(failure ? [timingOf(context, failure, failedAt)] : []),
    ...evidence.targetFaults().map((fault) => evidence.timing(fault)),
  ];
  const { starvation, clock } = context.harness;
  const stretch = { from: startedAt, to: clock.now() };
  // One fault that does not hang on time is enough: it stays proven, however starved we were.
  const excused = (all: readonly (Timed | undefined)[], faults: readonly Reason[]): readonly Reason[] | undefined => {
    const excuses = all.flatMap((one) => (one && excuse(one, starvation, stretch)) ?? []);
    if (excuses.length < all.length) return undefined;
    return [...new Set(excuses)].map((text): Reason => ({ text })).concat(faults);
  };
  if (failed) {
    const why = excused(timed, reasons);
    return why
      ? { verdict: 'inconclusive', reasons: why }
      : { verdict: 'fail', reasons: reasons.map((reason) => blaming(context, reason)) };
  }
  const { warned } = evidence.requirements();
  if (warned.length === 0) return { verdict: 'pass', reasons: [] };
  const missed = warned.map(
    (requirement): Reason => ({ requirement, text: `${requirement} should hold, but does not` }),
  );
  const misses = evidence.missedOnes().map(({ broken, at }) => timingOf(context, broken, at));
  const why = excused(misses, missed);
  return why ? { verdict: 'inconclusive', reasons: why } : { verdict: 'warning', reasons: missed };
}

/** What was waited for in vain stands for everything that the scenario had still to show. */
function blaming({ meta, evidence, harness }: Context, reason: Reason): Reason {
  if (reason.requirement !== undefined) return reason;
  const { judged } = harness.settings;
  const { shown } = evidence.requirements();
  const due = meta.requirements.filter((slug) => judged?.includes(slug) ?? true);
  const open = due.filter((slug) => !shown.includes(slug));
  const requirements = open.length > 0 ? open : due;
  return requirements.length > 0 ? { ...reason, requirements } : reason;
}

/** How a failure hangs on time; undefined: not at all. */
function timingOf({ meta, evidence, target }: Context, failure: Error, at: number): Timed | undefined {
  if (failure instanceof RanOut && failure.bearsMs !== undefined) return { kind: 'value', bearsMs: failure.bearsMs };
  if (failure instanceof RanOut) return { kind: 'wait', limitMs: failure.limitMs, at };
  if (failure instanceof RequirementBroken && failure.outByMs !== undefined)
    return { kind: 'moment', outByMs: failure.outByMs };
  if (failure instanceof RequirementBroken && failure.bearsMs !== undefined)
    return { kind: 'value', bearsMs: failure.bearsMs };
  const { callbackTimeoutMs } = target.timers;
  return valueTiming(meta, { callbackTimeoutMs, answers: evidence.answers(), at });
}

const reasonOf = (failure: Error): Reason =>
  failure instanceof RequirementBroken
    ? { requirement: failure.requirement, text: failure.message }
    : { text: failure.message };

/** A scenario or a driver that is written wrongly, or a tool that broke: what failed after it may be its consequence. */
const isSuiteFault = (error: Error): boolean =>
  error instanceof SuiteFault ||
  error instanceof TypeError ||
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  error instanceof SyntaxError;
