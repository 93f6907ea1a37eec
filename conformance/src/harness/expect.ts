import { inspect, isDeepStrictEqual } from 'node:util';
import type { ExpectDetail } from './timeline.ts';
import type { Expected } from './types.ts';

/** The target did not do what a requirement demands. The message is a sentence for the report. */
export class RequirementBroken extends Error {
  override readonly name = 'RequirementBroken';
  readonly requirement: string;
  /** A stretch of time that was missed by so much, ms; undefined: it is not about time. */
  readonly outByMs: number | undefined;
  /** From so much lateness of the suite on the value may be our doing, ms; undefined: as its area says. */
  readonly bearsMs: number | undefined;
  constructor(detail: ExpectDetail, outByMs?: number, bearsMs?: number) {
    super(`${detail.what}: expected ${detail.expected}, came ${detail.actual}`);
    this.requirement = detail.requirement;
    this.outByMs = outByMs;
    this.bearsMs = bearsMs;
  }
}

/** A stretch of time of which nobody says how far out it is, ms. */
const unknownOutMs = 250;

/** By how much a stretch of time was missed, ms; undefined where the words do not name that unit. */
function outByMs<T>(what: string, actual: T, expected: Expected<T>): number | undefined {
  if (!/\bms\b/.test(what)) return undefined;
  const out = 'outBy' in expected ? expected.outBy?.(actual) : undefined;
  return out !== undefined && Number.isFinite(out) ? out : unknownOutMs;
}

/** What did not hold, with how it hangs on time. */
export function brokenBy<T>(detail: ExpectDetail, what: string, actual: T, expected: Expected<T>): RequirementBroken {
  const bearsMs = 'bearsMs' in expected ? expected.bearsMs : undefined;
  return new RequirementBroken(detail, outByMs(what, actual, expected), bearsMs);
}

/** Compares, and puts both sides into words. */
export function compare<T>(
  requirement: string,
  what: string,
  actual: T,
  expected: Expected<T>,
  level: 'must' | 'should',
): ExpectDetail {
  const ok = 'equals' in expected ? isDeepStrictEqual(actual, expected.equals) : expected.holds(actual);
  const words = 'equals' in expected ? show(expected.equals) : expected.that;
  return { type: 'expect', requirement, what, expected: words, actual: show(actual), ok, level };
}

/** A value on one line or few, as a reader wants to see it; of a text of many lines, such as a message, the first one. */
const show = (value: unknown): string => {
  if (typeof value !== 'string')
    return inspect(value, { depth: 4, breakLength: 100, maxArrayLength: 20, maxStringLength: 500 });
  const [first = '', ...more] = value.split(/\r?\n/);
  return more.length < manyLines ? JSON.stringify(value) : `${first} … (${more.length} more lines)`;
};
const manyLines = 4;
