/** One probe inside the thread: a socket, a stream that comes, a stream that goes. */
import type { Socket } from 'node:dgram';
import { RanOut } from '../ran-out.ts';
import { cut, toneSegments } from './analysis.ts';
import { Capture } from './capture.ts';
import { Impairment, type ImpairmentOptions } from './impairment.ts';
import { Sender, turnMs } from './sender.ts';
import { ReceivedStream } from './stream.ts';
import type { Codec, Lateness, ProbeStats, SentRecord, ToneSegment } from './types.ts';

const lookEveryMs = 20;
const toneToleranceHz = 10;
/** A tone whose sender, or whose target on the same machine, stood still for so long has a hole in it, ms. */
const cutMs = 30;
/** Timers are later than that only where something held them up. */
const worthNotingMs = 10;

/** How a wait is held. */
interface Patience {
  readonly everyMs?: number;
  /** When it ran out: see RanOut. */
  readonly bearsMs?: () => number | undefined;
}

/** Milliseconds since 1970 with fractions, monotonic; the same scale in every thread of the process. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

export class Probe {
  readonly received: ReceivedStream;
  readonly sender: Sender;
  readonly capture = new Capture();
  private readonly socket: Socket;
  private readonly port: number;
  private remote: { host: string; port: number } | undefined;
  private readonly completions = new Map<number, () => void>();
  private timer: NodeJS.Timeout | undefined;
  private nextTurn = 0;
  private sentPackets = 0;
  private readonly sentLog = new Map<number, SentRecord>();
  private lateMs = 0;
  private readonly late: Lateness[] = [];
  private pieces = 0;
  /** Nothing comes or goes any more; what came is still known. */
  closed = false;
  private impairment: Impairment | undefined;

  constructor(socket: Socket, codec: Codec, eventType: number, random: () => number) {
    this.socket = socket;
    this.port = socket.address().port;
    this.received = new ReceivedStream(eventType);
    this.sender = new Sender(codec, eventType, random);
    socket.on('message', (bytes, from) => {
      const at = preciseNow();
      this.captured(at, bytes, from, 0);
      const kind = this.received.push(at, bytes, `${from.address}:${from.port}`);
      if (kind !== 'malformed' && kind !== 'rtcp') this.remote ??= { host: from.address, port: from.port };
    });
  }

  /** Keeps a datagram that came; `above`: how much its port lies above that of RTP. */
  captured(
    at: number,
    bytes: Uint8Array,
    from: { readonly address: string; readonly port: number },
    above: number,
  ): void {
    const remote = { host: from.address, port: from.port };
    this.capture.add({ at, sent: false, port: this.port + above, remote, bytes });
  }

  sendTo(host: string, port: number): void {
    this.remote = { host, port };
  }

  /** Resolves when the last packet of the piece has gone. */
  play(add: (id: number) => void): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.pieces += 1;
    this.completions.set(this.pieces, done.resolve);
    add(this.pieces);
    this.run();
    return done.promise;
  }

  keepSending(on: boolean): void {
    this.sender.keepSending = on;
    this.run();
  }

  impair(options: ImpairmentOptions | undefined): void {
    this.impairment = options && new Impairment(options);
  }

  /** Turns are due at fixed times from the first one on, so that lateness of one does not move the next. */
  private run(): void {
    if (this.timer !== undefined || this.closed || this.sender.idle) return;
    const now = preciseNow();
    // A pause keeps the raster of the turns: the timestamp is what it would be had the stream gone on.
    const missed = this.nextTurn === 0 ? 0 : Math.max(0, Math.ceil((now - this.nextTurn) / turnMs));
    this.sender.skip(missed);
    this.nextTurn = this.nextTurn === 0 ? now : this.nextTurn + missed * turnMs;
    this.timer = setTimeout(() => this.turn(), Math.max(0, this.nextTurn - now));
  }

  private turn(): void {
    const now = preciseNow();
    while (this.nextTurn <= now) {
      const ms = now - this.nextTurn;
      this.lateMs = Math.max(this.lateMs, ms);
      if (ms > worthNotingMs) this.late.push({ at: now, ms });
      this.nextTurn += turnMs;
      const { datagrams, completed } = this.sender.turn();
      for (const datagram of datagrams) this.send(datagram);
      for (const id of completed) this.complete(id);
    }
    this.timer = undefined;
    if (this.closed || this.sender.idle) return;
    this.timer = setTimeout(() => this.turn(), Math.max(0, this.nextTurn - preciseNow()));
  }

  private send(datagram: Uint8Array): void {
    if (!this.remote) return;
    this.note(datagram, this.impairment !== undefined);
    for (const packet of this.impairment?.pass(datagram) ?? [datagram]) {
      this.note(packet, false);
      this.sentPackets += 1;
      this.capture.add({ at: preciseNow(), sent: true, port: this.port, remote: this.remote, bytes: packet });
      this.socket.send(packet, this.remote.port, this.remote.host);
    }
  }

  /** No stream of a test is long enough for a number to come again. */
  private note(datagram: Uint8Array, lost: boolean): void {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
    const sequence = view.getUint16(2);
    const at = this.sentLog.get(sequence)?.at ?? preciseNow();
    this.sentLog.set(sequence, { at, ssrc: view.getUint32(8), sequence, lost });
  }

  sent(): readonly SentRecord[] {
    return [...this.sentLog.values()];
  }

  private complete(id: number): void {
    this.completions.get(id)?.();
    this.completions.delete(id);
  }

  stats(): ProbeStats {
    return {
      received: this.received.stats(),
      sent: { packets: this.sentPackets, lateMs: this.lateMs, late: this.late },
    };
  }

  waitForPackets(count: number, timeoutMs: number): Promise<true> {
    return this.until(
      () => this.received.audioCount >= count || undefined,
      timeoutMs,
      () => `${this.received.audioCount} of ${count} audio packets came`,
    );
  }

  waitForTone(frequency: number, minMs: number, timeoutMs: number, from: number): Promise<ToneSegment> {
    const segments = (): ToneSegment[] => {
      const { pcm, startedAt } = this.received.audio();
      const skipMs = Math.max(0, from - startedAt);
      return toneSegments(cut(pcm, skipMs)).map((one) => ({ ...one, startMs: one.startMs + skipMs }));
    };
    let count = -1;
    return this.until(
      () => {
        if (this.received.audioCount === count) return undefined;
        count = this.received.audioCount;
        return segments().find(
          (one) => Math.abs(one.frequency - frequency) <= toneToleranceHz && one.durationMs >= minMs,
        );
      },
      timeoutMs,
      () => {
        const heard = segments().map((one) => `${one.frequency} Hz for ${Math.round(one.durationMs)} ms`);
        return `no tone of ${frequency} Hz for ${minMs} ms; heard: ${heard.join(', ') || 'no tone at all'}`;
      },
      {
        everyMs: 100,
        bearsMs: () => {
          const its = segments().filter((one) => Math.abs(one.frequency - frequency) <= toneToleranceHz);
          return its.length > 1 && its.reduce((sum, one) => sum + one.durationMs, 0) >= minMs ? cutMs : undefined;
        },
      },
    );
  }

  waitForSilence(quietMs: number, timeoutMs: number): Promise<true> {
    const since = preciseNow();
    const idleFor = (): number => preciseNow() - Math.max(since, this.received.lastAt ?? since);
    return this.until(
      () => idleFor() >= quietMs || undefined,
      timeoutMs,
      () => `RTP still came ${Math.round(idleFor())} ms ago`,
    );
  }

  private async until<T>(
    look: () => T | undefined,
    timeoutMs: number,
    why: () => string,
    { everyMs = lookEveryMs, bearsMs = () => undefined }: Patience = {},
  ): Promise<T> {
    const end = preciseNow() + timeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.closed) throw new Error(`The probe was closed: ${why()}`);
      if (preciseNow() >= end) throw new RanOut(`After ${timeoutMs / 1000} s ${why()}`, timeoutMs, bearsMs());
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    for (const id of [...this.completions.keys()]) this.complete(id);
    this.socket.close();
  }
}
