import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, connect as openTcp, type Server, type Socket } from 'node:net';
import type { SipPassage } from '../types.ts';
import type { Interceptor } from './interceptor.ts';
import type { RtpRelay } from './rtp-relay.ts';
import { relayed } from './sdp.ts';
import { AddressBook } from './sip-addresses.ts';
import { SipCalls } from './sip-calls.ts';
import { frames } from './sip-frames.ts';
import { SipText } from './sip-text.ts';

interface SipProxyOptions {
  readonly host: string;
  /** Where the suite finds the target. */
  readonly frontPort: number;
  /** Where the target is. */
  readonly targetPort: number;
  /** Where the target sends what begins a dialog (its outbound proxy). */
  readonly outboundPort: number;
  readonly interceptor: Interceptor;
  readonly relay: RtpRelay;
}

type Direction = SipPassage['direction'];
type Deliver = (text: string) => void;

/** Ports of ours that the target takes for an address of the suite. */
interface Guise {
  readonly port: number;
  readonly udp: UdpSocket;
  readonly tcp: Server;
}

/**
 * Stands between the suite and the target, for UDP and TCP. To the target each address of the suite is a port of ours, to
 * the suite the target is the front port; addresses in the headers that route are rewritten to match, nothing else is.
 */
export class SipProxy {
  readonly #options: SipProxyOptions;
  readonly #calls = new SipCalls();
  readonly #book: AddressBook<Guise>;
  readonly #closers: (() => void)[] = [];
  #front: UdpSocket | undefined;
  #order: Promise<void> = Promise.resolve();

