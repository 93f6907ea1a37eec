import { describe, expect, it } from 'vitest';
import { elapse, request, response } from '../transaction/testing/drive.ts';
import { defaultTimers } from '../transaction/types.ts';
import { ReliableProvisionals, ReliableReceiver, supports100rel } from './index.ts';

const invite = request('INVITE');
const prack = (rack: string) => request('PRACK', { lines: [`RAck: ${rack}`] });

/** One that has sent a 183 at 0. */
function begun() {
  const own = new ReliableProvisionals({ cseq: 7, firstRSeq: 100, timers: defaultTimers });
  const first = response(invite, 183);
  own.begin(first, 0);
  return { own, first };
}

describe('ReliableProvisionals (RFC 3262 3)', () => {
  it('numbers what it sends and waits for the PRACK of each', () => {
    const { own, first } = begun();
    expect(first.headers.getList('Require')).toEqual(['100rel']);
    expect(first.headers.get('RSeq')).toBe('100');
    expect(own.open).toBe(true);
    expect(own.prack(prack('100 7 INVITE'))).toBe(true);
    expect(own.open).toBe(false);
    const second = response(invite, 180);
    second.headers.append('Require', '100rel');
    own.begin(second, 20);
    expect(second.headers.getList('Require')).toEqual(['100rel']);
    expect(second.headers.get('RSeq')).toBe('101');
    expect(own.prack(prack('101 7 INVITE'))).toBe(true);
    expect(own.nextTimeout()).toBeUndefined();
  });

  it('repeats until 64·T1 and then asks for the call to be refused', () => {
    const { own, first } = begun();
    const seen = elapse(own, Number.POSITIVE_INFINITY);
    expect(seen.map(([at, { type }]) => `${at} ${type}`)).toEqual([
      '500 transmit',
      '1500 transmit',
      '3500 transmit',
      '7500 transmit',
      '15500 transmit',
      '31500 transmit',
      '32000 timeout',
    ]);
    expect(seen[0]?.[1]).toEqual({ type: 'transmit', message: first });
    expect(own.prack(prack('100 7 INVITE'))).toBe(false);
    expect(own.nextTimeout()).toBeUndefined();
  });

  it.each([
    ['another RSeq', '101 7 INVITE'],
    ['another CSeq', '100 8 INVITE'],
    ['another method', '100 7 UPDATE'],
    ['nonsense', 'x'],
  ])('a PRACK of %s acknowledges nothing', (_name, rack) => {
    const { own } = begun();
    expect(own.prack(prack(rack))).toBe(false);
    expect(own.nextTimeout()).toBe(500);
  });

  it('a second PRACK is of nothing', () => {
    const { own } = begun();
    own.prack(prack('100 7 INVITE'));
    expect(own.prack(prack('100 7 INVITE'))).toBe(false);
  });

  it('stops with the final response', () => {
    const { own } = begun();
    own.stop();
    expect(own.open).toBe(false);
    expect(own.nextTimeout()).toBeUndefined();
    expect(own.handleTimeout(99_999)).toEqual([]);
    expect(own.prack(prack('100 7 INVITE'))).toBe(false);
  });
});

describe('ReliableReceiver (RFC 3262 4)', () => {
  const reliable = (rseq: string, status = 183) => {
    const message = response(invite, status);
    message.headers.set('RSeq', rseq).set('Require', '100rel');
    return message;
  };

  it('takes what comes in order and drops what is repeated or ahead', () => {
    const own = new ReliableReceiver();
    expect(['776', '776', '778', '777', '775'].map((rseq) => own.accepts(reliable(rseq)))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it.each([
    ['a plain 180', response(invite, 180)],
    ['a 200', reliable('1', 200)],
    ['a 100', reliable('1', 100)],
    ['no number', reliable('one')],
  ])('%s is not reliable', (_name, message) => {
    const own = new ReliableReceiver();
    expect([own.accepts(message), own.accepts(message)]).toEqual([true, true]);
  });
});

describe('supports100rel', () => {
  it.each([
    ['no', []],
    ['supported', ['Supported: timer, 100REL']],
    ['required', ['Supported: 100rel', 'Require: 100rel']],
  ])('%s', (answer, lines) => {
    expect(supports100rel(request('INVITE', { lines }))).toBe(answer);
  });
});
