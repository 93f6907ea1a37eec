/** The embedded media engine: the media port on threads of our own. */
import { randomInt } from 'node:crypto';
import type { LegId, PlayJobId } from '../session/ids.ts';
import type { BackgroundPrompt, MediaEvent, MediaRequest, PlayJob } from '../session/ports.ts';
import { Downloader } from './download.ts';
import { Endpoints } from './endpoints.ts';
import { Jobs } from './jobs.ts';
import { type Leg, localOf } from './leg.ts';
import { Counter, type EndpointId, type FromThread } from './messages.ts';
import { answerOffer, type Negotiated, settleAnswer, usableCodecs } from './negotiate.ts';
import type { MediaEngine, MediaEngineOptions, MediaStats } from './options.ts';
import { Preparer } from './preparer.ts';

const MIB = 1 << 20;
type FailReason = 'invalidSdp' | 'noResources' | 'internal';

/** Starts the threads. @throws {RangeError} when the port range holds no pair of ports. */
export function createMediaEngine(options: MediaEngineOptions): MediaEngine {
  return new EmbeddedEngine(options);
}

class EmbeddedEngine implements MediaEngine {
  readonly #onEvent: (event: MediaEvent) => void;
  readonly #address: string;
  readonly #rtpTimeoutMs: number;
  readonly #endpoints: Endpoints;
  readonly #preparer: Preparer;
  readonly #jobs: Jobs;
  #lastEndpoint = 0;
  #closing = false;

