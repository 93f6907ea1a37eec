/** How long a start waits for its SIP servers, and what it says when they do not come. */
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { LegId } from '../session/ids.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { engine, secret, until } from '../testing/srf/world.ts';
import { ConnectError } from './connect-error.ts';
import type { ServerAddress } from './server.ts';
import { createSignalling } from './signalling.ts';

const host = '127.0.0.1';

/** A port that takes connections and hands them to `greet`. */
async function listener(greet: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(() => (server.listening ? close() : undefined));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

function connecting(...drachtio: ServerAddress[]) {
  const clock = createFakeClock();
  const warned: string[] = [];
  const port = createSignalling({
    drachtio,
    dispatch: () => {},
    log: { info: () => {}, warn: (_fields, message) => warned.push(message), error: () => {} },
    clock,
    newLegId: () => 'leg' as LegId,
  });
  onTestFinished(() => port.close());
  return { port, clock, warned };
}

it.each<[string, () => Promise<number>, RegExp]>([
  [
    'nothing listens',
    async () => {
      const gone = await listener(() => {});
      await gone.close();
      return gone.port;
    },
    /^No connection to the drachtio-server 127\.0\.0\.1:\d+ \(nothing listens there\) within 30 s\.$/,
  ],
  [
    'somebody else listens',
    async () => (await listener(() => {})).port,
    /^No connection to the drachtio-server 127\.0\.0\.1:\d+ \(what listens there does not answer as a drachtio-server\) within 30 s\.$/,
  ],
])('gives up when its time is over: %s', async (_name, port, message) => {
  const attempt = connecting({ host, port: await port(), secret });
  let failed: unknown;
  const waiting = attempt.port.connected(30).catch((error: unknown) => {
    failed = error;
  });
  if (/nothing/.test(message.source)) await until(() => expect(attempt.warned).not.toEqual([]));
  attempt.clock.advance(29_999);
  await Promise.resolve();
  expect(failed).toBeUndefined();
  attempt.clock.advance(1);
  await waiting;
  expect(failed).toBeInstanceOf(ConnectError);
  expect(String((failed as ConnectError).message)).toMatch(message);
});

it('starts with those that are there, and says who is not', async () => {
  const gone = await listener(() => {});
  await gone.close();
  const near = await engine();
  const { port, clock, warned } = connecting({ ...near.appAddress, secret }, { host, port: gone.port, secret });
  const waiting = port.connected(30);
  await until(() => expect(port.stats().servers).toBe(1));
  await until(() => expect(warned).toContain('no connection to the SIP server'));
  clock.advance(30_000);
  await waiting;
  expect(warned).toContain('starts without this SIP server');
});

it('leaves no timer behind when all are there', async () => {
  const near = await engine();
  const { port, clock } = connecting({ ...near.appAddress, secret });
  await port.connected(30);
  expect(clock.pending()).toBe(0);
});

it('says at once that a secret is wrong', async () => {
  const near = await engine();
  const { port, clock } = connecting({ ...near.appAddress, secret: 'wrong' });
  const failed = await port.connected(30).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ConnectError);
  expect(String(failed)).toMatch(/drachtio-server 127\.0\.0\.1:\d+ does not accept the secret/);
  expect(clock.pending()).toBe(0);
});
