/**
 * What packets that pass without a look leave behind: enough for the reports of RFC 3550 and for the stream that they
 * become part of. Kept beside the packets and handed over now and then, since every place that a packet touches costs.
 */
import { sequenceDistance, timestampDistance } from './rtp.ts';

export class Tally {
  packets = 0;
  octets = 0;
  /** The furthest packet, as it came in. */
  sequence: number;
  timestamp: number;
  /** RFC 3550 A.8, in timestamp units; `transit` wraps around at 32 bits and is undefined before the first packet. */
  jitter: number;
  transit: number | undefined;
  /** When the last packet came, milliseconds. */
  at = 0;

  /** Goes on from what is known of the stream. */
  constructor(sequence: number, timestamp: number, jitter: number, transit: number | undefined) {
    this.sequence = sequence;
    this.timestamp = timestamp;
    this.jitter = jitter;
    this.transit = transit;
  }

  add(sequence: number, timestamp: number, octets: number, now: number): void {
    this.packets++;
    this.octets += octets;
    if (sequenceDistance(sequence, this.sequence) > 0) this.sequence = sequence;
    if (timestampDistance(timestamp, this.timestamp) > 0) this.timestamp = timestamp;
    const transit = (Math.round(now * 8) - timestamp) | 0;
    if (this.transit !== undefined) {
      this.jitter += (Math.abs((transit - this.transit) | 0) - this.jitter) / 16;
    }
    this.transit = transit;
    this.at = now;
  }

  /** Handed over: counting begins anew. */
  clear(): void {
    this.packets = 0;
    this.octets = 0;
  }
}
