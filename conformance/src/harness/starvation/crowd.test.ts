import { availableParallelism } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { runnableOf, sharesMachine, watchCrowd } from './crowd.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('averages over the stretch that is asked for, a core each', () => {
  vi.useFakeTimers();
  let now = 0;
  let count = 0;
  const watch = watchCrowd({ now: () => now }, () => count * availableParallelism());
  for (const [at, one] of [
    [100, 1],
    [200, 20],
    [300, 10],
  ] as const) {
    [now, count] = [at, one];
    vi.advanceTimersByTime(100);
  }
  expect(watch.average(150, 1000)).toBe(15);
  expect(watch.average(400, 1000)).toBeUndefined();
  watch.stop();
  vi.advanceTimersByTime(1000);
  expect(watch.average(301, 5000)).toBeUndefined();
});

it.each([
  ['0.37 0.18 0.57 3/412 9121\n', 2],
  ['12.00 9.18 4.57 25/412 9121\n', 24],
])('reads %j', (text, threads) => {
  expect(runnableOf(text)).toBe(threads);
});

it.each([
  ['one that we start', { sip: { host: '10.0.0.9' }, command: true }, true],
  ['one on the loopback', { sip: { host: '127.0.0.1' } }, true],
  ['one at the address of the suite', { sip: { host: '10.0.0.1' } }, true],
  ['one elsewhere', { sip: { host: '10.0.0.9' } }, false],
])(
  'knows a target of this machine: %s',
  (_name, { sip, command }: { sip: { host: string }; command?: boolean }, shares) => {
    const started = { argv: ['x'], ready: { url: 'http://x', timeoutMs: 1 }, stopMs: 1 };
    expect(
      sharesMachine({
        sip: { ...sip, port: 5060, transport: 'udp' },
        suite: { host: '10.0.0.1' },
        ...(command === true ? { command: started } : {}),
      }),
    ).toBe(shares);
  },
);
