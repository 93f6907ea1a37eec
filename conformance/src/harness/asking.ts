import type { Attempt, ScenarioOutcome } from './types.ts';

/** How often a scenario is asked, at most, before it stays inconclusive. */
export const mostAttempts = 3;

/**
 * Asks a scenario again that ended inconclusive: the suite was held up, so that nothing was said of the target. Whatever was
 * said stands, good or bad; a failure is never asked again.
 * @param once makes the attempt, counted from 1. Never rejects.
 * @param again whether there is another attempt behind the one of this number; the evidence of that one is then out of the way.
 * @returns the outcome of the last attempt, with what became of those before it.
 */
export async function asked(
  once: (attempt: number) => Promise<ScenarioOutcome>,
  again: (attempt: number) => Promise<boolean>,
): Promise<ScenarioOutcome> {
  const earlier: Attempt[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(attempt);
    if (outcome.verdict !== 'inconclusive' || !(await again(attempt)))
      return earlier.length === 0 ? outcome : { ...outcome, earlier };
    const { reasons, startedAt, endedAt } = outcome;
    earlier.push({ reasons, startedAt, endedAt });
  }
}
