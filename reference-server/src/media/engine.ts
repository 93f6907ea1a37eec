/** The embedded media engine: the media port on threads of our own. */
import { randomInt } from 'node:crypto';
import type { LegId, PlayJobId } from '../session/ids.ts';
import type { BackgroundPrompt, Codec, MediaEvent, PlayJob } from '../session/ports.ts';
import { PortRange } from './core/port-range.ts';
import { Downloader } from './download.ts';
import { Jobs } from './jobs.ts';
import { type Leg, localOf } from './leg.ts';
import { Counter, type EndpointId, type FromThread, type ToThread } from './messages.ts';
import { answerOffer, makeOffer, type Negotiated, settleAnswer, usableCodecs } from './negotiate.ts';
import type { MediaEngine, MediaEngineOptions, MediaStats } from './options.ts';
import { Preparer } from './preparer.ts';
import { ThreadPool } from './thread-pool.ts';

const MIB = 1 << 20;
/** Ports tried for one endpoint when other programs sit in the range. */
const MAX_ATTEMPTS = 50;

/** Starts the threads. @throws {RangeError} when the port range holds no pair of ports. */
export function createMediaEngine(options: MediaEngineOptions): MediaEngine {
  return new EmbeddedEngine(options);
}

class EmbeddedEngine implements MediaEngine {
  readonly #options: MediaEngineOptions;
  readonly #address: string;
  readonly #ports: PortRange;
  readonly #pool: ThreadPool;
  readonly #preparer: Preparer;
  readonly #jobs: Jobs;
  readonly #legs = new Map<LegId, Leg>();
  /** Closed ones, too, until their sockets are. */
  readonly #endpoints = new Map<EndpointId, Leg>();
  #lastEndpoint = 0;
  #closing = false;

