import type { ScenarioMeta } from '../types.ts';
import type { Holder } from './holds.ts';

/**
 * Areas whose scenarios play against the clock: digits that come late end in another reason, sound that comes late is a gap,
 * and a far end that is late is sent copies. From so much lateness on, ms, another value may be our doing.
 */
const byArea: Readonly<Record<string, number>> = {
  dtmf: 300,
  phrases: 300,
  media: 200,
  'actions-media': 300,
  recording: 300,
  sip: 300,
  b2bua: 500,
  endurance: 1000,
};

/** Of the callback's time limit: an answer that took longer may have come too late, and what follows then is our doing. */
const slowAnswer = 0.8;

/**
 * Whose lateness, and from how much on, may make the target give another value; undefined: nobody's.
 * @param slowestAnswerMs how long the slowest answer to a callback took in the scenario; 0: there was none.
 */
export function valueBears(
  meta: Pick<ScenarioMeta, 'area' | 'bearsMs'>,
  { callbackTimeoutMs, slowestAnswerMs }: { readonly callbackTimeoutMs: number; readonly slowestAnswerMs: number },
): { readonly bearsMs: number; readonly by: readonly Holder[] } | undefined {
  const own = meta.bearsMs ?? byArea[meta.area];
  // That SIPp starts late only puts off what the target is asked.
  if (own !== undefined) return { bearsMs: own, by: ['worker', 'RTP probe'] };
  return slowestAnswerMs >= callbackTimeoutMs * slowAnswer
    ? { bearsMs: callbackTimeoutMs / 2, by: ['worker'] }
    : undefined;
}