  private constructor(options: SipProxyOptions) {
    this.#options = options;
    const { host, frontPort, targetPort } = options;
    this.#book = new AddressBook({ host, front: frontPort, target: targetPort }, (address, hostOf) =>
      this.#guise(address, hostOf),
    );
  }

  static async start(options: SipProxyOptions): Promise<SipProxy> {
    const proxy = new SipProxy(options);
    const { host, frontPort, outboundPort, targetPort } = options;
    try {
      proxy.#front = await proxy.#udp(host, frontPort);
      proxy.#front.on('message', (bytes, from) => {
        proxy.#enqueue(async () => {
          const guise = await proxy.#book.guiseOf(from.address, from.port);
          const back: Deliver = (text) => send(proxy.#front, text, from.address, from.port);
          await proxy.#pass('toTarget', bytes, (text) => send(guise.udp, text, host, targetPort), back);
        });
      });
      const outbound = await proxy.#udp(host, outboundPort);
      outbound.on('message', (bytes, from) => {
        proxy.#enqueue(async () => {
          const to = destination(bytes);
          const back: Deliver = (text) => send(outbound, text, from.address, from.port);
          await proxy.#pass('fromTarget', bytes, (text) => send(proxy.#front, text, to.host, to.port), back);
        });
      });
      await proxy.#tcp(host, frontPort, (socket) => proxy.#between(socket, host, targetPort, 'toTarget'));
      await proxy.#tcp(host, outboundPort, (socket) => proxy.#outbound(socket));
      return proxy;
    } catch (error) {
      await proxy.close();
      throw error;
    }
  }

  /** What goes on of the calls until now is left alone; addresses are forgotten. */
  forget(): void {
    this.#calls.forget();
    for (const guise of this.#book.clear()) {
      guise.udp.close();
      guise.tcp.close();
    }
  }

  async close(): Promise<void> {
    this.forget();
    for (const close of this.#closers.splice(0)) close();
  }

  /** One after the other: what comes first goes on first, though a port has to be opened for it. */
  #enqueue(work: () => Promise<void>): void {
    this.#order = this.#order.then(work).catch(() => {});
  }

  async #pass(direction: Direction, bytes: Buffer, deliver: Deliver, back: Deliver, own?: OwnPorts): Promise<void> {
    const raw = bytes.toString('latin1');
    const message = new SipText(raw);
    // What is no SIP, such as an empty line that keeps a way open, goes on as it is.
    if (!message.isRequest && message.status === 0) return deliver(raw);
    const passage = this.#calls.passage(message, direction, raw);
    if (passage === undefined) return deliver(await this.#book.translated(message, direction, own));
    const {
      lost,
      lateMs = 0,
      again = 0,
      also = [],
      back: answers = [],
    } = this.#options.interceptor.sip(message, passage);
    for (const answer of answers) back(answer.toString());
    const texts: string[] = [];
    for (const one of [...(lost ? [] : Array.from({ length: again + 1 }, () => message.copy())), ...also]) {
      await relayed(one, passage, this.#options.relay);
      texts.push(await this.#book.translated(one, direction, own));
    }
    const go = (): void => {
      for (const text of texts) deliver(text);
    };
    if (lateMs > 0) setTimeout(go, lateMs).unref();
    else go();
  }

  /** Ports that the target takes for this address of the suite. */
  async #guise(address: { readonly host: string; readonly port: number }, host: string): Promise<Guise> {
    const { udp, tcp, port } = await both(host);
    udp.on('error', () => {});
    udp.on('message', (bytes, from) => {
      this.#enqueue(async () => {
        const back: Deliver = (text) => send(udp, text, from.address, from.port);
        await this.#pass('fromTarget', bytes, (text) => send(this.#front, text, address.host, address.port), back);
      });
    });
    tcp.on('connection', (socket) => this.#between(socket, address.host, address.port, 'fromTarget'));
    return { port, udp, tcp };
  }

  /** Two connections that are one: `near` was opened to us, the other one leads on. */
  #between(near: Socket, host: string, port: number, direction: Direction): void {
    const far = openTcp({ host, port, noDelay: true });
    near.setNoDelay(true);
    const opposite: Direction = direction === 'toTarget' ? 'fromTarget' : 'toTarget';
    const own = (): OwnPorts => {
      const suite = direction === 'toTarget' ? near.remotePort : far.remotePort;
      const seen = direction === 'toTarget' ? far.localPort : near.localPort;
      return { suite: suite ?? 0, seen: seen ?? 0 };
    };
    this.#pump(near, far, direction, own);
    this.#pump(far, near, opposite, own);
  }

  #pump(from: Socket, to: Socket, direction: Direction, own: () => OwnPorts): void {
    const opened = to.connecting ? once(to, 'connect').then(() => {}) : Promise.resolve();
    opened.catch(() => {});
    const write = (socket: Socket) => (text: string) => {
      if (!socket.destroyed && socket.writable) socket.write(Buffer.from(text, 'latin1'));
    };
    frames(from, (bytes) => {
      this.#enqueue(async () => {
        await opened;
        await this.#pass(direction, bytes, write(to), write(from), own());
      });
    });
    this.#closers.push(() => from.destroy());
    from.on('error', () => {});
    // Whatever is on its way goes first.
    from.on('end', () => this.#enqueue(async () => void to.end()));
    from.on('close', () => this.#enqueue(async () => void to.destroySoon()));
  }

  /** A connection of the target to its outbound proxy: each message says by its Request-URI where it goes. */
  #outbound(near: Socket): void {
    const ways = new Map<string, Socket>();
    near.setNoDelay(true);
    near.on('error', () => {});
    const write = (socket: Socket) => (text: string) => {
      if (!socket.destroyed && socket.writable) socket.write(Buffer.from(text, 'latin1'));
    };
    frames(near, (bytes) => {
      this.#enqueue(async () => {
        const { host, port } = destination(bytes);
        const key = `${host}:${port}`;
        const known = ways.get(key);
        const far = known && !known.destroyed ? known : openTcp({ host, port, noDelay: true });
        if (far !== known) {
          ways.set(key, far);
          far.on('error', () => {});
          frames(far, (answer) => {
            this.#enqueue(() => this.#pass('toTarget', answer, write(near), write(far)));
          });
          far.on('close', () => {
            ways.delete(key);
            if (far.errored) near.destroy();
          });
        }
        if (far.connecting) await once(far, 'connect');
        await this.#pass('fromTarget', bytes, write(far), write(near));
      });
    });
    near.on('close', () => {
      for (const far of ways.values()) far.destroy();
    });
    this.#closers.push(() => near.destroy());
  }

  async #udp(host: string, port: number): Promise<UdpSocket> {
    const socket = createSocket('udp4');
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, 'listening');
    socket.on('error', () => {});
    this.#closers.push(() => socket.close());
    return socket;
  }

  async #tcp(host: string, port: number, follow: (socket: Socket) => void): Promise<void> {
    const server = createServer(follow);
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    this.#closers.push(() => server.close());
  }
}

/** Ports of a connection: the suite's, and what the target takes for it. */
export interface OwnPorts {
  readonly suite: number;
  readonly seen: number;
}

function send(socket: UdpSocket | undefined, text: string, host: string, port: number): void {
  try {
    socket?.send(Buffer.from(text, 'latin1'), port, host);
  } catch {
    // Closed in between: as if the network had lost it.
  }
}

/** Host and port of a Request-URI. */
function destination(bytes: Buffer): { readonly host: string; readonly port: number } {
  const line = bytes.subarray(0, 4096).toString('latin1').split('\r\n', 1)[0] ?? '';
  const found = /^\S+ sips?:(?:[^@\s]*@)?([^\s:;?>]+)(?::(\d+))?/.exec(line);
  return { host: found?.[1] ?? '127.0.0.1', port: Number(found?.[2] ?? 5060) };
}

/** A port that is free for UDP and TCP: any that the system gives, for it is held from then on. */
async function both(host: string): Promise<{ readonly udp: UdpSocket; readonly tcp: Server; readonly port: number }> {
  for (let attempt = 0; ; attempt++) {
    const udp = createSocket('udp4');
    const tcp = createServer();
    try {
      udp.bind({ address: host, port: 0, exclusive: true });
      await once(udp, 'listening');
      const { port } = udp.address();
      tcp.listen({ host, port, exclusive: true });
      await once(tcp, 'listening');
      return { udp, tcp, port };
    } catch (error) {
      udp.close();
      tcp.close();
      if (attempt > 20) throw error;
    }
  }
}
