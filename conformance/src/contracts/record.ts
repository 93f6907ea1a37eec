import { loadOpenApi } from '@mediaservice/spec';
import type { HarnessSettings } from '../harness/types.ts';
import type { Watcher } from '../run/collector.ts';
import { scenarioFiles } from '../run/files.ts';
import type { RunResult } from '../run/result.ts';
import { runScenarios } from '../run/run.ts';
import { type Exchange, exchangesOf, webhookPact } from './recorded.ts';
import { recordings } from './recordings.ts';
import type { Pact } from './types.ts';

/** A scenario whose calls could not be recorded, and why. */
export interface Unrecorded {
  readonly id: string;
  readonly why: string;
}

export interface Recorded {
  readonly pact: Pact;
  readonly missing: readonly Unrecorded[];
  /** Scenarios that want a capability which the target does not claim. */
  readonly leftOut: readonly string[];
  readonly interrupted: boolean;
}

/** How many calls side by side: recordings are made on busy machines, too. */
const sideBySide = 8;

/** Places the calls of the recordings to a target and gives the contract of the callbacks that came of them. */
export async function recordCallbacks(
  harness: HarnessSettings,
  watcher: Watcher,
  signal: AbortSignal,
  died: Promise<string>,
): Promise<Recorded> {
  const run = (ids: readonly string[], concurrency: number): Promise<RunResult> =>
    runScenarios({
      files: scenarioFiles(false),
      selection: { ids },
      concurrency,
      harness,
      watcher,
      drivers: true,
      signal,
      died,
    });
  const first = await run(recordings, sideBySide);
  const late = first.scenarios.flatMap(({ meta, outcome }) => (outcome?.verdict === 'inconclusive' ? [meta.id] : []));
  // The suite itself was late, so nothing is known of those; one after the other it has more time for each.
  const again = late.length > 0 && !signal.aborted ? await run(late, 1) : undefined;
  const { exchanges, ...rest } = sortOut([first, ...(again === undefined ? [] : [again])]);
  return { ...rest, pact: webhookPact(loadOpenApi(), exchanges), interrupted: signal.aborted };
}

/** What was recorded, in the order of the recordings; of a scenario that ran twice the later run counts. Pure. */
export function sortOut(
  results: readonly Pick<RunResult, 'scenarios' | 'errors'>[],
  ids: readonly string[] = recordings,
): {
  readonly exchanges: readonly Exchange[];
  readonly missing: readonly Unrecorded[];
  readonly leftOut: readonly string[];
} {
  const runs = new Map(
    results.flatMap(({ scenarios }) => scenarios.flatMap((one) => (one.selected ? [[one.meta.id, one] as const] : []))),
  );
  const [broke] = results.flatMap(({ errors }) => errors);
  const missing: Unrecorded[] = [];
  const leftOut: string[] = [];
  const exchanges = ids.flatMap((id) => {
    const { outcome, crash } = runs.get(id) ?? {};
    if (outcome?.verdict === 'pass' || outcome?.verdict === 'warning') return exchangesOf(outcome.timeline);
    if (outcome?.verdict === 'not-applicable') leftOut.push(id);
    else missing.push({ id, why: outcome?.reasons[0]?.text ?? crash ?? broke ?? 'it did not run' });
    return [];
  });
  return { exchanges, missing, leftOut };
}
