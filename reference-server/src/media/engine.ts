/** The embedded media engine: the media port on threads of our own. */
import { randomInt } from 'node:crypto';
import type { Digit, LegId, PlayJobId, RecordingId } from '../session/ids.ts';
import type { Direction, MediaRequest, RecordingRequest } from '../session/ports/media.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { BackgroundPrompt, PlayJob } from '../session/ports/phrase.ts';
import { Descriptions, type FailReason } from './descriptions.ts';
import { Downloader } from './download.ts';
import { Endpoints } from './endpoints.ts';
import { Jobs } from './jobs.ts';
import { type Leg, newLeg } from './leg.ts';
import { Counter, type EndpointId, type FromThread, type RecorderId } from './messages.ts';
import { Mp3Encoding } from './mp3-encoding.ts';
import { usableCodecs } from './negotiate.ts';
import type { MediaEngine, MediaEngineOptions, MediaStats } from './options.ts';
import { Preparer } from './preparer.ts';
import { recordingFiles } from './recording-formats.ts';
import { Recordings } from './recordings.ts';
import { Wiring } from './wiring.ts';

const MIB = 1 << 20;

/** Starts the threads. @throws {RangeError} when the port range holds no pair of ports. */
export function createMediaEngine(options: MediaEngineOptions): MediaEngine {
  return new EmbeddedEngine(options);
}

class EmbeddedEngine implements MediaEngine {
  readonly #onEvent: (event: MediaEvent) => void;
  readonly #rtpTimeoutMs: number;
  readonly #known: MediaEngineOptions['codecs'];
  readonly #endpoints: Endpoints;
  readonly #descriptions: Descriptions;
  readonly #preparer: Preparer;
  readonly #jobs: Jobs;
  readonly #wiring: Wiring;
  readonly #recordings: Recordings;
  readonly #encoders: Mp3Encoding;
  /** Numbers endpoints and recorders. */
  #lastId = 0;
  #closing = false;

