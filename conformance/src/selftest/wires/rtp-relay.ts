import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { RtpPacket, SipLeg } from '../types.ts';
import type { Interceptor } from './interceptor.ts';
import { readPacket, writePacket } from './rtp-packet.ts';

type Direction = RtpPacket['direction'];

interface Address {
  readonly host: string;
  /** Of RTP; RTCP has the next one. */
  readonly port: number;
}

/** A pair of ports of ours that stands for an address of one side towards the other side. */
interface Stand {
  readonly for: Address;
  readonly port: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
}

const textOf = ({ host, port }: Address): string => `${host}:${port}`;

/**
 * The media of all calls, by Call-ID. Each address of one side has a pair of ports that the other side takes for it, so
 * that packets come from where SDP says and go where it says, and both sides may change their addresses.
 */
export class RtpRelay {
  readonly interceptor: Interceptor;
  readonly #legs = new Map<string, MediaLeg>();
  readonly #direct = new Set<string>();

  constructor(interceptor: Interceptor) {
    this.interceptor = interceptor;
  }

  /** The media of a call; it is made when it is new. */
  leg(callId: string, leg: SipLeg, call: number): MediaLeg {
    const known = this.#legs.get(callId);
    if (known) return known;
    const fresh = new MediaLeg(this, leg, call);
    this.#legs.set(callId, fresh);
    return fresh;
  }

  find({ leg, call }: { readonly leg: SipLeg; readonly call: number }): MediaLeg | undefined {
    return this.#legs.values().find((one) => one.kind === leg && one.call === call);
  }

  /** The address behind a port of ours that stands for this side. */
  behind(side: Direction, address: Address): Address | undefined {
    return this.#legs
      .values()
      .map((leg) => leg.behind(side, address))
      .find((found) => found !== undefined);
  }

  /** A device of the suite that handles RTP itself: the target only hands its address on, nothing stands for it. */
  direct(address: Address): void {
    this.#direct.add(textOf(address));
  }

  isDirect(address: Address): boolean {
    return this.#direct.has(textOf(address));
  }

  /** Ends all calls' media. */
  clear(): void {
    this.#direct.clear();
    for (const leg of this.#legs.values()) leg.close();
    this.#legs.clear();
  }
}

export class MediaLeg {
  readonly kind: SipLeg;
  readonly call: number;
  /** Encoding names of SDP by payload type. */
  readonly codecs = new Map([
    [0, 'PCMU'],
    [8, 'PCMA'],
  ]);
  readonly #relay: RtpRelay;
  /** `toTarget`: addresses of the suite, and what the target takes for them; `fromTarget`: the other way round. */
  readonly #stands = { fromTarget: new Map<string, Promise<Stand>>(), toTarget: new Map<string, Promise<Stand>>() };
  readonly #ready = { fromTarget: new Map<string, Stand>(), toTarget: new Map<string, Stand>() };
  readonly #ways = { fromTarget: new Way(), toTarget: new Way() };
  #closed = false;

  constructor(relay: RtpRelay, kind: SipLeg, call: number) {
    this.#relay = relay;
    this.kind = kind;
    this.call = call;
  }

