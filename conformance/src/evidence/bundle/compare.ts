import type { Report } from '../../report/model.ts';
import { NOT_REJUDGED } from '../replay.ts';

/** A test that has no verdict of its own this time, and why. */
interface Unjudged {
  readonly id: string;
  readonly why: string;
}

export interface Comparison {
  /** Tests whose verdict was found again. */
  readonly same: number;
  /** Sentences on what is not as the report says. */
  readonly differences: readonly string[];
  readonly unjudged: readonly Unjudged[];
}

/** Holds what was found again against what the report of the bundle says. */
export function compareReports(stated: Report, found: Report): Comparison {
  const now = new Map(found.tests.map((test) => [test.id, test]));
  const unjudged: Unjudged[] = [];
  const differences: string[] = [];
  let same = 0;
  for (const { id, verdict } of stated.tests) {
    const test = now.get(id);
    const why = test?.reasons.find(({ text }) => text.startsWith(NOT_REJUDGED))?.text.slice(NOT_REJUDGED.length);
    if (why !== undefined) unjudged.push({ id, why });
    else if (test?.verdict === verdict) same += 1;
    else {
      const reason = test?.reasons[0]?.text;
      differences.push(
        `${id}: the report says ${verdict}, the evidence ${test?.verdict ?? 'nothing'}${reason === undefined ? '' : `: ${reason}`}`,
      );
    }
  }
  const stands = new Set(stated.tests.map(({ id }) => id));
  for (const { id } of found.tests) if (!stands.has(id)) differences.push(`${id}: the report leaves it out`);
  const open = new Set(unjudged.map(({ id }) => id));
  const rows = new Map(found.requirements.map((row) => [row.slug, row]));
  for (const { slug, verdict, tests } of stated.requirements) {
    const row = rows.get(slug);
    if (row?.verdict === verdict || [...tests, ...(row?.tests ?? [])].some(({ id }) => open.has(id))) continue;
    differences.push(`requirement ${slug}: the report says ${verdict}, the evidence ${row?.verdict ?? 'nothing'}`);
  }
  if (unjudged.length === 0) {
    if (stated.ending.exitCode !== found.ending.exitCode)
      differences.push(`the report ends with ${stated.ending.exitCode}, the evidence with ${found.ending.exitCode}`);
    const [then, again] = [stated.summary, found.summary];
    for (const name of ['passed', 'failed', 'skipped', 'covered', 'total'] as const)
      if (then[name] !== again[name])
        differences.push(`${name}: the report says ${then[name]}, the evidence ${again[name]}`);
  }
  return { same, differences, unjudged };
}
