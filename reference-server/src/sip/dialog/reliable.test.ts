import { describe, expect, it } from 'vitest';
import { elapse, request, response } from '../transaction/testing/drive.ts';
import { defaultTimers } from '../transaction/types.ts';
import { type ReliableOutput, ReliableProvisionals, ReliableReceiver, supports100rel } from './index.ts';

const invite = request('INVITE');
const prack = (rack: string) => request('PRACK', { lines: [`RAck: ${rack}`] });
const make = () => new ReliableProvisionals({ cseq: 7, firstRSeq: 100, timers: defaultTimers });
const sent = (outputs: ReliableOutput[]) =>
  outputs.map((output) =>
    output.type === 'transmit' ? `${output.message.status} ${output.message.headers.get('RSeq')}` : output.type,
  );

describe('ReliableProvisionals (RFC 3262 3)', () => {
  it('sends one at a time, numbered and required', () => {
    const own = make();
    const [first] = own.send(response(invite, 183), 0);
    expect(first?.type === 'transmit' && first.message.headers.getList('Require')).toEqual(['100rel']);
    expect(sent(first === undefined ? [] : [first])).toEqual(['183 100']);
    expect(own.send(response(invite, 180), 10)).toEqual([]);
    const result = own.prack(prack('100 7 INVITE'), 20);
    expect(result.status).toBe(200);
    expect(result.acknowledged?.status).toBe(183);
    expect(sent(result.outputs)).toEqual(['180 101']);
    expect(own.prack(prack('101 7 INVITE'), 30)).toMatchObject({ status: 200, outputs: [] });
    expect(own.nextTimeout()).toBeUndefined();
  });

  it('repeats until 64·T1 and then asks for the call to be refused', () => {
    const own = make();
    own.send(response(invite, 183), 0);
    own.send(response(invite, 180), 0);
    const seen = elapse(own, Number.POSITIVE_INFINITY).map(([at, output]) => `${at} ${sent([output])[0]}`);
    expect(seen).toEqual([
      '500 183 100',
      '1500 183 100',
      '3500 183 100',
      '7500 183 100',
      '15500 183 100',
      '31500 183 100',
      '32000 timeout',
    ]);
    expect(own.prack(prack('100 7 INVITE'), 33_000).status).toBe(481);
    expect(own.nextTimeout()).toBeUndefined();
  });

  it.each([
    ['another RSeq', '101 7 INVITE', 481],
    ['another CSeq', '100 8 INVITE', 481],
    ['another method', '100 7 UPDATE', 481],
    ['nonsense', 'x', 400],
  ])('a PRACK of %s', (_name, rack, status) => {
    const own = make();
    own.send(response(invite, 183), 0);
    expect(own.prack(prack(rack), 1)).toEqual({ status, outputs: [] });
    expect(own.nextTimeout()).toBe(500);
  });

  it('a second PRACK is of nothing', () => {
    const own = make();
    own.send(response(invite, 183), 0);
    own.prack(prack('100 7 INVITE'), 1);
    expect(own.prack(prack('100 7 INVITE'), 2).status).toBe(481);
  });

  it('a 2xx waits while a session description is open', () => {
    const own = make();
    expect(own.mayAccept).toBe(true);
    own.send(response(invite, 180), 0);
    expect(own.mayAccept).toBe(true);
    own.prack(prack('100 7 INVITE'), 1);
    own.send({ ...response(invite, 183), body: Uint8Array.of(1) }, 2);
    expect(own.mayAccept).toBe(false);
    own.prack(prack('101 7 INVITE'), 3);
    expect(own.mayAccept).toBe(true);
  });

  it('stops with the final response', () => {
    const own = make();
    own.send(response(invite, 183), 0);
    own.send(response(invite, 180), 0);
    own.stop();
    expect(own.nextTimeout()).toBeUndefined();
    expect(own.handleTimeout(99_999)).toEqual([]);
    expect(own.prack(prack('100 7 INVITE'), 1)).toEqual({ status: 481, outputs: [] });
  });
});

describe('ReliableReceiver (RFC 3262 4)', () => {
  const reliable = (rseq: string, status = 183) => {
    const message = response(invite, status);
    message.headers.set('RSeq', rseq).set('Require', '100rel');
    return message;
  };

  it('acknowledges in order and drops what is repeated or ahead', () => {
    const own = new ReliableReceiver();
    expect(own.receive(reliable('776'))).toEqual({ type: 'acknowledge', rack: '776 7 INVITE' });
    expect(own.receive(reliable('776'))).toEqual({ type: 'ignore' });
    expect(own.receive(reliable('778'))).toEqual({ type: 'ignore' });
    expect(own.receive(reliable('777'))).toEqual({ type: 'acknowledge', rack: '777 7 INVITE' });
    expect(own.receive(reliable('775'))).toEqual({ type: 'ignore' });
  });

  it.each([
    ['a plain 180', response(invite, 180)],
    ['a 200', reliable('1', 200)],
    ['a 100', reliable('1', 100)],
    ['no number', reliable('one')],
  ])('%s is not reliable', (_name, message) => {
    expect(new ReliableReceiver().receive(message)).toEqual({ type: 'plain' });
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