  /** The port that stands for an address which `from` names in SDP. */
  async portFor(from: Direction, address: Address): Promise<number> {
    return (await this.#stand(from, address)).port;
  }

  behind(side: Direction, { host, port }: Address): Address | undefined {
    return this.#ready[side].values().find((one) => one.for.host === host && one.port === port)?.for;
  }

  /** Where packets of this direction go when nothing else is known: to the address that was named last. */
  last(side: Direction): Stand | undefined {
    return [...this.#ready[side].values()].at(-1);
  }

  close(): void {
    this.#closed = true;
    for (const side of [this.#ready.fromTarget, this.#ready.toTarget]) for (const stand of side.values()) shut(stand);
  }

  #stand(side: Direction, address: Address): Promise<Stand> {
    const key = textOf(address);
    const known = this.#stands[side].get(key);
    if (known) return known;
    const made = this.#open(side, address);
    this.#stands[side].set(key, made);
    return made;
  }

  async #open(side: Direction, address: Address): Promise<Stand> {
    const { host } = address;
    const { rtp, rtcp } = await pair(host);
    const stand: Stand = { for: address, port: rtp.address().port, rtp, rtcp };
    // What stands for one side hears the other one.
    const direction: Direction = side === 'toTarget' ? 'fromTarget' : 'toTarget';
    rtp.on('message', (bytes, from) => this.#pass(direction, stand, bytes, { host: from.address, port: from.port }));
    rtcp.on('message', (bytes, from) => {
      const source = { host: from.address, port: from.port - 1 };
      const compound = { direction, leg: this.kind, call: this.call, bytes };
      if (this.#relay.interceptor.rtcp(compound)) return;
      void this.#withStand(direction, source, (own) => {
        own.rtcp.send(compound.bytes, stand.for.port + 1, stand.for.host);
      });
    });
    this.#ready[side].set(textOf(address), stand);
    if (this.#closed) shut(stand);
    return stand;
  }

  async #withStand(direction: Direction, source: Address, use: (stand: Stand) => void): Promise<void> {
    const known = this.#ready[direction].get(textOf(source));
    try {
      const stand = known ?? (await this.#stand(direction, source));
      if (!this.#closed) use(stand);
    } catch {
      // No port is left, or it was closed in between: as if the network had lost the packet.
    }
  }

  #pass(direction: Direction, stand: Stand, bytes: Buffer, source: Address): void {
    if (this.#closed) return;
    const send = (packet: Buffer, to: Address): void => {
      void this.#withStand(direction, source, (own) => own.rtp.send(packet, to.port, to.host));
    };
    const way = this.#ways[direction];
    const { interceptor } = this.#relay;
    const read = interceptor.rewritesRtp || way.shift > 0 ? readPacket(bytes) : undefined;
    if (read === undefined) {
      send(bytes, stand.for);
      return;
    }
    const packet = {
      ...read,
      direction,
      leg: this.kind,
      call: this.call,
      way: `${direction} ${this.kind} ${this.call}`,
      codec: this.codecs.get(read.payloadType) ?? '',
      ...way.next(),
    };
    const { lost, lateMs = 0, inOrder = false, again = 0, also = [], to } = interceptor.rtp(packet);
    const out = [
      ...(lost ? [] : [writePacket({ ...packet, sequence: packet.sequence + way.shift })]),
      ...also.map((one) => {
        way.shift += 1;
        return writePacket({ ...one, sequence: packet.sequence + way.shift });
      }),
    ];
    const deliver = (): void => {
      if (to) {
        this.#relay.find(to)?.deliver(direction, out);
        return;
      }
      for (const one of out) for (let i = 0; i <= again; i++) send(one, stand.for);
    };
    if (inOrder) way.inOrder(deliver, lateMs);
    else if (lateMs > 0) setTimeout(deliver, lateMs).unref();
    else deliver();
  }

  /** Hands over what came on another call. */
  deliver(direction: Direction, packets: readonly Buffer[]): void {
    const own = this.last(direction);
    const to = this.last(direction === 'fromTarget' ? 'toTarget' : 'fromTarget')?.for;
    if (own && to && !this.#closed) for (const one of packets) own.rtp.send(one, to.port, to.host);
  }
}

/** One direction of a call's media. */
class Way {
  /** Packets that were put in. */
  shift = 0;
  #index = -1;
  #began: number | undefined;
  readonly #waiting: (() => void)[] = [];

  next(): { readonly index: number; readonly sinceMs: number } {
    const now = performance.now();
    this.#began ??= now;
    this.#index += 1;
    return { index: this.#index, sinceMs: now - this.#began };
  }

  /** Timers of one moment go off in any order: whichever does lets the first one go that waits. */
  inOrder(deliver: () => void, lateMs: number): void {
    this.#waiting.push(deliver);
    setTimeout(() => this.#waiting.shift()?.(), lateMs).unref();
  }
}

/** Two ports in a row, the first one even (RFC 3550 11), from those that the system gives away. */
async function pair(host: string): Promise<{ readonly rtp: Socket; readonly rtcp: Socket }> {
  for (let attempt = 0; ; attempt++) {
    const rtp = await bound(host, 0);
    const { port } = rtp.address();
    const rtcp = port % 2 === 0 ? await bound(host, port + 1).catch(() => undefined) : undefined;
    if (rtcp) return { rtp, rtcp };
    rtp.close();
    if (attempt > 100) throw new Error(`No two free ports in a row were found on ${host}`);
  }
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind({ address: host, port, exclusive: true });
  await once(socket, 'listening');
  // An ICMP answer to what was sent is nobody's business here.
  socket.on('error', () => {});
  return socket;
}

function shut({ rtp, rtcp }: Stand): void {
  for (const socket of [rtp, rtcp]) {
    socket.removeAllListeners('message');
    socket.close(() => {});
  }
}
