import { describe, expect, it } from 'vitest';
import { compareBaseline, readBaseline, renewBaseline, type Seen } from './baseline.ts';
import type { Verdict } from './verdict.ts';

describe('readBaseline', () => {
  it('reads entries', () => {
    expect(readBaseline({ knownFailures: [{ test: 'a', reason: 'ticket 7' }] })).toEqual({
      ok: true,
      failures: [{ test: 'a', reason: 'ticket 7' }],
    });
  });

  it('reads entries of requirements', () => {
    expect(readBaseline({ knownFailures: [{ requirement: 'a', reason: 'ticket 7' }] })).toEqual({
      ok: true,
      failures: [{ requirement: 'a', reason: 'ticket 7' }],
    });
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['an empty file', null, /list `knownFailures`/],
    ['a list at the top', [], /list `knownFailures`/],
    ['an entry without a reason', { knownFailures: [{ test: 'a' }] }, /entry 1 .* reason/],
    ['an entry that is text', { knownFailures: [{ test: 'a', reason: 'x' }, 'b'] }, /entry 2/],
    [
      'an entry of a test and a requirement',
      { knownFailures: [{ test: 'a', requirement: 'b', reason: 'x' }] },
      /entry 1/,
    ],
    ['an empty reason', { knownFailures: [{ test: 'a', reason: '' }] }, /entry 1/],
    [
      'an entry listed twice',
      {
        knownFailures: [
          { test: 'a', reason: 'x' },
          { test: 'a', reason: 'y' },
        ],
      },
      /a is listed twice/,
    ],
  ];
  it.each(bad)('refuses %s', (_name, content, problem) => {
    const reading = readBaseline(content);
    expect(reading.ok).toBe(false);
    expect(reading.ok ? '' : reading.problem).toMatch(problem);
  });
});

const seenOf = (
  tests: Readonly<Record<string, Verdict | Readonly<Record<string, Verdict>>>>,
  requirements: Readonly<Record<string, Verdict>> = {},
): Seen => ({
  tests: Object.entries(tests).map(([id, of]) => {
    const rows = typeof of === 'string' ? {} : of;
    const verdict = typeof of === 'string' ? of : Object.values(of).includes('fail') ? 'fail' : 'pass';
    return { id, verdict, requirements: Object.entries(rows).map(([slug, one]) => ({ slug, verdict: one })) };
  }),
  allTests: new Set([...Object.keys(tests), 'elsewhere']),
  requirements: new Map(Object.entries(requirements)),
});

describe('compareBaseline', () => {
  const rows: readonly (readonly [string, Verdict | undefined, boolean, boolean, RegExp | undefined])[] = [
    ['a test that still fails is accepted', 'fail', true, true, undefined],
    ['a test that passes now is stale', 'pass', true, false, /passes now/],
    ['a test that only warns now is stale', 'warning', true, false, /passes now/],
    ['an inconclusive test proves nothing', 'inconclusive', true, false, undefined],
    ['a harness error proves nothing and is not accepted', 'harness-error', true, false, undefined],
    ['a test that was not selected proves nothing', undefined, true, false, undefined],
    ['a test that does not exist is stale', undefined, false, false, /no such test/],
  ];
  it.each(rows)('%s', (_name, verdict, exists, accepted, stale) => {
    const seen = { ...seenOf(verdict === undefined ? {} : { t: verdict }), allTests: new Set(exists ? ['t'] : []) };
    const comparison = compareBaseline([{ test: 't', reason: 'r' }], seen);
    expect(comparison.accepted.get('t')).toBe(accepted ? 'r' : undefined);
    if (stale === undefined) expect(comparison.stale).toEqual([]);
    else expect(comparison.stale.join()).toMatch(stale);
  });

  it.each<readonly [string, Seen, boolean, RegExp | undefined]>([
    ['a test that fails of it is accepted', seenOf({ t: { x: 'fail', y: 'pass' } }, { x: 'fail' }), true, undefined],
    [
      'one that fails of another, too, is not',
      seenOf({ t: { x: 'fail', y: 'fail' } }, { x: 'fail' }),
      false,
      undefined,
    ],
    ['one that fails of nothing in the catalogue is not', seenOf({ t: 'fail' }, { x: 'fail' }), false, undefined],
    ['one that holds now is stale', seenOf({ t: { x: 'pass' } }, { x: 'pass' }), false, /x passes now/],
    ['one that nothing judged proves nothing', seenOf({}, { x: 'not-run' }), false, undefined],
    ['one that does not exist is stale', seenOf({}), false, /x is on the baseline but there is no such requirement/],
  ])('of a requirement: %s', (_name, seen, accepted, stale) => {
    const comparison = compareBaseline([{ requirement: 'x', reason: 'r' }], seen);
    expect(comparison.accepted.get('t')).toBe(accepted ? 'r' : undefined);
    expect(comparison.stale.join()).toMatch(stale ?? /^$/);
  });
});

describe('renewBaseline', () => {
  it('keeps what is true and what was not looked at, drops what is stale, and adds what is new', () => {
    const seen = seenOf(
      { known: 'fail', healed: 'pass', fresh: 'fail', good: 'pass', of: { x: 'fail' } },
      { x: 'fail' },
    );
    const renewed = renewBaseline(
      [
        { test: 'known', reason: 'ticket 7' },
        { test: 'healed', reason: 'ticket 8' },
        { test: 'elsewhere', reason: 'ticket 9' },
        { test: 'gone', reason: 'ticket 10' },
        { requirement: 'x', reason: 'ticket 11' },
      ],
      seen,
    );
    expect(renewed).toEqual([
      { test: 'known', reason: 'ticket 7' },
      { test: 'elsewhere', reason: 'ticket 9' },
      { requirement: 'x', reason: 'ticket 11' },
      { test: 'fresh', reason: 'not looked at yet' },
    ]);
    expect(compareBaseline(renewed, seen).stale).toEqual([]);
    expect([...compareBaseline(renewed, seen).accepted.keys()]).toEqual(['known', 'fresh', 'of']);
  });
});