  constructor(options: MediaEngineOptions) {
    const { prompts, tts, log } = options;
    const promptBytes = options.promptBytes ?? 20 * MIB;
    const cacheBytes = options.cacheBytes ?? 64 * MIB;
    this.#options = options;
    this.#address = options.advertisedAddress ?? options.address;
    this.#ports = new PortRange(options.portRange.from, options.portRange.to);
    this.#preparer = new Preparer(cacheBytes);
    const downloader = new Downloader({
      fetch: options.fetch ?? globalThis.fetch,
      timeoutMs: options.fetchTimeoutMs ?? 10_000,
      maxBytes: promptBytes,
      cacheBytes,
      cacheSeconds: options.urlCacheSeconds ?? 3600,
      now: () => performance.now(),
    });
    this.#jobs = new Jobs({
      sources: { prompts, tts, downloader, preparer: this.#preparer, promptBytes },
      prompts,
      send: (leg, message) => this.#send(leg, message),
      emit: (event) => this.#emit(event),
      log,
    });
    this.#pool = new ThreadPool({
      threads: options.workers,
      address: options.address,
      rtpTimeoutMs: options.rtpTimeoutMs ?? 60_000,
      ...(options.startThread === undefined ? {} : { startThread: options.startThread }),
      onMessage: (message) => this.#hear(message),
      onCrash: (thread, detail) => this.#crashed(thread, detail),
      log,
    });
  }

  // ---------------------------------------------------------------- the port

  open(id: LegId, request: { readonly offer?: string; readonly codecs?: readonly Codec[] }): void {
    if (this.#legs.has(id)) {
      this.#fail(id, 'internal', 'the leg has an endpoint already');
      return;
    }
    const codecs = usableCodecs(request.codecs);
    if (codecs.length === 0) {
      this.#fail(id, 'internal', `no codec of ${request.codecs?.join(', ')} is available`);
      return;
    }
    const thread = this.#closing ? undefined : this.#pool.choose();
    if (thread === undefined) {
      this.#fail(id, 'noResources', 'no media thread is running');
      return;
    }
    const leg: Leg = {
      id,
      endpoint: ++this.#lastEndpoint as EndpointId,
      thread,
      sessionId: String(randomInt(2 ** 47)),
      codecs,
      offer: request.offer,
      port: 0,
      attempts: 0,
      sdp: undefined,
      remote: undefined,
      waiting: [],
      closed: false,
      jobs: new Map(),
      peer: undefined,
      backgrounds: 0,
    };
    this.#legs.set(id, leg);
    this.#bind(leg);
  }

  accept(id: LegId, answer: string): void {
    const leg = this.#legs.get(id);
    if (leg?.sdp === undefined) return;
    const result = settleAnswer(leg.sdp.sdp, answer, localOf(leg, this.#address));
    if (!result.ok) {
      this.#fail(id, 'invalidSdp', result.detail);
      return;
    }
    this.#setRemote(leg, result);
  }

  update(id: LegId, offerId: string, offer: string): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    const result = answerOffer(offer, localOf(leg, this.#address), leg.sdp?.sdp);
    if (!result.ok) {
      this.#fail(id, 'invalidSdp', result.detail, offerId);
      return;
    }
    leg.sdp = result;
    this.#setRemote(leg, result);
    this.#emitLater({ type: 'media.updated', leg: id, offerId, sdp: result.text });
  }

  play(id: LegId, job: PlayJob): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) {
      this.#jobs.start(leg, job);
      return;
    }
    const detail = 'the leg has no endpoint';
    this.#emitLater({ type: 'media.playFailed', leg: id, job: job.id, phrase: 0, reason: 'mediaServerError', detail });
  }

  stop(id: LegId, job: PlayJobId, what: 'current' | 'all'): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#send(leg, { type: 'stop', endpoint: leg.endpoint, job, what });
  }

  background(id: LegId, prompt: BackgroundPrompt | undefined): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#jobs.background(leg, prompt);
  }

  join(a: LegId, b: LegId): void {
    const one = this.#legs.get(a);
    const other = this.#legs.get(b);
    if (one === undefined || other === undefined || one === other) return;
    for (const leg of [one, other]) this.#part(leg);
    one.peer = other;
    other.peer = one;
    this.#sendPeers(one);
  }

  separate(a: LegId, b: LegId): void {
    const leg = this.#legs.get(a);
    if (leg?.peer?.id === b) this.#part(leg);
  }

  close(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#part(leg);
    this.#legs.delete(id);
    leg.closed = true;
    // While the sockets are being opened, `bound` or `bindFailed` finds the leg closed.
    if (leg.waiting === undefined) this.#pool.send(leg.thread, { type: 'unbind', endpoint: leg.endpoint });
  }

  // ---------------------------------------------------------------- sockets and SDP

  #bind(leg: Leg): void {
    const port = this.#ports.take();
    if (port === undefined || leg.attempts++ === MAX_ATTEMPTS) {
      this.#legs.delete(leg.id);
      if (port !== undefined) this.#ports.give(port);
      this.#fail(leg.id, 'noResources', `no free RTP port (${this.#ports.used} of ${this.#ports.size} in use)`);
      return;
    }
    leg.port = port;
    const local = localOf(leg, this.#address);
    if (leg.offer === undefined) {
      leg.sdp = makeOffer(local);
    } else {
      const result = answerOffer(leg.offer, local);
      if (!result.ok) {
        this.#legs.delete(leg.id);
        this.#ports.give(port);
        this.#fail(leg.id, 'invalidSdp', result.detail);
        return;
      }
      leg.sdp = result;
      leg.remote = result.remote;
    }
    this.#endpoints.set(leg.endpoint, leg);
    this.#pool.bind(leg.thread, leg.endpoint, port);
  }

  #bound(leg: Leg): void {
    const waiting = leg.waiting ?? [];
    leg.waiting = undefined;
    if (leg.closed) {
      this.#pool.send(leg.thread, { type: 'unbind', endpoint: leg.endpoint });
      return;
    }
    if (leg.remote !== undefined) this.#send(leg, { type: 'remote', endpoint: leg.endpoint, remote: leg.remote });
    for (const message of waiting) this.#send(leg, message);
    if (leg.peer?.waiting === undefined) this.#sendPeers(leg);
    this.#emit({ type: 'media.opened', leg: leg.id, sdp: leg.sdp?.text ?? '' });
  }

  #bindFailed(leg: Leg, code: string, detail: string): void {
    this.#release(leg);
    if (leg.closed) return;
    if (code === 'EADDRINUSE') {
      this.#bind(leg);
      return;
    }
    this.#legs.delete(leg.id);
    this.#fail(leg.id, 'noResources', detail);
  }

  #release(leg: Leg): void {
    this.#endpoints.delete(leg.endpoint);
    this.#pool.forget(leg.thread);
    this.#ports.give(leg.port);
  }

  #setRemote(leg: Leg, result: Negotiated & { ok: true }): void {
    leg.remote = result.remote;
    if (leg.waiting === undefined) this.#send(leg, { type: 'remote', endpoint: leg.endpoint, remote: result.remote });
  }

  // ---------------------------------------------------------------- joined legs

  #part(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined) return;
    leg.peer = undefined;
    peer.peer = undefined;
    for (const each of [leg, peer]) this.#send(each, { type: 'peer', endpoint: each.endpoint });
  }

  #sendPeers(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined || leg.waiting !== undefined || peer.waiting !== undefined) return;
    const at = ({ thread, endpoint }: Leg) => ({ thread, endpoint });
    this.#send(leg, { type: 'peer', endpoint: leg.endpoint, peer: at(peer) });
    this.#send(peer, { type: 'peer', endpoint: peer.endpoint, peer: at(leg) });
  }

  // ---------------------------------------------------------------- threads

  #send(leg: Leg, message: ToThread): void {
    if (leg.waiting !== undefined) leg.waiting.push(message);
    else this.#pool.send(leg.thread, message);
  }

  #hear(message: FromThread): void {
    const leg = this.#endpoints.get(message.endpoint);
    if (leg === undefined) return;
    switch (message.type) {
      case 'bound':
        this.#bound(leg);
        return;
      case 'bindFailed':
        this.#bindFailed(leg, message.code, message.detail);
        return;
      case 'unbound':
        this.#release(leg);
        return;
      case 'recorded':
        this.#jobs.recorded(leg, message);
        return;
      case 'played':
        this.#jobs.played(leg, message);
        return;
      case 'playFailed':
        this.#jobs.failed(leg, message.job, message.phrase, message.failure);
        return;
      case 'dtmf':
        if (leg.closed) return;
        this.#emit({ type: 'media.dtmf', leg: leg.id, digit: message.digit, source: message.source });
        return;
      case 'rtpTimeout':
        if (leg.closed) return;
        this.#emit({ type: 'media.rtpTimeout', leg: leg.id });
        return;
      default:
        message satisfies never;
    }
  }

  /** Everything that was on the thread is lost: each job and each leg is told so, the ports are free. */
  #crashed(thread: number, detail: string): void {
    for (const leg of [...this.#endpoints.values()].filter((each) => each.thread === thread)) {
      this.#part(leg);
      this.#release(leg);
      if (leg.closed) continue;
      leg.closed = true;
      this.#legs.delete(leg.id);
      for (const job of leg.jobs.keys()) {
        const lost = { reason: 'mediaServerError', detail: 'the media thread died' } as const;
        this.#emit({ type: 'media.playFailed', leg: leg.id, job, phrase: 0, ...lost });
      }
      leg.jobs.clear();
      this.#emit({ type: 'media.failed', leg: leg.id, reason: 'internal', detail: `the media thread died: ${detail}` });
    }
  }

  // ---------------------------------------------------------------- events, figures, end

  #emit(event: MediaEvent): void {
    if (!this.#closing) this.#options.onEvent(event);
  }

  /** For events that are known while the command still runs: a command never calls back into its caller. */
  #emitLater(event: MediaEvent): void {
    queueMicrotask(() => this.#emit(event));
  }

  #fail(leg: LegId, reason: 'invalidSdp' | 'noResources' | 'internal', detail: string, offerId?: string): void {
    this.#emitLater({ type: 'media.failed', leg, reason, detail, ...(offerId === undefined ? {} : { offerId }) });
  }

  stats(): MediaStats {
    let players = 0;
    for (const leg of this.#legs.values()) players += leg.jobs.size;
    return {
      endpoints: this.#endpoints.size,
      ports: this.#ports.used,
      players,
      workers: this.#pool.alive,
      packetsSent: this.#pool.count(Counter.packetsSent),
      packetsReceived: this.#pool.count(Counter.packetsReceived),
      packetsIgnored: this.#pool.count(Counter.packetsIgnored),
      ticksSkipped: this.#pool.count(Counter.ticksSkipped),
      cacheBytes: this.#preparer.cacheBytes,
    };
  }

  async shutdown(): Promise<void> {
    for (const id of [...this.#legs.keys()]) this.close(id);
    this.#closing = true;
    await Promise.all([this.#pool.close(), this.#preparer.close()]);
    for (const leg of [...this.#endpoints.values()]) this.#release(leg);
  }
}
