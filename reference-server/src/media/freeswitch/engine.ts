/** The media port on one or several FreeSWITCHes. What FreeSWITCH does in another way than the embedded engine is settled here. */
import type { Digit, LegId, PlayJobId, RecordingId } from '../../session/ids.ts';
import type { Direction, MediaRequest, RecordingRequest } from '../../session/ports/media.ts';
import type { MediaEvent } from '../../session/ports/media-event.ts';
import type { BackgroundPrompt, PlayJob } from '../../session/ports/phrase.ts';
import { Downloader } from '../download.ts';
import { Mp3Encoding } from '../mp3-encoding.ts';
import { answerOffer, makeOffer, makeReoffer, type Negotiated, settleAnswer, usableCodecs } from '../negotiate.ts';
import type { MediaEngine, MediaStats } from '../options.ts';
import { failureOf, loadBackground, type PhraseSources } from '../phrases.ts';
import { Preparer } from '../preparer.ts';
import { recordingFiles } from '../recording-formats.ts';
import type { Fleet } from './fleet.ts';
import { Jobs } from './jobs.ts';
import { type Leg, localOf } from './leg.ts';
import { type FailReason, Legs } from './legs.ts';
import type { FreeSwitchOptions } from './options.ts';
import { Places } from './places.ts';
import { Recordings } from './recordings.ts';
import { RATE, samplesOf, type Waves } from './waves.ts';

const MIB = 1 << 20;
/** A background prompt is written down so often that it takes so long, since FreeSWITCH takes a moment to begin anew. */
const BACKGROUND_SECONDS = 20;

export class FreeSwitchEngine implements MediaEngine {
  readonly #options: FreeSwitchOptions;
  readonly #fleet: Fleet;
  readonly #legs: Legs;
  readonly #sources: PhraseSources & { readonly preparer: Preparer };
  readonly #encoders: Mp3Encoding;
  readonly #waves: Waves;
  readonly #places: Places;
  readonly #jobs: Jobs;
  readonly #recordings: Recordings;
  #closing = false;

  constructor(options: FreeSwitchOptions, fleet: Fleet, waves: Waves) {
    const { prompts, tts, log, promptBytes = 20 * MIB } = options;
    this.#options = options;
    this.#fleet = fleet;
    this.#waves = waves;
    const downloader = new Downloader({
      fetch: options.fetch ?? globalThis.fetch,
      timeoutMs: options.fetchTimeoutMs ?? 10_000,
      maxBytes: promptBytes,
      cacheBytes: options.urlCacheBytes ?? 64 * MIB,
      cacheSeconds: options.urlCacheSeconds ?? 3600,
      now: () => performance.now(),
    });
    const preparer = new Preparer(options.cacheBytes ?? 64 * MIB);
    this.#sources = { prompts, tts, downloader, preparer, promptBytes };
    this.#encoders = new Mp3Encoding(options.startThread);
    const file = recordingFiles(prompts, this.#encoders);
    const emit = (event: MediaEvent): void => this.#emit(event);
    this.#places = new Places(log);
    this.#jobs = new Jobs({ sources: this.#sources, file, waves, places: this.#places, emit, log });
    this.#recordings = new Recordings({ file, waves, emit: (event) => this.#emitLater(event), log });
    this.#legs = new Legs({
      ...{ fleet, waves, emit, log, jobs: this.#jobs, places: this.#places, recordings: this.#recordings },
      rtpTimeoutMs: options.rtpTimeoutMs ?? 60_000,
      fail: (leg, reason, detail, offerId) => this.#fail(leg, reason, detail, offerId),
    });
  }

  // ---------------------------------------------------------------- the port

