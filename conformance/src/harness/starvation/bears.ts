import type { ScenarioMeta } from '../types.ts';

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

/**
 * The lateness of the suite from which on a value that the target gives may be our doing, ms; undefined: it never is.
 * @param answered callbacks were answered in the scenario: who answers them late gets what follows from no answer.
 */
export function bearsMs(
  meta: Pick<ScenarioMeta, 'area' | 'bearsMs'>,
  { callbackTimeoutMs, answered }: { readonly callbackTimeoutMs: number; readonly answered: boolean },
): number | undefined {
  const late = answered ? callbackTimeoutMs / 2 : undefined;
  const own = meta.bearsMs ?? byArea[meta.area];
  if (own === undefined || late === undefined) return own ?? late;
  return Math.min(own, late);
}
