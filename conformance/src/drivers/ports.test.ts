import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { freePort, freePortBlock } from './ports.ts';

const host = '127.0.0.1';

it('gives each port once, and none that the system gives to connections', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort(host)));
  expect(new Set(ports).size).toBe(50);
  for (const port of ports) expect(port).toBeLessThan(32_768);
});

it('gives ports in a row, the first one even, beside single ones', async () => {
  const [firsts, single] = await Promise.all([
    Promise.all(Array.from({ length: 20 }, () => freePortBlock(host, 3))),
    freePort(host),
  ]);
  const all = firsts.flatMap((first) => [first, first + 1, first + 2]);
  expect(firsts.every((first) => first % 2 === 0)).toBe(true);
  expect(new Set([...all, single]).size).toBe(61);
});

it('passes over a port that somebody has bound', async () => {
  const taken = createSocket('udp4');
  taken.bind((await freePort(host)) + 2, host);
  await once(taken, 'listening');
  const bound = taken.address().port;
  const ports = [await freePort(host), await freePort(host), await freePort(host)];
  taken.close();
  expect(ports).not.toContain(bound);
});

it('says that an address is none of this machine', async () => {
  await expect(freePort('192.0.2.1')).rejects.toThrow('192.0.2.1 is not an address of this machine');
});