  open(id: LegId, request: MediaRequest): void {
    const codecs = usableCodecs(request.codecs, this.#options.codecs);
    if (this.#legs.get(id) !== undefined) this.#fail(id, 'internal', 'the leg has an endpoint already');
    else if (codecs.length === 0) this.#fail(id, 'internal', `no codec of ${request.codecs?.join(', ')} is available`);
    else this.#legs.open(id, request, codecs);
  }

  start(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined || leg.started) return;
    leg.started = true;
    void this.#legs.describe(leg);
  }

  accept(id: LegId, answer: string): void {
    const leg = this.#legs.get(id);
    const offered = leg?.offered ?? (leg?.sdp && { sdp: leg.sdp.sdp, direction: leg.direction });
    if (leg === undefined || offered === undefined) return;
    const result = settleAnswer(offered.sdp, answer, { ...localOf(leg), direction: offered.direction });
    leg.offered = undefined;
    if (!result.ok) {
      this.#fail(id, 'invalidSdp', result.detail);
      return;
    }
    leg.sdp = { sdp: offered.sdp };
    leg.direction = offered.direction;
    leg.started = true;
    leg.remote = result.remote;
    void this.#legs.describe(leg);
  }

  offer(id: LegId, direction: Direction, whole = false): void {
    const leg = this.#legs.get(id);
    if (leg?.sdp === undefined) {
      this.#fail(id, 'internal', 'the leg has no description yet');
      return;
    }
    const { sdp, text } = whole
      ? makeOffer({ ...localOf(leg), direction }, leg.sdp.sdp)
      : makeReoffer(leg.sdp.sdp, direction);
    leg.offered = { sdp, direction };
    this.#emitLater({ type: 'media.offered', leg: id, sdp: text });
  }

  update(id: LegId, offerId: string, offer: string): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    const result: Negotiated = answerOffer(offer, localOf(leg), leg.sdp?.sdp);
    if (!result.ok) {
      this.#fail(id, 'invalidSdp', result.detail, offerId);
      return;
    }
    leg.sdp = result;
    leg.remote = result.remote;
    const { text: sdp, direction } = result;
    // Whoever holds is to hear nothing from the answer on.
    void this.#legs.describe(leg, offerId).then((told) => {
      if (told && !leg.closed) this.#emit({ type: 'media.updated', leg: id, offerId, sdp, direction });
    });
  }

  play(id: LegId, job: PlayJob): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) {
      this.#jobs.add(leg, job);
      return;
    }
    const detail = 'the leg has no endpoint';
    this.#emitLater({ type: 'media.playFailed', leg: id, job: job.id, phrase: 0, reason: 'mediaServerError', detail });
  }

  stop(id: LegId, job: PlayJobId, what: 'current' | 'all'): void {
    this.#legs.get(id)?.player.stop(job, what);
  }

  background(id: LegId, prompt: BackgroundPrompt | undefined): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    const turn = ++leg.backgrounds;
    if (prompt === undefined) {
      void this.#legs.in(leg, () => this.#changeBackground(leg, undefined));
      return;
    }
    const { log } = this.#options;
    loadBackground(this.#sources, prompt, 'PCMU')
      .then(async (audio) => {
        const pause = Math.max(0, Math.round(prompt.repeatPause * RATE));
        const round = samplesOf([audio]) + pause;
        if (turn !== leg.backgrounds || leg.closed || round === 0) return;
        const path = await this.#waves.write([audio], pause, Math.ceil((BACKGROUND_SECONDS * RATE) / round));
        await leg.ready.promise;
        await this.#legs.in(leg, () => this.#changeBackground(leg, turn === leg.backgrounds ? path : undefined));
      })
      .catch((error: unknown) => {
        log.warn({ leg: id, source: prompt.source, error: String(error) }, 'background prompt cannot be played');
        if (turn === leg.backgrounds && !leg.closed) {
          this.#emit({ type: 'media.backgroundFailed', leg: id, ...failureOf(error) });
        }
      });
  }

  watch(id: LegId, rtpTimeoutSeconds: number): void {
    this.#legs.get(id)?.watch.limit(rtpTimeoutSeconds * 1000);
  }

  press(id: LegId, digit: Digit): void {
    const channel = this.#legs.get(id)?.peer?.channel;
    // The tilde has it pass what makes tones of it, where no events were agreed.
    if (channel !== undefined) this.#quietly(channel.command(`uuid_send_dtmf ${channel.uuid} ~${digit}@100`));
  }

  join(a: LegId, b: LegId): void {
    const one = this.#legs.get(a);
    const other = this.#legs.get(b);
    if (one === undefined || other === undefined || one === other || one.peer === other) return;
    for (const leg of [one, other]) this.#legs.part(leg);
    one.peer = other;
    other.peer = one;
    void this.#places.arrange(one);
  }

  separate(a: LegId, b: LegId): void {
    const leg = this.#legs.get(a);
    if (leg?.peer?.id === b) this.#legs.part(leg);
  }

  listen(monitor: LegId, to: readonly LegId[]): void {
    const leg = this.#legs.get(monitor);
    if (leg === undefined) return;
    leg.listensTo = to.flatMap((id) => (id === monitor ? [] : (this.#legs.get(id) ?? [])));
    void this.#places.arrange(leg);
  }

  startRecording(request: RecordingRequest): void {
    this.#recordings.start(request, this.#legs.get(request.left), this.#legs.get(request.right));
  }

  stopRecording(recording: RecordingId): void {
    this.#recordings.stop(recording);
  }

  close(id: LegId): void {
    this.#legs.close(id);
  }

  // ---------------------------------------------------------------- the background

  async #changeBackground(leg: Leg, path: string | undefined): Promise<void> {
    const { background: before, channel } = leg;
    leg.background = path;
    if (channel === undefined) return;
    if (before !== undefined) {
      await channel.command(`uuid_displace ${channel.uuid} stop ${before}`).catch(() => undefined);
      await this.#waves.remove(before);
    }
    if (path !== undefined) await channel.command(`uuid_displace ${channel.uuid} start ${path} 0 ml`);
  }

  // ---------------------------------------------------------------- events, figures, end

  #emit(event: MediaEvent): void {
    if (!this.#closing) this.#options.onEvent(event);
  }

  /** For events that are known while the command still runs: a command never calls back into its caller. */
  #emitLater(event: MediaEvent): void {
    queueMicrotask(() => this.#emit(event));
  }

  #fail(leg: LegId, reason: FailReason, detail: string, offerId?: string): void {
    this.#emitLater({ type: 'media.failed', leg, reason, detail, ...(offerId === undefined ? {} : { offerId }) });
  }

  #quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.log.warn({ error: String(error) }, 'FreeSWITCH does not do it'));
  }

  stats(): MediaStats {
    const { held } = this.#legs;
    return {
      endpoints: held.length,
      ports: held.filter(({ channel }) => channel !== undefined).length,
      players: held.reduce((sum, { player }) => sum + player.jobs.length, 0),
      workers: this.#fleet.up,
      // FreeSWITCH counts them.
      ...{ packetsSent: 0, packetsReceived: 0, packetsIgnored: 0, packetsPassed: 0, ticksSkipped: 0 },
      cacheBytes: this.#sources.preparer.cacheBytes,
    };
  }

  async shutdown(): Promise<void> {
    this.#legs.closeAll();
    this.#closing = true;
    await this.#recordings.settled();
    await this.#legs.settled();
    await Promise.all([this.#fleet.close(), this.#sources.preparer.close(), this.#encoders.close()]);
    await this.#waves.close();
  }
}
