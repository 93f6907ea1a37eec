import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule } from './schedule.ts';
import { TransactionTable } from './table.ts';
import { names, request, response } from './testing/drive.ts';
import type { Routing, TransactionId } from './types.ts';

const idOf = (routing: Routing): TransactionId => {
  if (!('id' in routing)) throw new Error(`no transaction: ${routing.type}`);
  return routing.id;
};
const outputsOf = (routing: Routing) => ('outputs' in routing ? names(routing.outputs) : []);

describe('TransactionTable as client', () => {
  it('matches responses by branch and method of CSeq (17.1.3)', () => {
    const table = new TransactionTable();
    const invite = request('INVITE', { branch: 'z9hG4bK-same' });
    const cancel = request('CANCEL', { branch: 'z9hG4bK-same' });
    const first = table.request(invite, false, 0);
    const second = table.request(cancel, false, 0);
    expect(names(first?.outputs ?? [])).toEqual(['transmit INVITE']);
    expect(table.receive(response(cancel, 200), false, 1)).toMatchObject({ type: 'existing', id: second?.id });
    const routed = table.receive(response(invite, 487), false, 2);
    expect(routed).toMatchObject({ type: 'existing', id: first?.id });
    expect(outputsOf(routed)).toEqual(['deliver 487', 'transmit ACK']);
    expect(table.get(idOf(routed))?.state).toBe('completed');
  });

  it.each([
    ['another branch', response(request('INVITE', { branch: 'z9hG4bK-2' }), 200)],
    ['another method', response(request('OPTIONS'), 200)],
  ])('a response of %s is stray', (_name, message) => {
    const table = new TransactionTable();
    table.request(request('INVITE'), false, 0);
    expect(table.receive(message, false, 1)).toEqual({ type: 'stray', response: message });
  });

  it('a response without branch matches nothing', () => {
    const message = response(request('INVITE', { via: 'SIP/2.0/UDP h' }), 200);
    expect(new TransactionTable().receive(message, false, 0)).toEqual({ type: 'unmatchable', message });
  });

  it.each([
    ['an ACK', request('ACK')],
    ['a request without branch', request('INVITE', { via: 'SIP/2.0/UDP h' })],
  ])('makes no transaction for %s', (_name, message) => {
    expect(new TransactionTable().request(message, false, 0)).toBeUndefined();
  });

  it('makes no second transaction of one branch', () => {
    const table = new TransactionTable();
    table.request(request('INVITE'), false, 0);
    expect(table.request(request('INVITE'), false, 0)).toBeUndefined();
  });

  it('tells the transaction of a transport error and forgets it', () => {
    const table = new TransactionTable();
    const made = table.request(request('INVITE'), false, 0);
    if (made === undefined) throw new Error('no transaction');
    expect(names(table.transportError(made.id, 1))).toEqual(['transport-error', 'terminated']);
    expect(table.size).toBe(0);
    expect(table.transportError(made.id, 2)).toEqual([]);
  });
});

