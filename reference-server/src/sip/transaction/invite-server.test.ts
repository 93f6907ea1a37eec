import { describe, expect, it } from 'vitest';
import { InviteServerTransaction } from './invite-server.ts';
import { names, request, response, timeline } from './testing/drive.ts';
import { defaultTimers } from './types.ts';

const invite = request('INVITE', { lines: ['Timestamp: 12'] });
const ack = request('ACK', { cseq: '7 ACK' });

function started(reliable = false) {
  const machine = new InviteServerTransaction({ request: invite, reliable, timers: defaultTimers }, 0);
  expect(names(machine.start(0))).toEqual(['deliver INVITE']);
  return machine;
}

describe('INVITE server, proceeding', () => {
  it('sends 100 for a silent user after 200 ms, once', () => {
    const machine = started();
    expect(names(machine.receive(invite, 100))).toEqual([]);
    expect(machine.handleTimeout(199)).toEqual([]);
    expect(timeline(machine)).toEqual(['200 transmit 100']);
    expect(machine.response?.headers.get('Timestamp')).toBe('12');
    expect(machine.response?.headers.get('To')).toBe('<sip:bob@callee.example>');
    expect(names(machine.receive(invite, 700))).toEqual(['transmit 100']);
    expect(machine.state).toBe('proceeding');
  });

  it('repeats the latest provisional response for every INVITE, without 100 of its own', () => {
    const machine = started();
    expect(names(machine.send(response(invite, 180), 50))).toEqual(['transmit 180']);
    expect(names(machine.receive(invite, 60))).toEqual(['transmit 180']);
    expect(names(machine.send(response(invite, 183), 70))).toEqual(['transmit 183']);
    expect(names(machine.receive(invite, 80))).toEqual(['transmit 183']);
    expect(machine.nextTimeout()).toBeUndefined();
  });

  it('ignores an ACK', () => {
    const machine = started();
    expect(machine.receive(ack, 10)).toEqual([]);
    expect(machine.state).toBe('proceeding');
  });
});

describe.each([[false], [true]])('INVITE server, accepted (RFC 6026), reliable: %s', (reliable) => {
  const accepted = () => {
    const machine = started(reliable);
    expect(names(machine.send(response(invite, 200), 100))).toEqual(['transmit 200']);
    expect(machine.state).toBe('accepted');
    return machine;
  };

  it('ends after 64·T1 (timer L) and repeats nothing by itself', () => {
    const machine = accepted();
    expect(timeline(machine)).toEqual(['32100 terminated']);
    expect(machine.state).toBe('terminated');
  });

  it('absorbs INVITEs, delivers ACKs, lets only 2xx through', () => {
    const machine = accepted();
    expect(machine.receive(invite, 200)).toEqual([]);
    expect(names(machine.receive(ack, 300))).toEqual(['deliver ACK']);
    expect(names(machine.send(response(invite, 200), 600))).toEqual(['transmit 200']);
    expect(machine.send(response(invite, 180), 700)).toEqual([]);
    expect(machine.send(response(invite, 500), 700)).toEqual([]);
    expect(machine.nextTimeout()).toBe(32_100);
  });
});

describe('INVITE server, completed', () => {
  const completed = (reliable = false, status = 486) => {
    const machine = started(reliable);
    expect(names(machine.send(response(invite, status), 1000))).toEqual([`transmit ${status}`]);
    expect(machine.state).toBe('completed');
    return machine;
  };

  it.each([300, 486, 699])('%i over UDP: repeats up to T2 (timer G) and gives up after 64·T1 (timer H)', (status) => {
    const machine = completed(false, status);
    const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) => at + 1000);
    expect(timeline(machine)).toEqual([
      ...times.map((at) => `${at} transmit ${status}`),
      '33000 timeout',
      '33000 terminated',
    ]);
    expect(machine.state).toBe('terminated');
  });

  it('over TCP: only timer H', () => {
    expect(timeline(completed(true))).toEqual(['33000 timeout', '33000 terminated']);
  });

  it('repeats for an INVITE, refuses other responses', () => {
    const machine = completed();
    expect(names(machine.receive(invite, 1100))).toEqual(['transmit 486']);
    expect(machine.send(response(invite, 200), 1200)).toEqual([]);
    expect(machine.send(response(invite, 180), 1200)).toEqual([]);
    expect(machine.nextTimeout()).toBe(1500);
  });

  it('ACK over UDP: confirmed for T4 (timer I), absorbing everything', () => {
    const machine = completed();
    expect(machine.receive(ack, 1100)).toEqual([]);
    expect(machine.state).toBe('confirmed');
    expect(machine.receive(ack, 1200)).toEqual([]);
    expect(machine.receive(invite, 1200)).toEqual([]);
    expect(machine.send(response(invite, 500), 1200)).toEqual([]);
    expect(timeline(machine)).toEqual(['6100 terminated']);
    expect(machine.state).toBe('terminated');
  });

  it('ACK over TCP: the end', () => {
    const machine = completed(true);
    expect(names(machine.receive(ack, 1100))).toEqual(['terminated']);
    expect(machine.nextTimeout()).toBeUndefined();
  });
});

describe('INVITE server, transport error (RFC 6026 8.8)', () => {
  it.each([
    ['proceeding', undefined],
    ['accepted', 200],
    ['completed', 500],
  ] as const)('%s: the user is told and the state stays', (state, status) => {
    const machine = started();
    if (status !== undefined) machine.send(response(invite, status), 1);
    expect(names(machine.transportError(2))).toEqual(['transport-error']);
    expect(machine.state).toBe(state);
  });

  it('terminated: nothing is left to say', () => {
    const machine = started(true);
    machine.send(response(invite, 500), 1);
    machine.receive(ack, 2);
    expect(machine.transportError(3)).toEqual([]);
    expect(machine.receive(invite, 3)).toEqual([]);
    expect(machine.receive(ack, 3)).toEqual([]);
    expect(machine.send(response(invite, 200), 3)).toEqual([]);
    expect(machine.handleTimeout(99_999)).toEqual([]);
  });
});
