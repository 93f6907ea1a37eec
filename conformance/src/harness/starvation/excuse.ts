/**
 * Whether a failure may be the suite's own lateness. Pure. A wait that ran out, a moment that was missed, and a course
 * that went another way while the suite was late with its part of it can be; a schema that was broken cannot.
 */
import type { Holder, Holds } from './holds.ts';

/** How a failure hangs on time. */
export type Timed =
  /** So long was waited in vain, ms, until `at` on the run's clock. */
  | { readonly kind: 'wait'; readonly limitMs: number; readonly at: number }
  /** A stretch of time was measured, and missed what was expected by so much, ms. */
  | { readonly kind: 'moment'; readonly outByMs: number }
  /** A value that could be another one where the suite was late with its own part by so much, ms. */
  | { readonly kind: 'value'; readonly bearsMs: number }
  /** What came of these answers to callbacks, each of which the target waits for so long, ms. */
  | { readonly kind: 'answer'; readonly answers: readonly Span[]; readonly limitMs: number };

/** A stretch of the run's clock, ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is known of a stretch of the run. */
export interface Surroundings {
  readonly holds: Pick<Holds, 'worst' | 'total'>;
  /** Threads that wanted to run for each core, on average; undefined: the target runs elsewhere, or nobody knows. */
  crowd(from: number, to: number): number | undefined;
}

/** A wait is no longer one when the suite slept through this part of it; and never needs more than the most, ms. */
const waitShare = 1 / 4;
const leastOfWaitMs = 100;
const mostOfWaitMs = 1000;
/** A hold-up this short explains no moment: it is the error of any measurement on a machine in use, ms. */
const leastOfMomentMs = 50;
/** So many threads a core, and what takes a tenth of a second takes one. */
const crowded = 8;

/** Why the failure says nothing of the target: a sentence; undefined: it stands. */
export function excuse(
  timed: Timed,
  around: Surroundings,
  scenario: { readonly from: number; readonly to: number },
): string | undefined {
  const { from, to } = timed.kind === 'wait' ? { from: timed.at - timed.limitMs, to: timed.at } : scenario;
  return held(timed, around.holds, from, to) ?? outnumbered(timed, around.crowd(from, to));
}

function held(timed: Timed, holds: Surroundings['holds'], from: number, to: number): string | undefined {
  switch (timed.kind) {
    case 'wait': {
      const [by, ms] = longest(holds.total(from, to));
      const bound = Math.max(leastOfWaitMs, Math.min(mostOfWaitMs, timed.limitMs * waitShare));
      return ms >= bound
        ? `The suite itself was held up: its ${by} for ${Math.round(ms)} ms of the ${seconds(timed.limitMs)} that it waited`
        : undefined;
    }
    case 'moment': {
      // One of them may have noted the beginning late and another the end, and hold-ups in between add up.
      const late = [...holds.total(from, to)];
      const ms = late.reduce((sum, [, one]) => sum + one, 0);
      return ms >= Math.max(timed.outByMs, leastOfMomentMs)
        ? `The suite itself was held up (${late.map(([by, one]) => `${by} ${Math.round(one)} ms`).join(', ')}), where ${Math.round(timed.outByMs)} ms explain what came`
        : undefined;
    }
    case 'value': {
      // That SIPp starts late only puts off what the target is asked.
      const [by, ms] = longest(without(holds.worst(from, to), 'SIPp'));
      return ms >= timed.bearsMs
        ? `The suite itself was held up: its ${by} for ${Math.round(ms)} ms, and what came depends on it from ${Math.round(timed.bearsMs)} ms on`
        : undefined;
    }
    case 'answer': {
      // The target may have waited since long before the callback was noticed: for as long as it waits at all.
      const late = timed.answers.map((span) => holds.total(span.from - timed.limitMs, span.to).get('worker') ?? 0);
      const ms = Math.max(0, ...late);
      return ms >= timed.limitMs * waitShare
        ? `The suite itself was held up: its worker for ${Math.round(ms)} ms around a callback, whose answer the target waits ${seconds(timed.limitMs)} for`
        : undefined;
    }
    default:
      return timed satisfies never;
  }
}

function outnumbered(timed: Timed, crowd: number | undefined): string | undefined {
  if (timed.kind === 'value' || timed.kind === 'answer' || crowd === undefined || crowd < crowded) return undefined;
  return `The target shares a machine on which ${crowd.toFixed(1)} threads wanted each core`;
}

const without = (held: ReadonlyMap<Holder, number>, by: Holder): ReadonlyMap<Holder, number> =>
  new Map([...held].filter(([one]) => one !== by));

function longest(held: ReadonlyMap<Holder, number>): readonly [Holder, number] {
  return [...held].reduce<readonly [Holder, number]>((a, b) => (b[1] > a[1] ? b : a), ['worker', 0]);
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`);
