import { describe, expect, it } from 'vitest';
import { NonInviteClientTransaction } from './non-invite-client.ts';
import { names, request, response, timeline } from './testing/drive.ts';
import { defaultTimers } from './types.ts';

const options = request('OPTIONS');

function started(reliable = false) {
  const machine = new NonInviteClientTransaction({ request: options, reliable, timers: defaultTimers }, 0);
  expect(names(machine.start(0))).toEqual(['transmit OPTIONS']);
  return machine;
}

describe('non-INVITE client', () => {
  it('trying: repeats with doubling intervals up to T2 and gives up after 64·T1 (timers E, F)', () => {
    const machine = started();
    const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(timeline(machine)).toEqual([
      ...times.map((at) => `${at} transmit OPTIONS`),
      '32000 timeout',
      '32000 terminated',
    ]);
    expect(machine.state).toBe('terminated');
  });

  it('trying over TCP: only timer F', () => {
    expect(timeline(started(true))).toEqual(['32000 timeout', '32000 terminated']);
  });

  it('proceeding: repeats every T2 and still gives up after 64·T1', () => {
    const machine = started();
    expect(names(machine.receive(response(options, 183), 100))).toEqual(['deliver 183']);
    expect(machine.state).toBe('proceeding');
    const times = [500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500];
    expect(timeline(machine)).toEqual([
      ...times.map((at) => `${at} transmit OPTIONS`),
      '32000 timeout',
      '32000 terminated',
    ]);
  });

  it('proceeding: further provisional responses are delivered', () => {
    const machine = started();
    machine.receive(response(options, 100), 1);
    expect(names(machine.receive(response(options, 183), 2))).toEqual(['deliver 183']);
  });

  it.each([
    ['trying', 200],
    ['trying', 404],
    ['proceeding', 302],
    ['proceeding', 603],
  ] as const)('%s over UDP, %i: completed for T4 (timer K)', (state, status) => {
    const machine = started();
    if (state === 'proceeding') machine.receive(response(options, 100), 1);
    expect(machine.state).toBe(state);
    expect(names(machine.receive(response(options, status), 100))).toEqual([`deliver ${status}`]);
    expect(machine.state).toBe('completed');
    expect(machine.receive(response(options, status), 101)).toEqual([]);
    expect(machine.transportError(102)).toEqual([]);
    expect(timeline(machine)).toEqual(['5100 terminated']);
    expect(machine.receive(response(options, status), 6000)).toEqual([]);
  });

  it('over TCP a final response ends it at once', () => {
    const machine = started(true);
    expect(names(machine.receive(response(options, 200), 100))).toEqual(['deliver 200', 'terminated']);
    expect(machine.nextTimeout()).toBeUndefined();
  });

  it.each([['trying'], ['proceeding']] as const)('%s: a transport error ends it', (state) => {
    const machine = started();
    if (state === 'proceeding') machine.receive(response(options, 100), 1);
    expect(names(machine.transportError(2))).toEqual(['transport-error', 'terminated']);
    expect(machine.state).toBe('terminated');
    expect(machine.transportError(3)).toEqual([]);
  });

  it('does nothing before a timer is due', () => {
    expect(started().handleTimeout(499)).toEqual([]);
  });
});
