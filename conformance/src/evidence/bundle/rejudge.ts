import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RequirementRow } from '../../catalogue/row.ts';
import type { ScenarioMeta } from '../../harness/types.ts';
import { buildReport } from '../../report/build.ts';
import { describeTarget } from '../../report/described.ts';
import type { Report } from '../../report/model.ts';
import type { Watcher } from '../../run/collector.ts';
import type { RunResult, ScenarioRun } from '../../run/result.ts';
import { runScenarios } from '../../run/run.ts';
import { NOT_REJUDGED } from '../replay.ts';
import { type Comparison, compareReports } from './compare.ts';
import type { RunFacts } from './facts.ts';
import { remade } from './remade.ts';

/** What judging again needs of the rest of the suite. */
export interface RejudgeParts {
  readonly rows: readonly RequirementRow[];
  readonly files: readonly string[];
  /** What the scenarios say of themselves that only a patient run takes in, for a run that was not. */
  readonly leftOut: readonly ScenarioMeta[];
  readonly watcher: Watcher;
  readonly signal: AbortSignal;
}

/** Judges a whole run again from its evidence alone. */
export async function rejudge(
  directory: string,
  facts: RunFacts,
  parts: RejudgeParts,
): Promise<Comparison & { readonly report: Report; readonly repeated: boolean }> {
  const stated = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as Report;
  const replayed = await runScenarios({
    files: parts.files,
    selection: facts.selection,
    concurrency: facts.concurrency,
    harness: {
      target: facts.target,
      runner: facts.runner,
      environment: {},
      epoch: facts.epoch,
      evidenceDir: 'evidence',
      replay: resolve(directory, 'evidence'),
      requirements: parts.rows.map(({ slug }) => slug),
      ...(facts.judged === undefined ? {} : { judged: facts.judged }),
    },
    watcher: parts.watcher,
    drivers: false,
    signal: parts.signal,
  });
  const result: RunResult = {
    ...facts.result,
    errors: [...facts.result.errors, ...replayed.errors],
    scenarios: replayed.scenarios.map((run) => asThen(run, facts)),
  };
  const { report, timelines } = buildReport({
    result,
    rows: parts.rows,
    tool: facts.tool,
    // Not what the run says of it: what it was judged by.
    target: describeTarget(facts.target),
    settings: { ...facts.settings, runner: facts.runner, concurrency: facts.concurrency },
    baseline: facts.baseline,
    leftOut: parts.leftOut,
    judged: facts.judged,
  });
  const comparison = compareReports(stated, JSON.parse(JSON.stringify(report)) as Report);
  const open = new Set(comparison.unjudged.map(({ id }) => id));
  const files = await remade(directory, stated, timelines, open);
  const repeated = stated.repetitions !== undefined;
  return { report, repeated, ...comparison, differences: [...comparison.differences, ...files] };
}

/** What never came to its end has no evidence that could say more. */
function asThen(run: ScenarioRun, facts: RunFacts): ScenarioRun {
  const { meta, selected } = run;
  if (facts.unfinished.includes(meta.id)) return { meta, selected };
  const crash = facts.crashed[meta.id];
  if (crash !== undefined) return { meta, selected, crash };
  return run.crash === undefined ? run : { ...run, crash: NOT_REJUDGED + run.crash };
}
