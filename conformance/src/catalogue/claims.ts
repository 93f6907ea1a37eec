import { judged } from '../verdict/verdict.ts';
import type { JudgedTest } from './coverage.ts';

/** A test, and whether this run was to run it. */
interface Tried extends Pick<JudgedTest, 'verdict' | 'testimony'> {
  readonly capability?: string | undefined;
  readonly selected: boolean;
}

/**
 * What the target claims and no test could judge (D-CLAIM), a sentence each. A run of a part of the tests answers for the
 * claims that its part is about; a whole run for all of them.
 */
export function unproven(
  claimed: Iterable<string>,
  rows: readonly { readonly slug: string; readonly capability?: string }[],
  tests: readonly Tried[],
): string[] {
  const capabilityOf = new Map(rows.map(({ slug, capability }) => [slug, capability]));
  const whole = tests.every(({ selected }) => selected);
  const about = (test: Tried, capability: string): boolean =>
    test.capability === capability || test.testimony.requirements.some((slug) => capabilityOf.get(slug) === capability);
  return [...new Set(claimed)].flatMap((capability) => {
    const those = tests.filter((test) => test.selected && about(test, capability));
    if (those.some(({ verdict }) => judged(verdict))) return [];
    if (those.length > 0) return [`no test of the capability ${capability}, which is claimed, came to a verdict`];
    return whole ? [`the capability ${capability} is claimed, and there is no test of it`] : [];
  });
}
