import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Path } from '../endpoint.ts';
import type { ParseResult } from '../message/index.ts';
import { ListenError } from './listen-error.ts';
import { openTcp } from './tcp.ts';
import { defaultStreamLimits, type StreamLimits, type Transport } from './types.ts';
import { openUdp } from './udp.ts';

const request = (branch: string, body = '') =>
  `OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK${branch}\r\nFrom: <sip:b@c>;tag=1\r\n` +
  `To: <sip:a@c>\r\nCall-ID: ${branch}\r\nCSeq: 1 OPTIONS\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

interface Got {
  from: Path;
  parsed: ParseResult;
}

/** Collects what a transport receives. */
function inbox() {
  const got: Got[] = [];
  let wake: (() => void) | undefined;
  return {
    got,
    receive: (from: Path, parsed: ParseResult) => {
      got.push({ from, parsed });
      wake?.();
    },
    async atLeast(count: number): Promise<Got[]> {
      while (got.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return got;
    },
  };
}

function closing<T extends Transport>(transport: T): T {
  onTestFinished(() => transport.close());
  return transport;
}

async function tcp(limits?: Partial<StreamLimits>) {
  const box = inbox();
  const transport = closing(await openTcp('127.0.0.1', 0, box, { ...defaultStreamLimits, ...limits }));
  return { box, transport };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

describe('TCP', () => {
  it('reads messages however the stream is cut, and answers on the same connection', async () => {
    const { box, transport } = await tcp();
    const socket = await dial(transport.listener.port);
    socket.setNoDelay(true);
    const stream = request('one', 'hello') + request('two');
    for (const at of [0, 40, 41, 300])
      socket.write(stream.slice(at, at === 0 ? 40 : at === 40 ? 41 : at === 41 ? 300 : undefined));
    const [first, second] = await box.atLeast(2);
    expect([first, second].map((each) => each?.parsed.ok)).toEqual([true, true]);
    if (second === undefined) return;
    transport.send({ ...second.from, port: 1 }, Buffer.from('reply'), () => {
      throw new Error('not sent');
    });
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toBe('reply');
    expect(transport.connections).toBe(1);
  });

  it('answers the ping of RFC 5626', async () => {
    const { transport } = await tcp();
    const socket = await dial(transport.listener.port);
    socket.write('\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toBe('\r\n');
  });

  it('gives up a stream whose messages cannot be told apart', async () => {
    const { box, transport } = await tcp({ head: 1024 });
    const socket = await dial(transport.listener.port);
    socket.write(`OPTIONS sip:a@b SIP/2.0\r\nX: ${'x'.repeat(4096)}`);
    await once(socket, 'close');
    expect(box.got.map((each) => each.parsed.ok)).toEqual([false]);
  });

  it('uses a connection again in both directions', async () => {
    const near = await tcp();
    const far = await tcp();
    const to: Path = {
      protocol: 'tcp',
      address: '127.0.0.1',
      port: far.transport.listener.port,
      local: near.transport.listener,
    };
    for (const branch of ['one', 'two']) near.transport.send(to, Buffer.from(request(branch)), () => {});
    const [first] = await far.box.atLeast(2);
    if (first === undefined) return;
    far.transport.send(first.from, Buffer.from(request('back')), () => {});
    await near.box.atLeast(1);
    expect([near.transport.connections, far.transport.connections]).toEqual([1, 1]);
  });

  it('says when a connection is refused', async () => {
    const { transport } = await tcp();
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const address = gone.address();
    gone.close();
    await once(gone, 'close');
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const to: Path = { protocol: 'tcp', address: '127.0.0.1', port, local: transport.listener };
    await new Promise<void>((resolve) => transport.send(to, Buffer.from('x'), resolve));
    expect(transport.connections).toBe(0);
  });

  it('closes a connection that has been idle', async () => {
    const { transport } = await tcp({ idle: 30 });
    const socket = await dial(transport.listener.port);
    await once(socket, 'close');
    await expect.poll(() => transport.connections).toBe(0);
  });
});

describe('UDP', () => {
  it('carries messages and tells where they came from; what is too short for one is ignored', async () => {
    const box = inbox();
    const near = closing(await openUdp('127.0.0.1', 0, inbox()));
    const far = closing(await openUdp('127.0.0.1', 0, box));
    const to: Path = { protocol: 'udp', address: '127.0.0.1', port: far.listener.port, local: near.listener };
    near.send(to, Buffer.from('\r\n\r\n'), () => {});
    near.send(to, Buffer.from(request('one')), () => {});
    near.send(to, Buffer.from('no SIP message at all'), () => {});
    const got = await box.atLeast(2);
    expect(got.map((each) => each.parsed.ok)).toEqual([true, false]);
    expect(got[0]?.from).toMatchObject({ protocol: 'udp', address: '127.0.0.1', port: near.listener.port });
  });

  it('says when a datagram cannot be sent', async () => {
    const transport = closing(await openUdp('127.0.0.1', 0, inbox()));
    const to: Path = { protocol: 'udp', address: '127.0.0.1', port: 0, local: transport.listener };
    await new Promise<void>((resolve) => transport.send(to, Buffer.from('x'), resolve));
    expect(transport.listener.port).toBeGreaterThan(0);
  });
});

it.each([
  { protocol: 'udp', open: openUdp },
  { protocol: 'tcp', open: openTcp },
] as const)('says in one sentence that a $protocol port is in use', async ({ protocol, open }) => {
  const first = closing(await open('127.0.0.1', 0, inbox()));
  const second = open('127.0.0.1', first.listener.port, inbox());
  await expect(second).rejects.toThrow(ListenError);
  await expect(second).rejects.toThrow(`${protocol}:127.0.0.1:${first.listener.port} is already in use.`);
});
