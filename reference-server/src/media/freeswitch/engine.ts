/** The media port on one or several FreeSWITCHes. What FreeSWITCH does in another way than the embedded engine is settled here. */
import { randomInt } from 'node:crypto';
import type { Digit, LegId, PlayJobId, RecordingId } from '../../session/ids.ts';
import type {
  BackgroundPrompt,
  Direction,
  MediaEvent,
  MediaRequest,
  PlayJob,
  RecordingRequest,
} from '../../session/ports.ts';
import { Downloader } from '../download.ts';
import { Mp3Encoding } from '../mp3-encoding.ts';
import { answerOffer, makeOffer, makeReoffer, type Negotiated, settleAnswer, usableCodecs } from '../negotiate.ts';
import type { MediaEngine, MediaStats } from '../options.ts';
import { failureOf, loadBackground, type PhraseSources } from '../phrases.ts';
import { Preparer } from '../preparer.ts';
import { recordingFiles } from '../recording-formats.ts';
import { type ChannelEvents, RefusedError } from './channel.ts';
import { farEndSdp, nobodySdp } from './far-end.ts';
import type { Fleet } from './fleet.ts';
import { Jobs } from './jobs.ts';
import { type Leg, localOf } from './leg.ts';
import type { FreeSwitchOptions } from './options.ts';
import { Places } from './places.ts';
import { Recordings } from './recordings.ts';
import { RtpWatch } from './rtp-watch.ts';
import { packetsOf } from './taking.ts';
import { RATE, samplesOf, type Waves } from './waves.ts';