  constructor(options: MediaEngineOptions) {
    const { prompts, tts, log, promptBytes = 20 * MIB, cacheBytes = 64 * MIB } = options;
    this.#onEvent = options.onEvent;
    this.#address = options.advertisedAddress ?? options.address;
    this.#rtpTimeoutMs = options.rtpTimeoutMs ?? 60_000;
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
      send: (leg, message) => this.#endpoints.send(leg, message),
      emit: (event) => this.#emit(event),
      log,
    });
    this.#endpoints = new Endpoints(options, {
      opened: (leg) => this.#opened(leg),
      failed: (leg, reason, detail) => this.#fail(leg, reason, detail),
      lost: (leg, detail) => this.#lost(leg, detail),
      heard: (leg, message) => this.#heard(leg, message),
    });
  }

  // ---------------------------------------------------------------- the port

  open(id: LegId, request: MediaRequest): void {
    const codecs = usableCodecs(request.codecs);
    const thread = this.#closing ? undefined : this.#endpoints.pool.choose();
    if (this.#endpoints.get(id) !== undefined) {
      this.#fail(id, 'internal', 'the leg has an endpoint already');
    } else if (codecs.length === 0) {
      this.#fail(id, 'internal', `no codec of ${request.codecs?.join(', ')} is available`);
    } else if (thread === undefined) {
      this.#fail(id, 'noResources', 'no media thread is running');
    } else {
      this.#endpoints.add({
        ...{ id, thread, codecs, offer: request.offer },
        rtpTimeoutMs: request.rtpTimeoutSeconds === undefined ? this.#rtpTimeoutMs : request.rtpTimeoutSeconds * 1000,
        endpoint: ++this.#lastEndpoint as EndpointId,
        sessionId: String(randomInt(2 ** 47)),
        port: 0,
        attempts: 0,
        sdp: undefined,
        remote: undefined,
        waiting: [],
        closed: false,
        jobs: new Map(),
        peer: undefined,
        backgrounds: 0,
      });
    }
  }

  accept(id: LegId, answer: string): void {
    const leg = this.#endpoints.get(id);
    if (leg?.sdp === undefined) return;
    const result = settleAnswer(leg.sdp.sdp, answer, localOf(leg, this.#address));
    if (result.ok) this.#setRemote(leg, result);
    else this.#fail(id, 'invalidSdp', result.detail);
  }

  update(id: LegId, offerId: string, offer: string): void {
    const leg = this.#endpoints.get(id);
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
    const leg = this.#endpoints.get(id);
    if (leg !== undefined) {
      this.#jobs.start(leg, job);
      return;
    }
    const detail = 'the leg has no endpoint';
    this.#emitLater({ type: 'media.playFailed', leg: id, job: job.id, phrase: 0, reason: 'mediaServerError', detail });
  }

  stop(id: LegId, job: PlayJobId, what: 'current' | 'all'): void {
    const leg = this.#endpoints.get(id);
    if (leg !== undefined) this.#endpoints.send(leg, { type: 'stop', endpoint: leg.endpoint, job, what });
  }

  background(id: LegId, prompt: BackgroundPrompt | undefined): void {
    const leg = this.#endpoints.get(id);
    if (leg !== undefined) this.#jobs.background(leg, prompt);
  }

  join(a: LegId, b: LegId): void {
    const one = this.#endpoints.get(a);
    const other = this.#endpoints.get(b);
    if (one === undefined || other === undefined || one === other) return;
    for (const leg of [one, other]) this.#part(leg);
    one.peer = other;
    other.peer = one;
    this.#sendPeers(one);
  }

  separate(a: LegId, b: LegId): void {
    const leg = this.#endpoints.get(a);
    if (leg?.peer?.id === b) this.#part(leg);
  }

  close(id: LegId): void {
    const leg = this.#endpoints.get(id);
    if (leg === undefined) return;
    this.#part(leg);
    this.#endpoints.close(leg);
  }

  // ---------------------------------------------------------------- endpoints

  #opened(leg: Leg): void {
    this.#sendPeers(leg);
    this.#emit({ type: 'media.opened', leg: leg.id, sdp: leg.sdp?.text ?? '' });
  }

  /** Its thread died: each job and the leg itself are told so. */
  #lost(leg: Leg, detail: string): void {
    this.#part(leg);
    for (const job of leg.jobs.keys()) {
      const lost = { reason: 'mediaServerError', detail: 'the media thread died' } as const;
      this.#emit({ type: 'media.playFailed', leg: leg.id, job, phrase: 0, ...lost });
    }
    leg.jobs.clear();
    this.#emit({ type: 'media.failed', leg: leg.id, reason: 'internal', detail: `the media thread died: ${detail}` });
  }

  #heard(leg: Leg, message: FromThread): void {
    switch (message.type) {
      case 'recorded':
        this.#jobs.recorded(leg, message);
        break;
      case 'played':
        this.#jobs.played(leg, message);
        break;
      case 'playFailed':
        this.#jobs.failed(leg, message.job, message.phrase, message.failure);
        break;
      case 'dtmf':
        if (leg.closed) break;
        this.#emit({ type: 'media.dtmf', leg: leg.id, digit: message.digit, source: message.source });
        break;
      case 'rtpTimeout':
        if (!leg.closed) this.#emit({ type: 'media.rtpTimeout', leg: leg.id });
        break;
      case 'bound':
      case 'bindFailed':
      case 'unbound':
        break;
      default:
        message satisfies never;
    }
  }

  #setRemote(leg: Leg, { remote }: Negotiated & { ok: true }): void {
    leg.remote = remote;
    // An endpoint that is not open yet is told when it is.
    if (leg.waiting === undefined) this.#endpoints.send(leg, { type: 'remote', endpoint: leg.endpoint, remote });
  }

  #part(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined) return;
    leg.peer = undefined;
    peer.peer = undefined;
    for (const each of [leg, peer]) this.#endpoints.send(each, { type: 'peer', endpoint: each.endpoint });
  }

  /** Both must be open; the one that opens last sends it. */
  #sendPeers(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined || leg.waiting !== undefined || peer.waiting !== undefined) return;
    const at = ({ thread, endpoint }: Leg) => ({ thread, endpoint });
    this.#endpoints.send(leg, { type: 'peer', endpoint: leg.endpoint, peer: at(peer) });
    this.#endpoints.send(peer, { type: 'peer', endpoint: peer.endpoint, peer: at(leg) });
  }

  // ---------------------------------------------------------------- events, figures, end

  #emit(event: MediaEvent): void {
    if (!this.#closing) this.#onEvent(event);
  }

  /** For events that are known while the command still runs: a command never calls back into its caller. */
  #emitLater(event: MediaEvent): void {
    queueMicrotask(() => this.#emit(event));
  }

  #fail(leg: LegId, reason: FailReason, detail: string, offerId?: string): void {
    this.#emitLater({ type: 'media.failed', leg, reason, detail, ...(offerId === undefined ? {} : { offerId }) });
  }

  stats(): MediaStats {
    const { pool, ports, legs, size } = this.#endpoints;
    let players = 0;
    for (const leg of legs) players += leg.jobs.size;
    return {
      endpoints: size,
      ports: ports.used,
      players,
      workers: pool.alive,
      packetsSent: pool.count(Counter.packetsSent),
      packetsReceived: pool.count(Counter.packetsReceived),
      packetsIgnored: pool.count(Counter.packetsIgnored),
      ticksSkipped: pool.count(Counter.ticksSkipped),
      cacheBytes: this.#preparer.cacheBytes,
    };
  }

  async shutdown(): Promise<void> {
    for (const { id } of [...this.#endpoints.legs]) this.close(id);
    this.#closing = true;
    await Promise.all([this.#endpoints.shutdown(), this.#preparer.close()]);
  }
}
