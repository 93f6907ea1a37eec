/** Legs from the first channel to the last word of them: opened, described to FreeSWITCH, lost, given back. */
import { randomInt } from 'node:crypto';
import type { Digit, LegId } from '../../session/ids.ts';
import type { MediaRequest } from '../../session/ports/media.ts';
import type { MediaEvent } from '../../session/ports/media-event.ts';
import type { LogPort } from '../../session/ports.ts';
import { answerOffer, makeOffer } from '../negotiate.ts';
import { type ChannelEvents, RefusedError } from './channel.ts';
import { farEndSdp, nobodySdp } from './far-end.ts';
import type { Fleet } from './fleet.ts';
import type { Jobs } from './jobs.ts';
import { type Leg, localOf } from './leg.ts';
import type { Places } from './places.ts';
import type { Recordings } from './recordings.ts';
import { RtpWatch } from './rtp-watch.ts';
import { packetsOf } from './taking.ts';
import type { Waves } from './waves.ts';

const DIGIT = /^[0-9A-D*#]$/;
export type FailReason = 'invalidSdp' | 'noResources' | 'internal';

export interface LegsOptions {
  readonly fleet: Fleet;
  readonly jobs: Jobs;
  readonly places: Places;
  readonly recordings: Recordings;
  readonly waves: Waves;
  readonly rtpTimeoutMs: number;
  readonly emit: (event: MediaEvent) => void;
  readonly fail: (leg: LegId, reason: FailReason, detail: string, offerId?: string) => void;
  readonly log: LogPort;
}

export class Legs {
  readonly #options: LegsOptions;
  readonly #legs = new Map<LegId, Leg>();
  /** Closed ones, too, until their channels are given back. */
  readonly #held = new Set<Leg>();

  constructor(options: LegsOptions) {
    this.#options = options;
  }

  get(id: LegId): Leg | undefined {
    return this.#legs.get(id);
  }

  get held(): readonly Leg[] {
    return [...this.#held];
  }

  open(id: LegId, request: MediaRequest, codecs: Leg['codecs']): void {
    const leg = this.#newLeg(id, request, codecs);
    if (request.offer !== undefined) {
      const agreed = answerOffer(request.offer, localOf(leg));
      if (!agreed.ok) {
        this.#options.fail(id, 'invalidSdp', agreed.detail);
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

  close(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#legs.delete(id);
    leg.closed = true;
    void this.#release(leg);
  }

  closeAll(): void {
    for (const id of [...this.#legs.keys()]) this.close(id);
  }

  /** Resolves when every channel is given back. */
  async settled(): Promise<void> {
    await Promise.all(this.held.map(({ released }) => released.promise));
  }

  /** Tells FreeSWITCH what the far end is now. False when it does not take it, which is told. */
  describe(leg: Leg, offerId?: string): Promise<boolean> {
    return this.in(leg, async () => {
      const { channel, remote, started } = leg;
      if (channel === undefined || remote === undefined) return;
      leg.version++;
      await channel.describe(farEndSdp(remote, leg.version, started));
      await this.#described(leg);
    }).then(
      () => true,
      (error: unknown) => {
        if (!leg.closed) this.#options.fail(leg.id, 'internal', String(error), offerId);
        return false;
      },
    );
  }

  /** Behind all that is done with the channel already. */
  in<Result>(leg: Leg, work: () => Promise<Result>): Promise<Result> {
    const done = leg.turn.then(work);
    leg.turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  part(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined) return;
    leg.peer = undefined;
    peer.peer = undefined;
    void this.#options.places.arrange(leg);
    void this.#options.places.arrange(peer);
  }

  #newLeg(id: LegId, request: MediaRequest, codecs: Leg['codecs']): Leg {
    const { jobs, emit, rtpTimeoutMs } = this.#options;
    const ready = Promise.withResolvers<void>();
    // Nobody may wait for it.
    ready.promise.catch(() => undefined);
    const watch = new RtpWatch({
      count: async () => leg.channel && packetsOf(leg.channel),
      missed: () => emit({ type: 'media.rtpTimeout', leg: id }),
    });
    const leg: Leg = {
      ...{ id, codecs, ready, watch },
      player: jobs.player(ready.promise, () => leg),
      sessionId: String(randomInt(2 ** 47)),
      on: undefined,
      channel: undefined,
      opening: Promise.resolve(),
      released: Promise.withResolvers<void>(),
      sdp: undefined,
      offered: undefined,
      direction: 'sendrecv',
      remote: undefined,
      started: request.waits !== true,
      closed: false,
      version: 1,
      turn: Promise.resolve(),
      listensForTones: false,
      muted: false,
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
    const { fleet, emit } = this.#options;
    const [codec = 'PCMU'] = leg.codecs;
    const told = leg.remote !== undefined && leg.started;
    const sdp = leg.remote === undefined ? nobodySdp(codec) : farEndSdp(leg.remote, leg.version, leg.started);
    const { on, channel } = await fleet.open(sdp, () => this.#eventsOf(leg), near?.on);
    leg.on = on;
    leg.channel = channel;
    // Closed, or lost, in the meantime: whoever did that waits for this, and gives the channel back.
    if (leg.closed) return;
    const described =
      offer === undefined ? ({ ok: true, ...makeOffer(localOf(leg)) } as const) : answerOffer(offer, localOf(leg));
    if (!described.ok) throw new Error(described.detail);
    leg.sdp = described;
    // Before the far end hears of it, so that its first key is not missed where it comes as a tone.
    if (told) await this.#described(leg);
    if (leg.closed) return;
    emit({ type: 'media.opened', leg: leg.id, sdp: described.text });
    if (!told && leg.started && leg.remote !== undefined) await this.describe(leg);
    await this.#arrange(leg);
  }

  #notOpened(leg: Leg, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#legs.delete(leg.id);
    if (!leg.closed) {
      this.#options.fail(leg.id, error instanceof RefusedError ? 'noResources' : 'internal', detail);
      leg.closed = true;
      void this.#release(leg);
    }
  }

  #eventsOf(leg: Leg): ChannelEvents {
    return {
      dtmf: (digit, source) => {
        if (!leg.closed && DIGIT.test(digit)) {
          this.#options.emit({ type: 'media.dtmf', leg: leg.id, digit: digit as Digit, source });
        }
      },
      fileOver: (path) => leg.player.fileOver(path),
      over: (detail) => this.#lost(leg, detail),
    };
  }

  /** Its channel is gone with all that it was in: each job and the leg itself are told so. */
  #lost(leg: Leg, detail: string): void {
    if (leg.closed) return;
    const { emit } = this.#options;
    leg.closed = true;
    this.#legs.delete(leg.id);
    // The leg first: with it goes what plays on it, which is no fault of its own then.
    emit({ type: 'media.failed', leg: leg.id, reason: 'internal', detail });
    for (const { id } of leg.player.jobs) {
      const lost = { reason: 'mediaServerError', detail } as const;
      emit({ type: 'media.playFailed', leg: leg.id, job: id, phrase: 0, ...lost });
    }
    void this.#release(leg, detail);
  }

  /** What follows from the description that FreeSWITCH has. Resolves when it hears keys in the way that was agreed. */
  async #described(leg: Leg): Promise<void> {
    const { channel, remote, started, listensForTones } = leg;
    if (channel === undefined || remote === undefined) return;
    leg.watch.expect(remote.receive);
    // FreeSWITCH takes what comes, whatever was agreed.
    if (leg.muted === remote.receive) {
      leg.muted = !remote.receive;
      void this.#quietly(leg, channel.command(`uuid_audio ${channel.uuid} start read mute ${leg.muted ? 1 : 0}`));
    }
    leg.listensForTones = remote.telephoneEvent === undefined;
    if (leg.listensForTones !== listensForTones) {
      const verb = leg.listensForTones ? 'start' : 'stop';
      const done = [
        // Of spandsp, which is held to Q.24: the one of the core misses tones of 40 ms, and hears keys in a sweep.
        channel.run(`spandsp_${verb}_dtmf`, ''),
        // `write`: of keys that are sent to the far end. Without it those that the far end presses are swallowed.
        channel.run(`${verb}_dtmf_generate`, 'write'),
      ];
      await Promise.all(done.map((each) => this.#quietly(leg, each)));
    }
    if (started) leg.ready.resolve();
  }

  #quietly(leg: Leg, work: Promise<unknown>): Promise<unknown> {
    return work.catch((error: unknown) => {
      if (!leg.closed) this.#options.log.warn({ leg: leg.id, error: String(error) }, 'FreeSWITCH does not do it');
    });
  }

  /** Whoever was joined with it, or listens to it, has waited for the channel. */
  async #arrange(leg: Leg): Promise<void> {
    const monitors = [...this.#legs.values()].filter(({ listensTo }) => listensTo.includes(leg));
    await Promise.all([leg, ...monitors].map((each) => this.#options.places.arrange(each)));
  }

  /** Gives everything back, when what is being recorded is kept. `lost`: the channel is gone already. */
  async #release(leg: Leg, lost?: string): Promise<void> {
    const { recordings, places, waves, fleet } = this.#options;
    leg.watch.close();
    leg.ready.reject(new Error('the leg is closed'));
    await leg.opening;
    // Whoever has hung up hears nothing more: what plays is not ended before.
    const alone = leg.peer === undefined && leg.place.in === 'park';
    if (alone && !leg.player.records && !recordings.of(leg)) await this.in(leg, async () => leg.channel?.hangUp());
    await Promise.all([leg.player.close(), recordings.without(leg, lost)]);
    this.part(leg);
    await places.arrange(leg);
    await this.in(leg, async () => {
      if (leg.background !== undefined) await waves.remove(leg.background);
      if (leg.on !== undefined) fleet.released(leg.on);
      leg.channel?.hangUp();
    });
    this.#held.delete(leg);
    leg.released.resolve();
  }
}
