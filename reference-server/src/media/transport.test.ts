import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openTransport } from './transport.ts';

const FROM = 22_000 + 2 * Math.floor(Math.random() * 900);
const open = (port: number) =>
  openTransport(
    '127.0.0.1',
    port,
    () => undefined,
    () => undefined,
  );
const sockets = (): number => readdirSync('/proc/self/fd').length;

it.runIf(process.platform === 'linux')('leaves no socket open for a port that cannot be had', async () => {
  const first = await open(FROM);
  onTestFinished(() => first.close());
  const before = sockets();
  for (let tries = 0; tries < 20; tries++) await expect(open(FROM)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(sockets()).toBeLessThan(before + 10);
});
