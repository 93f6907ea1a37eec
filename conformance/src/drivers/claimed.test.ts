import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { claimed, unclaimed } from './claimed.ts';
import { portAfter } from './ports.ts';

const decodes = (() => {
  try {
    return execFileSync('tshark', ['-G', 'decodes'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } catch {
    return undefined;
  }
})();

it.runIf(decodes !== undefined).each(['udp', 'tcp'] as const)('%s: all that tshark claims is known', (transport) => {
  const ports = (decodes ?? '')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([table, , protocol]) => table === `${transport}.port` && !/^(?:sip|http)/.test(protocol ?? ''))
    .map(([, port]) => Number(port))
    .filter((port) => (port >= 10_000 && port < 20_000) || port >= 32_768);
  expect(ports.length).toBeGreaterThan(20);
  expect(ports.filter((port) => !claimed[transport].has(port))).toEqual([]);
});

it('none of them is given out', () => {
  const ports = new Set<number>();
  for (let port = portAfter(0); !ports.has(port); port = portAfter(port)) ports.add(port);
  expect(ports.size).toBeGreaterThan(9000);
  expect([...ports].filter((port) => claimed.udp.has(port) || claimed.tcp.has(port))).toEqual([]);
});

it('none of them is bound where any port will do, nor the same one tried twice', async () => {
  const [closed, free] = [new Set<number>(), [11_273, 34_962, 40_000]];
  const bind = async () => {
    const port = free.shift() ?? 0;
    return { port, close: () => closed.add(port) };
  };
  expect(await unclaimed('udp', bind, ({ port }) => port)).toMatchObject({ port: 40_000 });
  expect([...closed]).toEqual([34_962, 11_273]);
});
