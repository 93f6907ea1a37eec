import { unreachable } from '../../verdict/verdict.ts';
import type { ReportTest } from '../model.ts';

/** What other formats know of a test: more than these three none of them has in common. */
export type Outcome = 'passed' | 'failed' | 'skipped';

/**
 * A verdict in the words of CI systems: a broken harness is red like a fault, and whatever judged nothing is skipped, never
 * green. A failure that the baseline accepts must turn no CI red, and must not look green either.
 */
export function outcomeOf({ verdict, knownFailure }: Pick<ReportTest, 'verdict' | 'knownFailure'>): Outcome {
  switch (verdict) {
    case 'pass':
    case 'warning':
      return 'passed';
    case 'fail':
      return knownFailure === undefined ? 'failed' : 'skipped';
    case 'harness-error':
      return 'failed';
    case 'not-applicable':
    case 'untestable':
    case 'inconclusive':
    case 'not-run':
      return 'skipped';
    default:
      return unreachable(verdict);
  }
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