describe('TransactionTable as server', () => {
  it('matches requests by branch, sent-by and method (17.2.3)', () => {
    const table = new TransactionTable();
    const made = table.receive(request('INVITE'), false, 0);
    expect(made.type).toBe('new');
    expect(outputsOf(made)).toEqual(['deliver INVITE']);
    expect(names(table.respond(idOf(made), response(request('INVITE'), 180), 1))).toEqual(['transmit 180']);
    const again = table.receive(request('INVITE'), false, 2);
    expect(again).toMatchObject({ type: 'existing', id: idOf(made) });
    expect(outputsOf(again)).toEqual(['transmit 180']);
  });

  it.each([
    ['branch', { branch: 'z9hG4bK-2' }],
    ['port of sent-by', { via: 'SIP/2.0/UDP caller.example:5070;branch=z9hG4bK-1' }],
    ['host of sent-by', { via: 'SIP/2.0/UDP other.example:5060;branch=z9hG4bK-1' }],
  ])('another %s is another transaction, of a merged request (8.2.2.2)', (_name, change) => {
    const table = new TransactionTable();
    table.receive(request('INVITE'), false, 0);
    const merged = table.receive(request('INVITE', change), false, 1);
    expect(merged.type).toBe('merged');
    expect(outputsOf(table.receive(request('INVITE', change), false, 2))).toEqual([]);
    expect(names(table.respond(idOf(merged), response(request('INVITE', change), 482), 3))).toEqual(['transmit 482']);
    expect(table.size).toBe(2);
  });

  it.each([
    ['inside a dialog', request('INVITE', { branch: 'z9hG4bK-2', to: '<sip:bob@callee.example>;tag=b' })],
    ['of another From tag', request('INVITE', { branch: 'z9hG4bK-2', from: '<sip:alice@caller.example>;tag=z' })],
    ['with the next CSeq', request('INVITE', { branch: 'z9hG4bK-2', cseq: '8 INVITE' })],
    ['CANCEL', request('CANCEL', { branch: 'z9hG4bK-2' })],
  ])('a request %s is not merged', (_name, message) => {
    const table = new TransactionTable();
    table.receive(request('INVITE'), false, 0);
    expect(table.receive(message, false, 1).type).toBe('new');
  });

  it('forgets what would merge when the transaction is over', () => {
    const table = new TransactionTable();
    const made = table.receive(request('OPTIONS'), true, 0);
    table.respond(idOf(made), response(request('OPTIONS'), 200), 1);
    expect(table.size).toBe(0);
    expect(table.receive(request('OPTIONS', { branch: 'z9hG4bK-2' }), true, 2).type).toBe('new');
  });

  it.each([
    [180, 'merged'],
    [200, 'merged'],
    [302, 'new'],
    [486, 'new'],
  ])('after a %i, which is retransmitted, the same request by another path is %s', (status, type) => {
    const table = new TransactionTable();
    const made = table.receive(request('INVITE'), false, 0);
    table.respond(idOf(made), response(request('INVITE'), status), 1);
    expect(table.size).toBe(1);
    const again = table.receive(request('INVITE', { branch: 'z9hG4bK-2' }), false, 2);
    expect(again.type).toBe(type);
    expect(table.receive(request('INVITE', { branch: 'z9hG4bK-3' }), false, 3)).toMatchObject({
      type: 'merged',
      original: type === 'new' ? idOf(again) : idOf(made),
    });
  });

  it('merges with the last request that was taken', () => {
    const table = new TransactionTable();
    const passed = table.receive(request('INVITE'), false, 0);
    const back = table.receive(request('INVITE', { branch: 'z9hG4bK-2', uri: 'sip:carol@callee.example' }), false, 1);
    expect(back).toMatchObject({ type: 'merged', original: idOf(passed) });
    table.admit(idOf(back));
    table.respond(idOf(passed), response(request('INVITE'), 408), 2);
    expect(table.receive(request('INVITE', { branch: 'z9hG4bK-3' }), false, 3)).toMatchObject({
      type: 'merged',
      original: idOf(back),
    });
  });

  it('knows which INVITE a CANCEL speaks of (9.2)', () => {
    const table = new TransactionTable();
    const invite = table.receive(request('INVITE'), false, 0);
    expect(table.receive(request('CANCEL'), false, 1)).toMatchObject({ type: 'new', cancels: idOf(invite) });
    expect(table.receive(request('CANCEL', { branch: 'z9hG4bK-none' }), false, 1)).not.toHaveProperty('cancels');
  });

  it('gives an ACK of a failure to its INVITE, and one of nothing to the dialog', () => {
    const table = new TransactionTable();
    const made = table.receive(request('INVITE'), false, 0);
    table.respond(idOf(made), response(request('INVITE'), 486), 1);
    expect(table.receive(request('ACK'), false, 2)).toEqual({ type: 'existing', id: idOf(made), outputs: [] });
    expect(table.get(idOf(made))?.state).toBe('confirmed');
    expect(table.receive(request('ACK', { branch: 'z9hG4bK-2' }), false, 3).type).toBe('ack');
    expect(table.size).toBe(1);
  });

  it.each([
    ['to a client transaction', true],
    ['to none', false],
  ])('gives a response %s nowhere', (_name, exists) => {
    const table = new TransactionTable();
    const id = exists ? table.request(request('INVITE'), false, 0)?.id : ('none' as TransactionId);
    if (id === undefined) throw new Error('no transaction');
    expect(table.respond(id, response(request('INVITE'), 200), 1)).toEqual([]);
  });

  it('does not match a request without Via', () => {
    const message = request('INVITE', { via: 'nonsense' });
    expect(new TransactionTable().receive(message, false, 0)).toEqual({ type: 'unmatchable', message });
  });
});

