/** What need not be the same to the letter when a test is judged again. */
import { isDeepStrictEqual } from 'node:util';
import type { TimelineEntry } from '../../harness/timeline.ts';
import type { ReportTest } from '../../report/model.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A replyId of the test's own making, named in its words, is taken out as if it were one of the target's. */
const words = (text: string): string => String(text).replace(UUID, 'uuid');

/**
 * A test without where its files lie (the capture file and what SIPp wrote are made while the wires are there) and without when it
 * looked: what happens at the same time can be looked at in another order.
 */
export function testLikeness({ artifacts: _, expectations, ...rest }: ReportTest): unknown {
  return { ...rest, expectations: expectations?.map(({ at: __, what, ...said }) => ({ what: words(what), ...said })) };
}

/** The clock of a record stands still while what came in the same instant is looked at, ms. */
const INSTANT_MS = 5;

/** Whether the same crossed the wires at the same times, and, apart from it, the same was expected of it. */
export function sameTimeline(stated: readonly TimelineEntry[], found: readonly TimelineEntry[]): boolean {
  const [then, now] = [likeness(stated), likeness(found)];
  const near = then.times.every((at, n) => Math.abs(at - (now.times[n] ?? Number.NaN)) <= INSTANT_MS);
  return near && isDeepStrictEqual(plain(then.entries), plain(now.entries));
}

function likeness(timeline: readonly TimelineEntry[]): {
  readonly times: readonly number[];
  readonly entries: unknown;
} {
  const crossed = timeline.filter(({ detail }) => detail.type !== 'expect');
  const expected = timeline.flatMap(({ detail }) =>
    detail.type === 'expect' ? [{ ...detail, what: words(detail.what) }] : [],
  );
  const timeless = crossed.map(({ seq: _, at: __, detail, ...entry }) => ({ ...entry, detail: { ...detail, at: 0 } }));
  return { times: crossed.map(({ at }) => at), entries: [timeless, expected] };
}

/** As it is in a file: without what is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
