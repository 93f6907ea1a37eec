import { expect, it } from 'vitest';
import type { Digit } from '../ids.ts';
import { caller, type Talk, talking } from '../testing/call-bench.ts';

const five = '5' as Digit;

it.each([
  ['caller', () => caller],
  ['callee', ({ far }: Talk) => far],
] as const)('a key of the %s in a SIP INFO is put into the voice that its party hears (D-KEYS)', (_, legOf) => {
  const bench = talking();
  const leg = legOf(bench);
  bench.dispatch({ type: 'sip.dtmf', leg, digit: five });
  expect(bench.args(leg, 'press')).toEqual([five]);
});

it('a key in the stream is not: it passes with the stream', () => {
  const bench = talking();
  bench.dispatch({ type: 'media.dtmf', leg: caller, digit: five, source: 'rfc4733' });
  expect(bench.toldTo(caller)).not.toContain('media.press');
});

it('a key for the IVR is collected, and nobody else gets it', () => {
  const bench = talking();
  bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
  bench.answer('callEvent', { action: 'ivr' });
  bench.answer('callAnswered');
  bench.answer('getIvrCommand', { dtmf: { maxDigits: 1 } });
  bench.dispatch({ type: 'sip.dtmf', leg: caller, digit: five });
  expect(bench.toldTo(caller)).not.toContain('media.press');
  expect(bench.last('getIvrCommand').body).toMatchObject({ dtmfParams: { dtmfMatch: '5' } });
});
