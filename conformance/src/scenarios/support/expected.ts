/** Short names for what a scenario expects, with words that the report can print. */
import { isDeepStrictEqual } from 'node:util';
import type { Expected } from '../../harness/types.ts';

export const is = (value: unknown): Expected<unknown> => ({ equals: value });

export const oneOf = (...values: readonly unknown[]): Expected<unknown> => ({
  that: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  holds: (actual) => values.some((value) => isDeepStrictEqual(actual, value)),
});

/** A predicate with words for it. */
export const that = <T>(words: string, holds: (actual: T) => boolean): Expected<T> => ({ that: words, holds });

/** As `that`, of what no answer of ours can bring about, however late it is: a suite that was held up is no excuse for it. */
export const inAnyCase = <T>(words: string, holds: (actual: T) => boolean): Expected<T> => ({
  ...{ that: words, holds },
  bearsMs: Number.POSITIVE_INFINITY,
});

/** The property is not there at all; null or an empty text will not do. */
export const absent: Expected<unknown> = { that: 'left out', holds: (actual) => actual === undefined };

export const nonEmptyText: Expected<unknown> = {
  that: 'a text that is not empty',
  holds: (actual) => typeof actual === 'string' && actual.trim() !== '',
};

export const uuid: Expected<unknown> = {
  that: 'a UUID',
  holds: (actual) => typeof actual === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(actual),
};

export const ipAddress: Expected<unknown> = {
  that: 'an IP address',
  holds: (actual) =>
    typeof actual === 'string' && (/^(\d{1,3}\.){3}\d{1,3}$/.test(actual) || /^[0-9a-f:]*:[0-9a-f:.]+$/i.test(actual)),
};

/** Lies within, both ends included. */
export const between = (least: number, most: number): Expected<unknown> => ({
  that: `a number from ${least} to ${most}`,
  holds: (actual) => typeof actual === 'number' && actual >= least && actual <= most,
  outBy: (actual) => Math.max(least - Number(actual), Number(actual) - most),
});

/** As it is, of a mean or median of so many: a late packet moves a mean by its share alone, and a median by less. */
export const ofMany = (expected: Expected<unknown>, count: number): Expected<unknown> => {
  if ('equals' in expected) return expected;
  const { outBy } = expected;
  return outBy === undefined ? expected : { ...expected, outBy: (actual) => outBy(actual) * count };
};

export const atLeast = (least: number): Expected<unknown> => ({
  that: `a number from ${least} on`,
  holds: (actual) => typeof actual === 'number' && actual >= least,
  outBy: (actual) => least - Number(actual),
});

/** The number that a property holds; the API's samples show some texts as numbers (D-TYPE). */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
