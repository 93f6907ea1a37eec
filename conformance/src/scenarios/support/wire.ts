/**
 * A SIP end of the suite that says exactly what a scenario wants it to say, byte for byte: for what SIPp cannot or will
 * not send (broken messages, chosen sockets, retransmissions), and for many short exchanges without a process each.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, connect as openTcp, type Socket } from 'node:net';
import { RanOut } from '../../drivers/ran-out.ts';
import { describe, header, headers, body as messageBody } from '../../drivers/sipp/message-log.ts';
import type { TestContext } from '../../harness/types.ts';

/** A message as it came. */
export interface WireMessage {
  readonly raw: string;
  /** Arrival on the run's clock, ms. */
  readonly at: number;
  /** Of a response: that of its CSeq. */
  readonly method: string;
  readonly status?: number;
  /** First value of a header, in its long or compact form. */
  header(name: string, compact?: string): string | undefined;
  /** All values, one a line. */
  headers(name: string, compact?: string): readonly string[];
  readonly body: string;
}

export interface Wire {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'UDP' | 'TCP';
  /** Bytes as they are: one datagram, or one write on the connection. */
  send(message: string | Uint8Array): Promise<void>;
  received(): readonly WireMessage[];
  /** The first message from number `from` on, past or future, that fits. Rejects with what came instead. */
  waitFor(
    what: string,
    fits: (message: WireMessage) => boolean,
    options?: { readonly within?: number; readonly from?: number },
  ): Promise<WireMessage>;
  /** Resolves after so long without any message that fits; gives those that came nevertheless. */
  watch(ms: number, fits?: (message: WireMessage) => boolean): Promise<readonly WireMessage[]>;
}

/** Opens an end, hands it over and closes it, whatever happens. */
export async function onWire<T>(
  ctx: TestContext,
  options: {
    readonly name?: string;
    readonly transport?: 'UDP' | 'TCP';
    /** Of UDP; default: any that is free. */
    readonly port?: number;
    /** Address of ours that datagrams are sent from. Default: that of the suite. */
    readonly host?: string;
  },
  use: (wire: Wire) => Promise<T>,
): Promise<T> {
  const { name = 'wire', transport = 'UDP', port = 0, host = ctx.target.suite.host } = options;
  const link = transport === 'UDP' ? await udpLink(ctx, host, port) : await tcpLink(ctx);
  try {
    return await use(wireOn(ctx, name, transport, link));
  } finally {
    link.close();
  }
}

/** Sends datagrams, or writes to a connection; hands whole messages on. */
interface Link {
  readonly host: string;
  readonly port: number;
  send(bytes: Uint8Array): Promise<void>;
  onMessage(take: (text: string) => void): void;
  close(): void;
}

function wireOn(ctx: TestContext, name: string, transport: 'UDP' | 'TCP', link: Link): Wire {
  const received: WireMessage[] = [];
  const waiting = new Set<() => void>();
  const record = (text: string, direction: 'sent' | 'received'): void => {
    const at = ctx.harness.clock.now();
    const detail = describe(name, text, at, direction);
    const summary =
      detail === undefined
        ? text.slice(0, Math.max(text.search(/\r?\n/), 0))
        : detail.status === undefined
          ? detail.method
          : `${detail.status} ${detail.reason ?? ''} (${detail.method})`;
    const [from, to] = direction === 'sent' ? [name, 'target'] : ['target', name];
    const plain = { type: 'sip', leg: name, callId: '', method: '', raw: text } as const;
    ctx.record({ at, kind: 'sip', from, to, summary, detail: detail ?? plain });
    if (direction === 'sent' || detail === undefined) return;
    received.push({
      raw: text,
      at,
      method: detail.method,
      ...(detail.status === undefined ? {} : { status: detail.status }),
      header: (wanted, compact) => header(text, wanted, compact),
      headers: (wanted, compact) => headers(text, wanted, compact),
      body: messageBody(text),
    });
    for (const look of [...waiting]) look();
  };
  link.onMessage((text) => record(text, 'received'));
  return {
    name,
    host: link.host,
    port: link.port,
    transport,
    send: async (message) => {
      const bytes = typeof message === 'string' ? Buffer.from(message, 'utf8') : message;
      record(Buffer.from(bytes).toString('utf8'), 'sent');
      await link.send(bytes);
    },
    received: () => received,
    waitFor: (what, fits, { within = ctx.target.timers.stepMs, from = 0 } = {}) => {
      const found = Promise.withResolvers<WireMessage>();
      const look = (): void => {
        const message = received.slice(from).find(fits);
        if (message === undefined) return;
        done();
        found.resolve(message);
      };
      const timer = setTimeout(() => {
        done();
        const came = received.slice(from).map((message) => `${message.status ?? ''} ${message.method}`.trim());
        const instead = came.length === 0 ? 'nothing came' : `there came ${came.join(', ')}`;
        found.reject(new RanOut(`${name}: no ${what} within ${within / 1000} s; ${instead}`, within));
      }, within);
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(look);
      };
      waiting.add(look);
      look();
      return found.promise;
    },
    watch: async (ms, fits = () => true) => {
      const from = received.length;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return received.slice(from).filter(fits);
    },
  };
}

async function udpLink(ctx: TestContext, local: string, wanted: number): Promise<Link> {
  const { host: remoteHost, port: remotePort } = ctx.target.sip;
  const socket = createSocket('udp4');
  socket.bind(wanted, local);
  await once(socket, 'listening');
  const { address: host, port } = socket.address();
  return {
    host,
    port,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, remotePort, remoteHost, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (take) => socket.on('message', (bytes) => take(bytes.toString('utf8'))),
    close: () => socket.close(),
  };
}

/** One connection to the target, and a listening socket for connections that the target opens to us. */
async function tcpLink(ctx: TestContext): Promise<Link> {
  const { host: remoteHost, port: remotePort } = ctx.target.sip;
  let take: (text: string) => void = () => {};
  const sockets = new Set<Socket>();
  const follow = (socket: Socket): void => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        // An empty line is the answer to two of ours (RFC 5626 4.4.1), and belongs to no message.
        while (pending[0] === 13 && pending[1] === 10) pending = pending.subarray(2);
        const end = messageEnd(pending);
        if (end === undefined) return;
        take(pending.subarray(0, end).toString('utf8'));
        pending = pending.subarray(end);
      }
    });
    // The target may close a connection that it has no use for any more; what was expected on it is missed elsewhere.
    socket.on('error', () => socket.destroy());
  };
  const server = createServer(follow);
  server.listen(0, ctx.target.suite.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = openTcp({ host: remoteHost, port: remotePort, localAddress: ctx.target.suite.host, noDelay: true });
  await once(socket, 'connect');
  follow(socket);
  return {
    host: ctx.target.suite.host,
    port,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (taker) => {
      take = taker;
    },
    close: () => {
      for (const open of sockets) open.destroy();
      server.close();
    },
  };
}

/** Where the first message of a stream ends (RFC 3261 18.3); undefined while it is not whole. */
function messageEnd(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/im.exec(bytes.subarray(0, head).toString('latin1'));
  const end = head + 4 + Number(length?.[1] ?? 0);
  return bytes.length >= end ? end : undefined;
}
