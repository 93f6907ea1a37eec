import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../drivers/ports.ts';
import { sipProblem } from './reach.ts';

const host = '127.0.0.1';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
const ask = (port: number, transport: 'udp' | 'tcp', limitMs?: number) =>
  sipProblem({ sip: { host, port, transport }, suite: { host }, domain: 'acme.example' }, limitMs);

/** A SIP end point that answers the OPTIONS of this number, from 1, and overhears those before. */
async function answering(nth: number, answer: string): Promise<number> {
  const socket = createSocket('udp4');
  closers.push(() => socket.close());
  let heard = 0;
  socket.on('message', (bytes, from) => {
    heard += 1;
    if (bytes.toString().startsWith('OPTIONS sip:acme.example SIP/2.0\r\n') && heard >= nth)
      socket.send(answer, from.port, from.address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket.address().port;
}

describe('a SIP address', () => {
  it.each([
    ['that answers 200', 1, 'SIP/2.0 200 OK\r\n\r\n'],
    ['that knows no such domain', 1, 'SIP/2.0 404 Not Found\r\n\r\n'],
    ['that did not hear the first request', 2, 'SIP/2.0 200 OK\r\n\r\n'],
  ])('%s is reached', async (_, nth, answer) => {
    expect(await ask(await answering(nth, answer), 'udp')).toBeUndefined();
  });

  it.each([
    ['at which nobody listens', async () => freePort(host)],
    ['at which something else listens', async () => answering(1, 'hello')],
  ])('%s is told', async (_, port) => {
    expect(await ask(await port(), 'udp', 300)).toBe('no answer to OPTIONS within 0.3 s');
  });

  it('is connected to over TCP', async () => {
    const server = createServer().listen(0, host);
    closers.push(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    expect(await ask(typeof address === 'object' && address !== null ? address.port : 0, 'tcp')).toBeUndefined();
    expect(await ask(await freePort(host), 'tcp')).toBe('the connection is refused');
  });
});
