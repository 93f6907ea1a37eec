import { describe, expect, it } from 'vitest';
import { compareBaseline, readBaseline } from './baseline.ts';
import type { Verdict } from './verdict.ts';

describe('readBaseline', () => {
  it('reads entries', () => {
    expect(readBaseline({ knownFailures: [{ test: 'a', reason: 'ticket 7' }] })).toEqual({
      ok: true,
      failures: [{ test: 'a', reason: 'ticket 7' }],
    });
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['an empty file', null, /list `knownFailures`/],
    ['a list at the top', [], /list `knownFailures`/],
    ['an entry without a reason', { knownFailures: [{ test: 'a' }] }, /entry 1 .* reason/],
    ['an entry that is text', { knownFailures: [{ test: 'a', reason: 'x' }, 'b'] }, /entry 2/],
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
    const verdicts = new Map<string, Verdict>(verdict === undefined ? [] : [['t', verdict]]);
    const comparison = compareBaseline([{ test: 't', reason: 'r' }], verdicts, new Set(exists ? ['t'] : []));
    expect(comparison.accepted.has('t')).toBe(accepted);
    if (stale === undefined) expect(comparison.stale).toEqual([]);
    else expect(comparison.stale.join()).toMatch(stale);
  });
});
