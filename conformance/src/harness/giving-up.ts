import type { CallbackExpectation } from '../drivers/webhook-sink/types.ts';
import type { Harness, ScenarioOutcome } from './types.ts';

/** The harness of one attempt at a scenario, and what is to be done at once when it is over. */
interface Attempting {
  readonly harness: Harness;
  over(outcome: ScenarioOutcome): ScenarioOutcome;
}

/**
 * Looks after the sessions of an attempt. Of one that ends inconclusive the suite gave them up, wherever they stood; that the
 * target still tells of their end is as it should be, and no finding.
 */
export function attempting(harness: Harness): Attempting {
  const expectations: CallbackExpectation[] = [];
  const { sink } = harness;
  const expectation: typeof sink.expectation = (heard) => {
    const one = sink.expectation(heard);
    expectations.push(one);
    return one;
  };
  return {
    harness: { ...harness, sink: { ...sink, expectation } },
    over: (outcome) => {
      if (outcome.verdict === 'inconclusive') for (const one of expectations) sink.giveUp(one);
      return outcome;
    },
  };
}
