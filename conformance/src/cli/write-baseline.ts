import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { Report } from '../report/model.ts';
import { type KnownFailure, renewBaseline, type Seen } from '../verdict/baseline.ts';
import { why } from '../why.ts';
import { SettingsError } from './settings-error.ts';

/** What a report says of tests and requirements, those that its run left out included. */
export function seenIn({ tests, requirements }: Pick<Report, 'tests' | 'requirements'>): Seen {
  return {
    tests,
    allTests: new Set([...tests, ...requirements.flatMap((row) => row.tests)].map(({ id }) => id)),
    requirements: new Map(requirements.map(({ slug, verdict }) => [slug, verdict])),
  };
}

/**
 * Writes the baseline that the run of this report would pass, and says what to do with it. The run is judged by the old one.
 * @throws {SettingsError} when the file cannot be written.
 */
export async function writeBaseline(path: string, report: Report, before: readonly KnownFailure[]): Promise<string> {
  if (report.ending.interrupted) return `${path} is left as it is: the run was stopped before its end\n`;
  const knownFailures = renewBaseline(before, seenIn(report));
  const head =
    '# Failures that are known and accepted for a while; say of each why. One that passes now fails the run.\n';
  try {
    await writeFile(path, `${head}${stringify({ knownFailures })}`);
  } catch (cause) {
    const words = why(cause, 'there is no such folder');
    throw new SettingsError('bad-baseline', `The baseline cannot be written to ${path}: ${words}.`, { cause });
  }
  const fresh = knownFailures.length - before.filter((known) => knownFailures.includes(known)).length;
  return `${path} has ${knownFailures.length} known failures, ${fresh} of them new; write the reason of each into it\n`;
}
