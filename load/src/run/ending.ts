/** How a run ends: the exit code and why. Pure. */
import type { Figures } from '../figures/model.ts';
import { sentenceOf } from '../figures/objectives.ts';
import { type Ending, EXIT, type ExitCode, type Objective } from '../report/model.ts';

export interface Facts {
  readonly figures: Figures;
  readonly objectives: readonly Objective[];
  /** The user has stopped it. */
  readonly stopped: boolean;
  /** The target's process ended by itself: the sentence that says how. */
  readonly targetDied?: string;
  /** What broke of this kit, k6 above all: a sentence each. */
  readonly faults: readonly string[];
}

/** What says that the times were measured by somebody who had no time. */
const limits = {
  /** 95 of 100 times a virtual user that only sleeps must wake up within so many ms. */
  latenessMs: 50,
  /** Share of all cores that k6 may have busy in the busiest tenth of the seconds. */
  cores: 0.9,
  /** Cores that other programs may have busy in the busiest tenth of the seconds, where an objective did not hold. */
  others: 0.5,
  /** Share of the time in which the application's event loop may be busy, in the busiest tenth of the seconds. */
  application: 0.85,
};

/** Why the generator is to blame for what was measured; none: it had time. */
export function saturation({ generator, application }: Figures): string[] {
  const late = generator.latenessMs?.p95 ?? 0;
  const most = generator.cores * limits.cores;
  return [
    ...(late > limits.latenessMs
      ? [
          `the generator was late itself, by ${Math.round(late)} ms and more in 5 of 100 looks (at most ${limits.latenessMs} ms are borne)`,
        ]
      : []),
    ...(generator.busyCores > most
      ? [
          `k6 had ${generator.busyCores.toFixed(2)} of ${generator.cores} cores busy (at most ${most.toFixed(1)} are borne)`,
        ]
      : []),
    ...(application.busyShare > limits.application
      ? [`the application that answers callbacks was busy for ${Math.round(application.busyShare * 100)} % of the time`]
      : []),
  ];
}

/** Who else may be to blame for an objective that did not hold. What held, held in spite of it. */
export function disturbance({ generator: { othersCores = 0, cores } }: Figures): string[] {
  if (othersCores <= limits.others) return [];
  return [
    `other programs had ${othersCores.toFixed(2)} of ${cores} cores of this machine busy (at most ${limits.others} is borne where an objective does not hold)`,
  ];
}

/**
 * Stopped by the user comes first, then a target that died of it, then what broke here, then a generator that had no time
 * (the figures say nothing then, good or bad), then a run without a call, then the objectives, then what could not be judged.
 */
export function endingOf({ figures, objectives, stopped, targetDied, faults }: Facts): Ending {
  if (stopped) return ending(EXIT.incomplete, ['the run was stopped before its end', ...faults]);
  if (targetDied !== undefined) return ending(EXIT.broken, [targetDied]);
  if (faults.length > 0) return ending(EXIT.harnessError, faults);
  const saturated = saturation(figures);
  if (saturated.length > 0) return ending(EXIT.invalid, saturated);
  if (figures.calls.attempted === 0 && (figures.rest?.requests ?? 0) === 0)
    return ending(EXIT.incomplete, ['no call and no request was made']);
  const broken = objectives.filter(({ held, unjudged }) => !held && unjudged !== true);
  if (broken.length === 0) {
    const open = unjudged(objectives);
    return ending(open.length > 0 ? EXIT.incomplete : EXIT.held, open);
  }
  const disturbed = disturbance(figures);
  return ending(disturbed.length > 0 ? EXIT.invalid : EXIT.broken, [...disturbed, ...broken.map(sentenceOf)]);
}

/** Why not all could be judged; none: all were. */
export const unjudged = (objectives: readonly Objective[]): readonly string[] =>
  objectives.some((objective) => objective.unjudged === true)
    ? ['callbacks are not judged: the application that serves several generators counts them, for merge --application']
    : [];

const ending = (exitCode: ExitCode, reasons: readonly string[]): Ending => ({ exitCode, reasons });
