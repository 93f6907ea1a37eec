/** RTCP of one endpoint: statistics of what comes in, and when which report is due (RFC 3550 6.2, 6.4). */
import { ReceiveStats } from './core/receive-stats.ts';
import { buildRtcp, ntpMiddle, ntpOf, readRtcp } from './core/rtcp.ts';
import type { RtpView } from './core/rtp.ts';
import type { SendStream } from './core/send-stream.ts';
import type { Tally } from './core/tally.ts';

/** The least interval between reports, milliseconds (6.2). */
const INTERVAL = 5000;
const CLOCK_RATE = 8000;

export class Reports {
  readonly #stream: SendStream;
  readonly #cname: string;
  readonly #random: () => number;
  #received: ReceiveStats | undefined;
  #due: number;
  #sentAtLast = 0;
  #reported = false;

  /** `random` gives 0 ≤ x < 1. */
  constructor(stream: SendStream, cname: string, now: number, random: () => number) {
    this.#stream = stream;
    this.#cname = cname;
    this.#random = random;
    // The first one comes after half the interval (6.2), each spread by half to one and a half.
    this.#due = now + (INTERVAL / 2) * (0.5 + random());
  }

  /** A packet came in. */
  heard(view: RtpView, now: number): void {
    if (this.#received?.ssrc !== view.ssrc) {
      this.#received = new ReceiveStats(view.ssrc, view.sequence, CLOCK_RATE);
    }
    this.#received.update(view.sequence, view.timestamp, now);
  }

  /** Packets of the source that was heard last went by elsewhere. */
  absorb(tally: Tally): void {
    this.#received?.absorb(tally);
  }

  /** Where a `Tally` of that source goes on. */
  get running(): ReceiveStats['running'] {
    return this.#received?.running ?? { jitter: 0, transit: undefined };
  }

  /** A compound came in; what is no RTCP is passed over. */
  control(packet: Uint8Array, now: number): void {
    for (const part of readRtcp(packet) ?? []) {
      if (part.type === 'sr' && part.ssrc === this.#received?.ssrc) {
        this.#received.senderReport(ntpMiddle(part.sender.ntp), now);
      }
    }
  }

  /** The compound to send at `now`, undefined until one is due. `wallClock` in milliseconds since 1970. */
  next(now: number, wallClock: number): Uint8Array | undefined {
    if (now < this.#due) return undefined;
    this.#due = now + INTERVAL * (0.5 + this.#random());
    this.#reported = true;
    return this.#build(now, wallClock, false);
  }

  /** The last one; none from who has sent neither RTP nor RTCP (6.3.7). */
  bye(now: number, wallClock: number): Uint8Array | undefined {
    if (!this.#reported && this.#stream.packets === 0) return undefined;
    return this.#build(now, wallClock, true);
  }

  #build(now: number, wallClock: number, bye: boolean): Uint8Array {
    const { ssrc, packets, octets, timestamp } = this.#stream;
    const sending = packets > this.#sentAtLast;
    this.#sentAtLast = packets;
    return buildRtcp({
      ssrc,
      cname: this.#cname,
      ...(sending ? { sender: { ntp: ntpOf(wallClock), rtpTimestamp: timestamp, packets, octets } } : {}),
      reports: this.#received?.news === true ? [this.#received.report(now)] : [],
      bye,
    });
  }
}