  constructor(options: MediaEngineOptions) {
    const { prompts, tts, log, promptBytes = 20 * MIB, cacheBytes = 64 * MIB } = options;
    this.#onEvent = options.onEvent;
    this.#rtpTimeoutMs = options.rtpTimeoutMs ?? 60_000;
    this.#known = options.codecs;
    this.#preparer = new Preparer(cacheBytes);
    const downloader = new Downloader({
      fetch: options.fetch ?? globalThis.fetch,
      timeoutMs: options.fetchTimeoutMs ?? 10_000,
      maxBytes: promptBytes,
      cacheBytes: options.urlCacheBytes ?? 64 * MIB,
      cacheSeconds: options.urlCacheSeconds ?? 3600,
      now: () => performance.now(),
    });
    this.#encoders = new Mp3Encoding(options.startThread);
    const file = recordingFiles(prompts, this.#encoders);
    this.#jobs = new Jobs({
      sources: { prompts, tts, downloader, preparer: this.#preparer, promptBytes },
      file,
      send: (leg, message) => this.#endpoints.send(leg, message),
      emit: (event) => this.#emit(event),
      log,
    });
    this.#wiring = new Wiring((leg, message) => this.#endpoints.send(leg, message));
    this.#recordings = new Recordings({
      file,
      wiring: this.#wiring,
      send: (thread, message) => this.#endpoints.pool.send(thread, message),
      emit: (event) => this.#emitLater(event),
      log,
    });
    this.#endpoints = new Endpoints(options, {
      opened: (leg) => this.#opened(leg),
      failed: (leg, reason, detail) => this.#fail(leg, reason, detail),
      lost: (leg, detail) => this.#lost(leg, detail),
      heard: (leg, message) => this.#heard(leg, message),
      released: (leg) => void this.#jobs.released(leg),
      recorder: (message) => this.#recordings.heard(message),
      crashed: (thread) => this.#recordings.crashed(thread),
    });
    this.#descriptions = new Descriptions(options.advertisedAddress ?? options.address, {
      get: (id) => this.#endpoints.get(id),
      send: (thread, message) => this.#endpoints.pool.send(thread, message),
      emit: (event) => this.#emitLater(event),
      fail: (leg, reason, detail, offerId) => this.#fail(leg, reason, detail, offerId),
    });
  }

  // ---------------------------------------------------------------- the port

  open(id: LegId, request: MediaRequest): void {
    const codecs = usableCodecs(request.codecs, this.#known);
    const near = request.near === undefined ? undefined : this.#endpoints.get(request.near)?.thread;
    const thread = this.#closing ? undefined : this.#endpoints.pool.choose(near);
    if (this.#endpoints.get(id) !== undefined) {
      this.#fail(id, 'internal', 'the leg has an endpoint already');
    } else if (codecs.length === 0) {
      this.#fail(id, 'internal', `no codec of ${request.codecs?.join(', ')} is available`);
    } else if (thread === undefined) {
      this.#fail(id, 'noResources', 'no media thread is running');
    } else {
      const { rtpTimeoutSeconds, waits, offer, source } = request;
      const leg = newLeg({
        ...{ id, thread, codecs, offer, source },
        rtpTimeoutMs: rtpTimeoutSeconds === undefined ? this.#rtpTimeoutMs : rtpTimeoutSeconds * 1000,
        endpoint: ++this.#lastId as EndpointId,
        sessionId: String(randomInt(2 ** 47)),
        started: waits !== true,
      });
      this.#endpoints.add(leg);
    }
  }

  start(id: LegId): void {
    this.#descriptions.start(id);
  }

  accept(id: LegId, answer: string, source?: string): void {
    this.#descriptions.accept(id, answer, source);
  }

  offer(id: LegId, direction: Direction, whole?: boolean): void {
    this.#descriptions.offer(id, direction, whole);
  }

  update(id: LegId, offerId: string, offer: string): void {
    this.#descriptions.update(id, offerId, offer);
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

  watch(id: LegId, rtpTimeoutSeconds: number): void {
    const leg = this.#endpoints.get(id);
    if (leg === undefined) return;
    this.#endpoints.send(leg, { type: 'watch', endpoint: leg.endpoint, rtpTimeoutMs: rtpTimeoutSeconds * 1000 });
  }

  press(id: LegId, digit: Digit): void {
    const peer = this.#endpoints.get(id)?.peer;
    if (peer !== undefined) this.#endpoints.send(peer, { type: 'press', endpoint: peer.endpoint, digit });
  }

  join(a: LegId, b: LegId): void {
    const one = this.#endpoints.get(a);
    const other = this.#endpoints.get(b);
    if (one !== undefined && other !== undefined && one !== other) this.#wiring.join(one, other);
  }

  separate(a: LegId, b: LegId): void {
    const leg = this.#endpoints.get(a);
    if (leg?.peer?.id === b) this.#wiring.part(leg);
  }

  listen(monitor: LegId, to: readonly LegId[]): void {
    const leg = this.#endpoints.get(monitor);
    if (leg !== undefined)
      this.#wiring.listen(
        leg,
        to.flatMap((id) => this.#endpoints.get(id) ?? []),
      );
  }

  startRecording(request: RecordingRequest): void {
    const { left, right } = request;
    const legs = { left: this.#endpoints.get(left), right: this.#endpoints.get(right) };
    this.#recordings.start(request, ++this.#lastId as RecorderId, legs.left, legs.right);
  }

  stopRecording(recording: RecordingId): void {
    this.#recordings.stop(recording);
  }

  close(id: LegId): void {
    const leg = this.#endpoints.get(id);
    if (leg === undefined) return;
    this.#unwire(leg);
    this.#endpoints.close(leg);
  }

  // ---------------------------------------------------------------- endpoints

  #opened(leg: Leg): void {
    this.#emit({ type: 'media.opened', leg: leg.id, sdp: leg.sdp?.text ?? '' });
  }

  /** Its thread died: each job and the leg itself are told so. */
  #lost(leg: Leg, detail: string): void {
    this.#unwire(leg);
    const jobs = [...leg.jobs.keys()];
    leg.jobs.clear();
    // The leg first: with it goes what plays on it, which is no fault of its own then.
    this.#emit({ type: 'media.failed', leg: leg.id, reason: 'internal', detail: `the media thread died: ${detail}` });
    for (const job of jobs) {
      const lost = { reason: 'mediaServerError', detail: 'the media thread died' } as const;
      this.#emit({ type: 'media.playFailed', leg: leg.id, job, phrase: 0, ...lost });
    }
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

  #unwire(leg: Leg): void {
    this.#recordings.without(leg);
    this.#wiring.clear(leg);
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
      packetsPassed: pool.count(Counter.packetsPassed),
      ticksSkipped: pool.count(Counter.ticksSkipped),
      cacheBytes: this.#preparer.cacheBytes,
    };
  }

  async shutdown(): Promise<void> {
    for (const { id } of [...this.#endpoints.legs]) this.close(id);
    this.#closing = true;
    await this.#recordings.settled();
    await Promise.all([this.#endpoints.shutdown(), this.#preparer.close(), this.#encoders.close()]);
  }
}
