import { describe, expect, it } from 'vitest';
import { reliableProvisionalRetransmitter, twoXxRetransmitter } from './retransmitter.ts';
import { elapse, request, response } from './testing/drive.ts';
import { defaultTimers } from './types.ts';

const invite = request('INVITE');

describe('Retransmitter', () => {
  it.each([
    ['2xx, up to T2', twoXxRetransmitter, 200, [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]],
    ['reliable 1xx, without limit', reliableProvisionalRetransmitter, 183, [500, 1500, 3500, 7500, 15_500, 31_500]],
  ] as const)('%s', (_name, make, status, times) => {
    const message = response(invite, status);
    const machine = make(message, defaultTimers, 100);
    const expected = times.map((at) => [at + 100, { type: 'transmit', message }]);
    expect(elapse(machine, Number.POSITIVE_INFINITY)).toEqual([...expected, [32_100, { type: 'timeout' }]]);
    expect(machine.nextTimeout()).toBeUndefined();
  });

  it('stops when it is acknowledged', () => {
    const machine = twoXxRetransmitter(response(invite, 200), defaultTimers, 0);
    expect(machine.handleTimeout(499)).toEqual([]);
    expect(machine.handleTimeout(500)).toHaveLength(1);
    machine.stop();
    expect(machine.nextTimeout()).toBeUndefined();
    expect(machine.handleTimeout(99_999)).toEqual([]);
  });
});
