/** Offers and answers of legs that are open (RFC 3264), and what the threads are told of the far end by them. */
import type { Direction } from '../sdp/index.ts';
import type { LegId } from '../session/ids.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import { type Leg, localOf } from './leg.ts';
import type { ToThread } from './messages.ts';
import { answerOffer, makeOffer, makeReoffer, type Negotiated, settleAnswer } from './negotiate.ts';

export type FailReason = 'invalidSdp' | 'noResources' | 'internal';

export interface DescriptionsHost {
  get(id: LegId): Leg | undefined;
  send(thread: number, message: ToThread): void;
  /** Never before the command is over. */
  emit(event: MediaEvent): void;
  fail(leg: LegId, reason: FailReason, detail: string, offerId?: string): void;
}

export class Descriptions {
  readonly #address: string;
  readonly #host: DescriptionsHost;

  /** @param address What our descriptions name. */
  constructor(address: string, host: DescriptionsHost) {
    this.#address = address;
    this.#host = host;
  }

  /** The far end has our description. */
  start(id: LegId): void {
    const leg = this.#host.get(id);
    if (leg === undefined || leg.started) return;
    leg.started = true;
    this.#tellRemote(leg);
  }

  /** @param source Where the far end's signalling comes from. */
  accept(id: LegId, answer: string, source?: string): void {
    const leg = this.#host.get(id);
    const offered = leg?.offered ?? (leg?.sdp && { sdp: leg.sdp.sdp, direction: leg.direction });
    if (leg === undefined || offered === undefined) return;
    const result = settleAnswer(offered.sdp, answer, { ...localOf(leg, this.#address), direction: offered.direction });
    leg.offered = undefined;
    if (!result.ok) {
      this.#host.fail(id, 'invalidSdp', result.detail);
      return;
    }
    leg.sdp = { sdp: offered.sdp };
    leg.direction = offered.direction;
    leg.started = true;
    leg.source = source ?? leg.source;
    this.#setRemote(leg, result);
  }

  /** @param whole With everything that we can, not only another direction. */
  offer(id: LegId, direction: Direction, whole = false): void {
    const leg = this.#host.get(id);
    if (leg?.sdp === undefined) {
      this.#host.fail(id, 'internal', 'the leg has no description yet');
      return;
    }
    const { sdp, text } = whole
      ? makeOffer({ ...localOf(leg, this.#address), direction }, leg.sdp.sdp)
      : makeReoffer(leg.sdp.sdp, direction);
    leg.offered = { sdp, direction };
    this.#host.emit({ type: 'media.offered', leg: id, sdp: text });
  }

  /** Answers an offer of the far end. */
  update(id: LegId, offerId: string, offer: string): void {
    const leg = this.#host.get(id);
    if (leg === undefined) return;
    const result = answerOffer(offer, localOf(leg, this.#address), leg.sdp?.sdp);
    if (!result.ok) {
      this.#host.fail(id, 'invalidSdp', result.detail, offerId);
      return;
    }
    leg.sdp = result;
    this.#setRemote(leg, result);
    const { text: sdp, direction } = result;
    this.#host.emit({ type: 'media.updated', leg: id, offerId, sdp, direction });
  }

  #setRemote(leg: Leg, { remote }: Negotiated & { ok: true }): void {
    leg.remote = leg.source === undefined ? remote : { ...remote, source: leg.source };
    this.#tellRemote(leg);
  }

  /** An endpoint that is not open yet is told when it is, one that waits when it starts. */
  #tellRemote({ remote, started, waiting, endpoint, thread }: Leg): void {
    if (remote === undefined || !started || waiting !== undefined) return;
    this.#host.send(thread, { type: 'remote', endpoint, remote });
  }
}