const MIB = 1 << 20;
const DIGIT = /^[0-9A-D*#]$/;
/** A background prompt is written down so often that it takes so long, since FreeSWITCH takes a moment to begin anew. */
const BACKGROUND_SECONDS = 20;
type FailReason = 'invalidSdp' | 'noResources' | 'internal';

export class FreeSwitchEngine implements MediaEngine {
  readonly #options: FreeSwitchOptions;
  readonly #fleet: Fleet;
  readonly #legs = new Map<LegId, Leg>();
  /** Closed ones, too, until their channels are given back. */
  readonly #held = new Set<Leg>();
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
  }

  // ---------------------------------------------------------------- the port

  open(id: LegId, request: MediaRequest): void {
    const codecs = usableCodecs(request.codecs);
    const [codec] = codecs;
    if (this.#legs.has(id)) {
      this.#fail(id, 'internal', 'the leg has an endpoint already');
      return;
    }
    if (codec === undefined) {
      this.#fail(id, 'internal', `no codec of ${request.codecs?.join(', ')} is available`);
      return;
    }
    const leg = this.#newLeg(id, request, codecs);
    if (request.offer !== undefined) {
      const agreed = answerOffer(request.offer, localOf(leg));
      if (!agreed.ok) {
        this.#fail(id, 'invalidSdp', agreed.detail);
        return;
      }
      leg.remote = agreed.remote;
    }
    const near = request.near === undefined ? undefined : this.#legs.get(request.near);
    this.#legs.set(id, leg);
    this.#held.add(leg);
    const opened = (near?.opening ?? Promise.resolve()).then(() => this.#open(leg, request.offer, near));
    leg.opening = opened.catch((error: unknown) => this.#notOpened(leg, error));
  }

  start(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined || leg.started) return;
    leg.started = true;
    void this.#describe(leg);
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
    void this.#describe(leg);
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
    void this.#describe(leg, offerId).then((told) => {
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
      void this.#in(leg, () => this.#changeBackground(leg, undefined));
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
        await this.#in(leg, () => this.#changeBackground(leg, turn === leg.backgrounds ? path : undefined));
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
    if (channel !== undefined) this.#quietly(channel.command(`uuid_send_dtmf ${channel.uuid} ${digit}@100`));
  }

  join(a: LegId, b: LegId): void {
    const one = this.#legs.get(a);
    const other = this.#legs.get(b);
    if (one === undefined || other === undefined || one === other || one.peer === other) return;
    for (const leg of [one, other]) this.#part(leg);
    one.peer = other;
    other.peer = one;
    void this.#places.arrange(one);
  }

  separate(a: LegId, b: LegId): void {
    const leg = this.#legs.get(a);
    if (leg?.peer?.id === b) this.#part(leg);
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
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#legs.delete(id);
    leg.closed = true;
    void this.#release(leg);
  }

  // ---------------------------------------------------------------- legs

  #newLeg(id: LegId, request: MediaRequest, codecs: Leg['codecs']): Leg {
    const ready = Promise.withResolvers<void>();
    // Nobody may wait for it.
    ready.promise.catch(() => undefined);
    const { rtpTimeoutMs = 60_000 } = this.#options;
    const watch = new RtpWatch({
      count: async () => leg.channel && packetsOf(leg.channel),
      missed: () => this.#emit({ type: 'media.rtpTimeout', leg: id }),
    });
    const leg: Leg = {
      ...{ id, codecs, ready, watch },
      player: this.#jobs.player(ready.promise, () => leg),
      sessionId: String(randomInt(2 ** 47)),
      on: undefined,
      channel: undefined,
      opening: Promise.resolve(),
      sdp: undefined,
      offered: undefined,
      direction: 'sendrecv',
      remote: undefined,
      started: request.waits !== true,
      closed: false,
      version: 1,
      turn: Promise.resolve(),
      listensForTones: false,
      peer: undefined,
      listensTo: [],
      echoes: false,
      backgrounds: 0,
      background: undefined,
      place: { in: 'park' },
    };
    watch.limit(request.rtpTimeoutSeconds === undefined ? rtpTimeoutMs : request.rtpTimeoutSeconds * 1000);
    return leg;
  }

  async #open(leg: Leg, offer: string | undefined, near: Leg | undefined): Promise<void> {
    const [codec = 'PCMU'] = leg.codecs;
    const sdp = leg.remote === undefined ? nobodySdp(codec) : farEndSdp(leg.remote, leg.version, leg.started);
    const sent = leg.started && leg.remote !== undefined;
    const { on, channel } = await this.#fleet.open(sdp, this.#eventsOf(leg), near?.on);
    leg.on = on;
    leg.channel = channel;
    // Closed, or lost, in the meantime: whoever did that waits for this, and gives the channel back.
    if (leg.closed) return;
    const described =
      offer === undefined ? ({ ok: true, ...makeOffer(localOf(leg)) } as const) : answerOffer(offer, localOf(leg));
    if (!described.ok) throw new Error(described.detail);
    leg.sdp = described;
    this.#emit({ type: 'media.opened', leg: leg.id, sdp: described.text });
    if (sent) await this.#settle(leg);
    else if (leg.started && leg.remote !== undefined) await this.#describe(leg);
    // Whoever was joined with it, or listens to it, has waited for the channel.
    await this.#arrange(leg);
  }

  #notOpened(leg: Leg, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#legs.delete(leg.id);
    if (!leg.closed) this.#fail(leg.id, error instanceof RefusedError ? 'noResources' : 'internal', detail);
    leg.closed = true;
    void this.#release(leg);
  }

  readonly #eventsOf = (leg: Leg) => (): ChannelEvents => ({
    dtmf: (digit, source) => {
      if (!leg.closed && DIGIT.test(digit)) {
        this.#emit({ type: 'media.dtmf', leg: leg.id, digit: digit as Digit, source });
      }
    },
    fileOver: (path) => leg.player.fileOver(path),
    over: (detail) => this.#lost(leg, detail),
  });

  /** Its channel is gone with all that it was in: each job and the leg itself are told so. */
  #lost(leg: Leg, detail: string): void {
    if (leg.closed) return;
    leg.closed = true;
    this.#legs.delete(leg.id);
    for (const { id } of leg.player.jobs) {
      const lost = { reason: 'mediaServerError', detail } as const;
      this.#emit({ type: 'media.playFailed', leg: leg.id, job: id, phrase: 0, ...lost });
    }
    this.#emit({ type: 'media.failed', leg: leg.id, reason: 'internal', detail });
    void this.#release(leg, detail);
  }

  /** Tells FreeSWITCH what the far end is now. False when it does not take it, which is told. */
  #describe(leg: Leg, offerId?: string): Promise<boolean> {
    return this.#in(leg, async () => {
      const { channel, remote, started } = leg;
      if (channel === undefined || remote === undefined) return;
      leg.version++;
      await channel.describe(farEndSdp(remote, leg.version, started));
      await this.#settle(leg);
    }).then(
      () => true,
      (error: unknown) => {
        if (!leg.closed) this.#fail(leg.id, 'internal', String(error), offerId);
        return false;
      },
    );
  }

  /** What follows from the description that FreeSWITCH has. */
  async #settle(leg: Leg): Promise<void> {
    const { channel, remote, started } = leg;
    if (channel === undefined || remote === undefined) return;
    leg.watch.expect(remote.receive);
    const tones = remote.telephoneEvent === undefined;
    if (tones !== leg.listensForTones) {
      leg.listensForTones = tones;
      for (const application of ['dtmf', 'dtmf_generate']) {
        this.#quietly(channel.run(`${tones ? 'start' : 'stop'}_${application}`, ''));
      }
    }
    if (started) leg.ready.resolve();
  }

  /** Behind all that is done with the channel already. */
  #in<Result>(leg: Leg, work: () => Promise<Result>): Promise<Result> {
    const done = leg.turn.then(work);
    leg.turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  #part(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined) return;
    leg.peer = undefined;
    peer.peer = undefined;
    void this.#places.arrange(leg);
    void this.#places.arrange(peer);
  }

  async #arrange(leg: Leg): Promise<void> {
    const monitors = [...this.#legs.values()].filter(({ listensTo }) => listensTo.includes(leg));
    await Promise.all([leg, ...monitors].map((each) => this.#places.arrange(each)));
  }

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

  /** Gives everything back, when what is being recorded is kept. `lost`: the channel is gone already. */
  async #release(leg: Leg, lost?: string): Promise<void> {
    leg.watch.close();
    leg.ready.reject(new Error('the leg is closed'));
    await leg.opening;
    await Promise.all([leg.player.close(), this.#recordings.without(leg, lost)]);
    this.#part(leg);
    await this.#places.arrange(leg);
    await this.#in(leg, async () => {
      if (leg.background !== undefined) await this.#waves.remove(leg.background);
      if (leg.on !== undefined) this.#fleet.released(leg.on);
      leg.channel?.hangUp();
    });
    this.#held.delete(leg);
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
    const ports = [...this.#held].filter(({ channel }) => channel !== undefined).length;
    const players = [...this.#held].reduce((sum, { player }) => sum + player.jobs.length, 0);
    return {
      ...{ endpoints: this.#held.size, ports, players },
      workers: this.#fleet.up,
      // FreeSWITCH counts them.
      ...{ packetsSent: 0, packetsReceived: 0, packetsIgnored: 0, packetsPassed: 0, ticksSkipped: 0 },
      cacheBytes: this.#sources.preparer.cacheBytes,
    };
  }

  async shutdown(): Promise<void> {
    for (const id of [...this.#legs.keys()]) this.close(id);
    this.#closing = true;
    await this.#recordings.settled();
    await Promise.all([...this.#held].map((leg) => leg.turn));
    await Promise.all([this.#fleet.close(), this.#sources.preparer.close(), this.#encoders.close()]);
    await this.#waves.close();
  }
}
