import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answer, exchange } from './exchange.ts';

async function peer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ connections: 1, pipelining: 1 });
  onTestFinished(async () => {
    await agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (settle: (outcome: Answer | Error) => void, maxBytes = 100) =>
    exchange(
      agent,
      { origin, path: '/', headers: {}, body: '{}', wants: (status) => status === 200, maxBytes },
      settle,
    );
  const ask = (maxBytes?: number) => new Promise<Answer | Error>((resolve) => post(resolve, maxBytes));
  return { agent, post, ask };
}

const big = Buffer.alloc(200_000, 'x');

describe('an exchange', () => {
  it.each<[string, RequestListener, object]>([
    [
      'joins what comes in pieces',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write('ab');
        setImmediate(() => response.end('cd'));
      },
      { status: 200, contentType: 'text/plain', body: Buffer.from('abcd') },
    ],
    ['has no body where there is none', (_request, response) => response.end(), { status: 200, body: Buffer.alloc(0) }],
    [
      'passes over 103',
      (_request, response) => {
        response.writeEarlyHints({ link: '</a>' });
        response.end('x');
      },
      { status: 200, body: Buffer.from('x') },
    ],
    [
      'leaves out what is not wanted',
      (_request, response) => response.writeHead(500).end('x'),
      { status: 500, body: Buffer.alloc(0) },
    ],
    ['gives up what is too long', (_request, response) => response.end(big), { status: 200, body: undefined }],
    [
      'does not wait for the end of what is not wanted',
      (_request, response) => response.writeHead(500).end(big),
      { status: 500, body: Buffer.alloc(0) },
    ],
    [
      'is whole when what is not wanted breaks off',
      (request, response) => {
        response.writeHead(500, { 'content-length': 10 });
        response.write('x', () => request.socket.resetAndDestroy());
      },
      { status: 500, body: Buffer.alloc(0) },
    ],
  ])('%s', async (_name, listener, answer) => {
    const { ask } = await peer(listener);
    expect(await ask()).toMatchObject(answer);
    // The next one is not disturbed by it.
    expect(await ask()).toMatchObject(answer);
  });

  it('is an error when the connection breaks', async () => {
    const { ask } = await peer((request) => request.socket.destroy());
    expect(await ask()).toBeInstanceOf(Error);
  });

  it('is an error when a body that is wanted breaks off', async () => {
    const { ask } = await peer((request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('x', () => request.socket.resetAndDestroy());
    });
    expect(await ask()).toBeInstanceOf(Error);
  });

  it('is an error when the agent is gone', async () => {
    const { agent, ask } = await peer((_request, response) => response.end());
    await agent.destroy();
    expect(await ask()).toBeInstanceOf(Error);
  });

  it('that is given up says nothing, whether it was sent or waits for a connection', async () => {
    let arrived = 0;
    const gone: unknown[] = [];
    const { post, ask } = await peer((request, response) => {
      arrived++;
      if (arrived === 1) request.socket.on('close', () => gone.push('closed'));
      else response.end('x');
    });
    const said: unknown[] = [];
    const first = post((outcome) => said.push(outcome));
    const second = post((outcome) => said.push(outcome));
    await expect.poll(() => arrived).toBe(1);
    second();
    first();
    await expect.poll(() => gone).toEqual(['closed']);
    expect(await ask()).toMatchObject({ status: 200 });
    expect(said).toEqual([]);
    expect(arrived).toBe(2);
  });
});
