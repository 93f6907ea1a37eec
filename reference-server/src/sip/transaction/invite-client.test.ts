import { describe, expect, it } from 'vitest';
import { InviteClientTransaction } from './invite-client.ts';
import { names, request, response, timeline } from './testing/drive.ts';
import { defaultTimers } from './types.ts';

const invite = request('INVITE');

function started(reliable = false, timers = defaultTimers) {
  const machine = new InviteClientTransaction({ request: invite, reliable, timers }, 0);
  expect(names(machine.start(0))).toEqual(['transmit INVITE']);
  return machine;
}

describe('INVITE client, calling', () => {
  it('repeats over UDP with doubling intervals and gives up after 64·T1 (timers A, B)', () => {
    const machine = started();
    expect(timeline(machine)).toEqual([
      '500 transmit INVITE',
      '1500 transmit INVITE',
      '3500 transmit INVITE',
      '7500 transmit INVITE',
      '15500 transmit INVITE',
      '31500 transmit INVITE',
      '32000 timeout',
      '32000 terminated',
    ]);
    expect(machine.state).toBe('terminated');
    expect(machine.nextTimeout()).toBeUndefined();
  });

  it('is quiet over TCP until timer B', () => {
    expect(timeline(started(true))).toEqual(['32000 timeout', '32000 terminated']);
  });

  it('follows the settings', () => {
    const machine = started(false, { t1: 10, t2: 80, t4: 100 });
    expect(timeline(machine, 200)).toEqual([
      '10 transmit INVITE',
      '30 transmit INVITE',
      '70 transmit INVITE',
      '150 transmit INVITE',
    ]);
  });

  it('does nothing before a timer is due', () => {
    expect(started().handleTimeout(499)).toEqual([]);
  });

  it('does not catch up on what a late clock missed', () => {
    const machine = started();
    expect(names(machine.handleTimeout(10_000))).toEqual(['transmit INVITE']);
    expect(machine.nextTimeout()).toBe(11_000);
    expect(names(machine.handleTimeout(40_000))).toEqual(['timeout', 'terminated']);
  });

  it('ends with a transport error', () => {
    const machine = started();
    expect(names(machine.transportError(5))).toEqual(['transport-error', 'terminated']);
    expect(machine.state).toBe('terminated');
    expect(machine.transportError(6)).toEqual([]);
    expect(machine.receive(response(invite, 200), 7)).toEqual([]);
  });
});

describe.each([['calling'], ['proceeding']] as const)('INVITE client, a response in %s', (state) => {
  const at = (reliable = false) => {
    const machine = started(reliable);
    if (state === 'proceeding') expect(names(machine.receive(response(invite, 100), 10))).toEqual(['deliver 100']);
    expect(machine.state).toBe(state);
    return machine;
  };

  it('1xx: proceeding, no timer at all', () => {
    const machine = at();
    expect(names(machine.receive(response(invite, 180), 100))).toEqual(['deliver 180']);
    expect(machine.state).toBe('proceeding');
    expect(machine.nextTimeout()).toBeUndefined();
    expect(names(machine.transportError(200))).toEqual(['transport-error', 'terminated']);
  });

  it.each([[false], [true]])('2xx: accepted, timer M of 64·T1 (reliable: %s)', (reliable) => {
    const machine = at(reliable);
    expect(names(machine.receive(response(invite, 200), 100))).toEqual(['deliver 200']);
    expect(machine.state).toBe('accepted');
    expect(timeline(machine)).toEqual(['32100 terminated']);
  });

  it.each([300, 487, 503, 699])('%i over UDP: ACK, completed, timer D of 32 s', (status) => {
    const machine = at();
    expect(names(machine.receive(response(invite, status), 100))).toEqual([`deliver ${status}`, 'transmit ACK']);
    expect(machine.state).toBe('completed');
    expect(timeline(machine)).toEqual(['32100 terminated']);
    expect(machine.state).toBe('terminated');
  });

  it('486 over TCP: ACK and the end', () => {
    const machine = at(true);
    expect(names(machine.receive(response(invite, 486), 100))).toEqual(['deliver 486', 'transmit ACK', 'terminated']);
    expect(machine.state).toBe('terminated');
  });
});

describe('INVITE client, accepted (RFC 6026)', () => {
  it.each([
    [200, ['deliver 200']],
    [202, ['deliver 202']],
    [180, []],
    [100, []],
    [486, []],
  ])('%i', (status, outputs) => {
    const machine = started();
    machine.receive(response(invite, 200), 1);
    expect(names(machine.receive(response(invite, status, 'other'), 2))).toEqual(outputs);
    expect(machine.state).toBe('accepted');
  });

  it('has nothing that a transport could fail with', () => {
    const machine = started();
    machine.receive(response(invite, 200), 1);
    expect(machine.transportError(2)).toEqual([]);
    expect(machine.state).toBe('accepted');
  });
});

describe('INVITE client, completed', () => {
  const completed = (timers = defaultTimers) => {
    const machine = started(false, timers);
    machine.receive(response(invite, 486), 1);
    return machine;
  };

  it.each([
    [486, ['transmit ACK']],
    [600, ['transmit ACK']],
    [180, []],
    [200, []],
  ])('%i', (status, outputs) => {
    const machine = completed();
    expect(names(machine.receive(response(invite, status), 2))).toEqual(outputs);
    expect(machine.nextTimeout()).toBe(32_001);
  });

  it('ends when the ACK cannot be sent', () => {
    expect(names(completed().transportError(2))).toEqual(['transport-error', 'terminated']);
  });

  it('takes timer D from the settings', () => {
    expect(completed({ ...defaultTimers, d: 90 }).nextTimeout()).toBe(91);
  });

  it('makes the ACK of 17.1.1.3', () => {
    const machine = started();
    const [, output] = machine.receive(response(invite, 486), 1);
    const ack = output?.type === 'transmit' ? output.message : undefined;
    expect(ack).toMatchObject({
      kind: 'request',
      method: 'ACK',
      uri: 'sip:bob@callee.example',
      body: new Uint8Array(),
    });
    expect(ack?.headers.entries()).toEqual([
      { name: 'Via', value: 'SIP/2.0/UDP caller.example:5060;branch=z9hG4bK-1' },
      { name: 'Route', value: '<sip:edge.example;lr>' },
      { name: 'Max-Forwards', value: '70' },
      { name: 'From', value: '<sip:alice@caller.example>;tag=a' },
      { name: 'To', value: '<sip:bob@callee.example>;tag=b' },
      { name: 'Call-ID', value: 'c-1' },
      { name: 'CSeq', value: '7 ACK' },
    ]);
  });
});
