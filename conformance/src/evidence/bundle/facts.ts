/** What a run was, beside what its scenarios tell: with it and their records, the run can be judged again. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXTENSION } from '../../beside.ts';
import type { RequirementRow } from '../../catalogue/row.ts';
import type { ScenarioMeta } from '../../harness/types.ts';
import type { Report } from '../../report/model.ts';
import type { RunResult } from '../../run/result.ts';
import type { Selection } from '../../run/selection.ts';
import type { Target } from '../../target/types.ts';
import type { KnownFailure } from '../../verdict/baseline.ts';
import { key } from '../key.ts';
import { Redactor } from '../redactor.ts';
import { secretsOf, withoutMeans, withoutUserinfo } from '../secrets.ts';

export const FACTS = 'evidence/run.json';

export interface RunFacts {
  readonly formatVersion: 1;
  readonly tool: Report['tool'];
  /** SHA-256 of the requirements that the run was held against. */
  readonly catalogue: string;
  /** SHA-256 of the tests themselves. */
  readonly scenarios: string;
  /** Without secrets, and without what only the one who starts it needs (`withoutMeans`). */
  readonly target: Target;
  readonly runner: 'local' | 'docker';
  readonly epoch: number;
  readonly concurrency: number;
  readonly patient: boolean;
  readonly selection: Selection;
  readonly judged?: readonly string[];
  readonly described: Report['target'];
  readonly settings: Report['settings'];
  readonly baseline: readonly KnownFailure[];
  readonly leftOut: readonly Pick<ScenarioMeta, 'id' | 'requirements'>[];
  readonly result: Omit<RunResult, 'scenarios'>;
  /** Scenarios that left nothing behind but the sentence that says why. */
  readonly crashed: Readonly<Record<string, string>>;
  /** Scenarios that were to run and never came to their end. */
  readonly unfinished: readonly string[];
}

/** Two catalogues that read the same have the same. */
export const catalogueHash = (rows: readonly RequirementRow[]): string =>
  createHash('sha256').update(JSON.stringify(rows)).digest('hex');

/** Tests that read the same have the same. */
export function scenariosHash(): string {
  const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));
  const hash = createHash('sha256');
  const files = globSync(`**/*${EXTENSION}`, { cwd: folder }).toSorted();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

export async function writeFacts(
  directory: string,
  facts: Omit<RunFacts, 'formatVersion' | 'scenarios' | 'crashed' | 'unfinished' | 'result'>,
  { scenarios, ...result }: RunResult,
): Promise<void> {
  const selected = scenarios.filter(({ selected: one }) => one);
  const crashed = Object.fromEntries(
    selected.flatMap(({ meta, crash }) => (crash === undefined ? [] : [[meta.id, crash]])),
  );
  const unfinished = selected.flatMap(({ meta, outcome, crash }) =>
    outcome === undefined && crash === undefined ? [meta.id] : [],
  );
  const bare = withoutUserinfo({ ...facts, target: withoutMeans(facts.target) });
  const redactor = new Redactor(secretsOf(facts.target), key);
  redactor.collect(facts);
  const whole: RunFacts = {
    ...{ formatVersion: 1, scenarios: scenariosHash() },
    ...redactor.redacted(bare),
    // As the report says it, to the letter: the secrets are out of it already.
    ...{ result, crashed, unfinished },
  };
  await mkdir(dirname(join(directory, FACTS)), { recursive: true });
  await writeFile(join(directory, FACTS), `${JSON.stringify(whole, null, 2)}\n`);
}

/** @throws when there are none that can be read. */
export async function readFacts(directory: string): Promise<RunFacts> {
  const facts = JSON.parse(await readFile(join(directory, FACTS), 'utf8')) as RunFacts;
  if (facts.formatVersion !== 1)
    throw new Error(`${FACTS} has the form ${facts.formatVersion}, which this version does not know`);
  return facts;
}
