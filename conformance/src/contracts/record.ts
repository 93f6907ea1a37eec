import { loadOpenApi } from '@mediaservice/spec';
import type { HarnessSettings } from '../harness/types.ts';
import type { Watcher } from '../run/collector.ts';
import { scenarioFiles } from '../run/files.ts';
import { runScenarios } from '../run/run.ts';
import { exchangesOf, webhookPact } from './recorded.ts';
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
  readonly interrupted: boolean;
}

/** Places the calls of the recordings to a target and gives the contract of the callbacks that came of them. */
export async function recordCallbacks(
  harness: HarnessSettings,
  watcher: Watcher,
  signal: AbortSignal,
  died: Promise<string>,
): Promise<Recorded> {
  const result = await runScenarios({
    files: scenarioFiles(false),
    selection: { ids: recordings },
    concurrency: 16,
    harness,
    watcher,
    drivers: true,
    signal,
    died,
  });
  const of = new Map(result.scenarios.map((run) => [run.meta.id, run]));
  const missing: Unrecorded[] = [];
  const exchanges = recordings.flatMap((id) => {
    const run = of.get(id);
    const verdict = run?.outcome?.verdict;
    if (verdict === 'pass' || verdict === 'warning') return exchangesOf(run?.outcome?.timeline ?? []);
    missing.push({ id, why: run?.outcome?.reasons[0]?.text ?? run?.crash ?? result.errors[0] ?? 'it did not run' });
    return [];
  });
  return { pact: webhookPact(loadOpenApi(), exchanges), missing, interrupted: result.interrupted };
}
