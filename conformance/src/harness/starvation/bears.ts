import type { ScenarioMeta } from '../types.ts';
import type { Span, Timed } from './excuse.ts';

/**
 * Areas whose scenarios play against the clock: digits that come late end in another reason, sound that comes late is a gap,
 * and a far end that is late is sent copies. From so much lateness on, ms, another value may be our doing.
 */
const byArea: Readonly<Record<string, number>> = {
  dtmf: 300,
  // Five packets that come late are a hole in what is heard and recorded.
  phrases: 100,
  media: 100,
  'actions-media': 100,
  recording: 100,
  sip: 300,
  b2bua: 500,
  endurance: 1000,
};

/** How late the suite may be, ms, before what a scenario plays against the clock may come out otherwise; undefined: it plays against none. */
export const bearsOf = ({ area, bearsMs }: Pick<ScenarioMeta, 'area' | 'bearsMs'>): number | undefined =>
  bearsMs ?? byArea[area];

/**
 * How a value, or a course that broke off, hangs on time; undefined: not at all. Elsewhere than in these areas it does so by
 * the answers to callbacks alone: what follows from one that came too late is our doing. `at`: when it was seen to be wrong, on
 * the run's clock; what came later has no part in it.
 */
export function valueTiming(
  meta: Pick<ScenarioMeta, 'area' | 'bearsMs'>,
  seen: { readonly callbackTimeoutMs: number; readonly answers: readonly Span[]; readonly at: number },
): Timed | undefined {
  const own = bearsOf(meta);
  if (own !== undefined) return { kind: 'value', bearsMs: own };
  const { callbackTimeoutMs: limitMs, at } = seen;
  // One that was noticed later may have been sent before, while we were held up.
  const answers = seen.answers
    .filter(({ from }) => from - limitMs < at)
    .map(({ from, to }) => ({ from, to: Math.min(to, at) }));
  return answers.length > 0 ? { kind: 'answer', answers, limitMs } : undefined;
}