describe('TransactionTable and RFC 2543 clients', () => {
  const old = { via: 'SIP/2.0/UDP old.example;branch=3' };

  it('matches by Request-URI, From tag, Call-ID, CSeq and Via', () => {
    const table = new TransactionTable();
    const made = table.receive(request('INVITE', old), false, 0);
    expect(made.type).toBe('new');
    expect(table.receive(request('INVITE', old), false, 1)).toMatchObject({ type: 'existing', id: idOf(made) });
    expect(table.receive(request('INVITE', { ...old, uri: 'sip:other@callee.example' }), false, 2).type).toBe('merged');
    expect(table.receive(request('INVITE', { ...old, cseq: '8 INVITE' }), false, 2).type).toBe('new');
    const other = '<sip:alice@caller.example>;tag=z';
    expect(table.receive(request('INVITE', { ...old, from: other }), false, 2).type).toBe('new');
    expect(table.receive(request('INVITE', { via: 'SIP/2.0/UDP old.example' }), false, 2).type).toBe('merged');
  });

  it.each([
    ['b', 'existing', 'confirmed'],
    ['other', 'ack', 'completed'],
  ])('an ACK with To tag %s is %s', (tag, type, state) => {
    const table = new TransactionTable();
    const made = table.receive(request('INVITE', old), false, 0);
    table.respond(idOf(made), response(request('INVITE', old), 486, 'b'), 1);
    const ack = request('ACK', { ...old, to: `<sip:bob@callee.example>;tag=${tag}` });
    expect(table.receive(ack, false, 2).type).toBe(type);
    expect(table.get(idOf(made))?.state).toBe(state);
  });
});

describe('TransactionTable and time', () => {
  it('runs the timers of all transactions in order', () => {
    const table = new TransactionTable();
    const a = table.request(request('INVITE', { branch: 'z9hG4bK-a' }), false, 0);
    const b = table.request(request('OPTIONS', { branch: 'z9hG4bK-b' }), false, 100);
    expect(table.nextTimeout()).toBe(500);
    expect(table.handleTimeouts(499)).toEqual([]);
    expect(table.handleTimeouts(700).map(({ id }) => id)).toEqual([a?.id, b?.id]);
    expect(table.nextTimeout()).toBe(1700);
    table.receive(response(request('INVITE', { branch: 'z9hG4bK-a' }), 180), false, 800);
    table.receive(response(request('OPTIONS', { branch: 'z9hG4bK-b' }), 200), false, 900);
    expect(table.nextTimeout()).toBe(5900);
    expect(table.handleTimeouts(5900).map(({ id, outputs }) => [id, names(outputs)])).toEqual([
      [b?.id, ['terminated']],
    ]);
    expect(table.size).toBe(1);
    expect(table.nextTimeout()).toBeUndefined();
  });

  it('carries thousands through their whole life and keeps nothing', () => {
    const table = new TransactionTable();
    for (let n = 0; n < 3000; n++) table.request(request('OPTIONS', { branch: `z9hG4bK-${n}` }), false, n);
    let transmitted = 0;
    let ended = 0;
    let last = 0;
    for (let at = table.nextTimeout(); at !== undefined; at = table.nextTimeout()) {
      expect(at).toBeGreaterThanOrEqual(last);
      last = at;
      for (const { outputs } of table.handleTimeouts(at)) {
        for (const output of outputs) {
          if (output.type === 'transmit') transmitted++;
          if (output.type === 'terminated') ended++;
        }
      }
    }
    expect({ transmitted, ended, last, size: table.size }).toEqual({
      transmitted: 30_000,
      ended: 3000,
      last: 34_999,
      size: 0,
    });
  });

  it('schedules like a sorted list', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 50 }))), (steps) => {
        const schedule = new Schedule<string>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) {
            expect(schedule.pop()?.at).toBe(model.shift());
          } else {
            schedule.add(step, 'x');
            model.push(step);
            model.sort((a, b) => a - b);
          }
          expect(schedule.peek()?.at).toBe(model[0]);
          expect(schedule.size).toBe(model.length);
        }
      }),
      { seed: 17, numRuns: 300 },
    );
  });
});
