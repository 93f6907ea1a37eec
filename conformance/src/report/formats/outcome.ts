import { type Column, column } from '../../verdict/verdict.ts';
import type { ReportTest } from '../model.ts';

/**
 * What other formats know of a test, more than these three none of them has in common: the column of the summary line. A
 * failure that the baseline accepts must turn no CI red, and must not look green either.
 */
export function outcomeOf({ verdict, knownFailure }: Pick<ReportTest, 'verdict' | 'knownFailure'>): Column {
  return verdict === 'fail' && knownFailure !== undefined ? 'skipped' : column(verdict);
}

/** Each reason as a line, the requirement before it; for an accepted failure why it is accepted comes first. */
export function reasonLines({ reasons, knownFailure }: Pick<ReportTest, 'reasons' | 'knownFailure'>): string[] {
  const lines = reasons.map(({ requirement, requirements = [], text }) => {
    const blamed = requirement ?? requirements.join(', ');
    return blamed === '' ? text : `${blamed}: ${text}`;
  });
  return knownFailure === undefined ? lines : [`known failure: ${knownFailure}`, ...lines];
}

/** Expectations of a test that did not hold. */
export const missed = (test: ReportTest): ReportTest['expectations'] => test.expectations.filter(({ ok }) => !ok);
