/** Statistics of one received RTP source (RFC 3550 A.1, A.3, A.8). */
import type { ReportBlock } from './rtcp.ts';
import { type Ssrc, sequenceDistance } from './rtp.ts';
import type { Tally } from './tally.ts';

const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;

export class ReceiveStats {
  readonly ssrc: Ssrc;
  readonly #clockRate: number;
  #base: number;
  #highest: number;
  /** Sequence number wraps, times 65536. */
  #cycles = 0;
  #received = 0;
  /** The number that would start the source anew; -1 when none is expected (A.1 bad_seq). */
  #restart = -1;
  #expectedPrior = 0;
  #receivedPrior = 0;
  #transit: number | undefined;
  #jitter = 0;
  #lastSr = 0;
  #lastSrAt = 0;

  /** Starts with the first packet of the source; `update` is due for that packet, too. */
  constructor(ssrc: Ssrc, firstSequence: number, clockRate: number) {
    this.ssrc = ssrc;
    this.#clockRate = clockRate;
    this.#base = firstSequence;
    this.#highest = firstSequence;
  }

  /** One packet, arrived at `now` (milliseconds). False when its number is so far off that it does not count (A.1). */
  update(sequence: number, timestamp: number, now: number): boolean {
    const distance = sequenceDistance(sequence, this.#highest);
    if (distance >= 0 && distance < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += 0x10000;
      this.#highest = sequence;
    } else if (distance < -MAX_MISORDER || distance >= MAX_DROPOUT) {
      // Two in a row after a jump: the source has started again without a new SSRC.
      if (sequence !== this.#restart) {
        this.#restart = (sequence + 1) & 0xffff;
        return false;
      }
      this.#base = sequence;
      this.#highest = sequence;
      this.#cycles = 0;
      this.#received = 0;
      this.#expectedPrior = 0;
      this.#receivedPrior = 0;
      this.#transit = undefined;
    }
    this.#restart = -1;
    this.#received++;
    const transit = (Math.round((now * this.#clockRate) / 1000) - timestamp) | 0;
    if (this.#transit !== undefined) {
      // Both wrap around, and so does how far they are apart.
      this.#jitter += (Math.abs((transit - this.#transit) | 0) - this.#jitter) / 16;
    }
    this.#transit = transit;
    return true;
  }

  /** What packets of this source that passed elsewhere left behind. */
  absorb({ packets, sequence, jitter, transit }: Tally): void {
    if (sequenceDistance(sequence, this.#highest) > 0) {
      if (sequence < this.#highest) this.#cycles += 0x10000;
      this.#highest = sequence;
    }
    this.#received += packets;
    this.#restart = -1;
    this.#jitter = jitter;
    this.#transit = transit;
  }

  /** Where a `Tally` goes on. */
  get running(): { readonly jitter: number; readonly transit: number | undefined } {
    return { jitter: this.#jitter, transit: this.#transit };
  }

  /** A sender report of this source came in at `now`. */
  senderReport(ntpMiddle: number, now: number): void {
    this.#lastSr = ntpMiddle;
    this.#lastSrAt = now;
  }

  get received(): number {
    return this.#received;
  }

  get expected(): number {
    return this.#cycles + this.#highest - this.#base + 1;
  }

  /** Whether any packet came since the last report: who was silent is not reported of (6.4). */
  get news(): boolean {
    return this.#received !== this.#receivedPrior;
  }

  /** Negative when packets came twice. */
  get lost(): number {
    return this.expected - this.#received;
  }

  /** Interarrival jitter in milliseconds. */
  get jitterMs(): number {
    return (this.#jitter * 1000) / this.#clockRate;
  }

  /** The block of the next report; the fraction lost counts from the one before. */
  report(now: number): ReportBlock {
    const expected = this.expected - this.#expectedPrior;
    const lost = expected - (this.#received - this.#receivedPrior);
    this.#expectedPrior = this.expected;
    this.#receivedPrior = this.#received;
    return {
      ssrc: this.ssrc,
      fractionLost: expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected)),
      cumulativeLost: this.lost,
      highestSequence: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.floor(this.#jitter),
      lastSr: this.#lastSr,
      delaySinceLastSr: this.#lastSr === 0 ? 0 : Math.round(((now - this.#lastSrAt) * 65536) / 1000) >>> 0,
    };
  }
}
