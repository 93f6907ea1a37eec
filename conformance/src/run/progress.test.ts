import { describe, expect, it } from 'vitest';
import type { Verdict } from '../harness/types.ts';
import { cut, liveLine, Progress, type Screen } from './progress.ts';
import type { ScenarioRun } from './result.ts';
import { SEEN } from './testing/seen.ts';

const meta = (id: string) => ({ id, title: id, area: 'ivr', requirements: [], needs: {} });
const done = (id: string, verdict: Verdict, reason?: string): ScenarioRun => ({
  meta: meta(id),
  selected: true,
  outcome: {
    meta: meta(id),
    verdict,
    reasons: reason === undefined ? [] : [{ text: reason }],
    shown: [],
    broken: [],
    warned: [],
    observed: SEEN,
    timeline: [],
    artifacts: [],
    startedAt: 0,
    endedAt: 1240,
  },
});

function screen(width: number | undefined): Screen & { written: string[] } {
  const written: string[] = [];
  return {
    written,
    write: (text) => written.push(text),
    width: () => width,
    paint: (_tone, text) => text,
    now: () => 3000,
  };
}

describe('liveLine', () => {
  const tally = { total: 60, passed: 12, failed: 0, skipped: 0, running: ['ivr/a', 'ivr/b'], elapsedMs: 8700 };
  it.each([
    ['counts and what runs', 80, {}, '12/60 · 12 passed · 8 s · ivr/a, ivr/b'],
    [
      'failures and skips when there are any',
      80,
      { failed: 1, skipped: 2, running: [] },
      '15/60 · 12 passed · 1 failed · 2 skipped · 8 s',
    ],
    ['no wider than the terminal', 24, {}, '12/60 · 12 passed · 8 s…'],
  ])('%s', (_name, width, change, line) => {
    expect(liveLine({ ...tally, ...change }, width)).toBe(line);
  });
});

it('cut counts letters, not code units', () => {
  expect(cut('😀😀😀', 3)).toBe('😀😀😀');
  expect(cut('😀😀😀', 2)).toBe('😀…');
  expect(cut('abc', 0)).toBe('…');
});

describe('without a terminal', () => {
  it('writes one line for each test, and no control characters', () => {
    const out = screen(undefined);
    const progress = new Progress(out);
    progress.collected([
      { meta: meta('ivr/a'), selected: true },
      { meta: meta('ivr/b'), selected: true },
      { meta: meta('ivr/c'), selected: false },
    ]);
    progress.started('ivr/a');
    progress.told('ivr/a', '5 of 10 calls');
    progress.finished(done('ivr/a', 'pass'));
    progress.told('ivr/a', 'too late');
    progress.finished(done('ivr/b', 'fail', 'expected\n"42", came "442"'));
    progress.end();
    expect(out.written).toEqual([
      '2 of 3 tests\n',
      '  ivr/a: 5 of 10 calls\n',
      '✓ ivr/a 1.2 s\n',
      '✗ ivr/b 1.2 s  expected "42", came "442"\n',
    ]);
  });
});

describe('on a terminal', () => {
  it('keeps one live line, and only what is no pass above it', () => {
    const out = screen(60);
    const progress = new Progress(out);
    progress.collected([
      { meta: meta('ivr/a'), selected: true },
      { meta: meta('ivr/b'), selected: true },
    ]);
    progress.started('ivr/a');
    progress.started('ivr/b');
    progress.told('ivr/b', 'half-way');
    progress.finished(done('ivr/a', 'pass'));
    progress.finished({ meta: meta('ivr/b'), selected: true, crash: 'boom' });
    progress.end();
    const text = out.written.join('');
    const seen = text.split('\n').map((line) => line.split('\r\x1b[2K').at(-1));
    expect(seen).toEqual(['✗ ivr/b  boom', '']);
    expect(text).toContain('1/2 · 1 passed · 0 s · ivr/b (half-way)');
    for (const line of text.split(/\n|\r\x1b\[2K/)) expect(line.length).toBeLessThan(60);
  });
});
