import { describe, expect, it } from 'vitest';
import { NonInviteServerTransaction } from './non-invite-server.ts';
import { names, request, response, timeline } from './testing/drive.ts';
import { defaultTimers } from './types.ts';

const info = request('INFO');

function started(reliable = false) {
  const machine = new NonInviteServerTransaction({ request: info, reliable, timers: defaultTimers }, 0);
  expect(names(machine.start(0))).toEqual(['deliver INFO']);
  return machine;
}

describe('non-INVITE server', () => {
  it('trying: discards repeated requests, has no timer', () => {
    const machine = started();
    expect(machine.receive(info, 500)).toEqual([]);
    expect(machine.nextTimeout()).toBeUndefined();
    expect(machine.state).toBe('trying');
  });

  it('proceeding: repeats the latest provisional response', () => {
    const machine = started();
    expect(names(machine.send(response(info, 100), 1))).toEqual(['transmit 100']);
    expect(machine.state).toBe('proceeding');
    expect(names(machine.send(response(info, 183), 2))).toEqual(['transmit 183']);
    expect(names(machine.receive(info, 3))).toEqual(['transmit 183']);
    expect(machine.nextTimeout()).toBeUndefined();
  });

  it.each([
    ['trying', 200],
    ['trying', 481],
    ['proceeding', 200],
    ['proceeding', 603],
  ] as const)('%s over UDP, %i: completed for 64·T1 (timer J)', (state, status) => {
    const machine = started();
    if (state === 'proceeding') machine.send(response(info, 100), 1);
    expect(machine.state).toBe(state);
    expect(names(machine.send(response(info, status), 10))).toEqual([`transmit ${status}`]);
    expect(machine.state).toBe('completed');
    expect(names(machine.receive(info, 500))).toEqual([`transmit ${status}`]);
    expect(machine.send(response(info, 500), 600)).toEqual([]);
    expect(machine.handleTimeout(32_009)).toEqual([]);
    expect(timeline(machine)).toEqual(['32010 terminated']);
    expect(machine.receive(info, 40_000)).toEqual([]);
    expect(machine.send(response(info, 200), 40_000)).toEqual([]);
  });

  it('over TCP a final response ends it at once', () => {
    const machine = started(true);
    expect(names(machine.send(response(info, 200), 10))).toEqual(['transmit 200', 'terminated']);
    expect(machine.nextTimeout()).toBeUndefined();
    expect(machine.transportError(11)).toEqual([]);
  });

  it.each([
    ['trying', undefined],
    ['proceeding', 100],
    ['completed', 200],
  ] as const)('%s: after a transport error the user is told and the state stays (RFC 6026 8.8)', (state, status) => {
    const machine = started();
    if (status !== undefined) machine.send(response(info, status), 1);
    expect(names(machine.transportError(2))).toEqual(['transport-error']);
    expect(machine.state).toBe(state);
  });
});
