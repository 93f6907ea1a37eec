/**
 * Telephone events received (RFC 4733): every key once, at the first packet of it that comes through, whatever is sent
 * again, lost, doubled or out of order.
 *
 * An event is told by its timestamp, which all its packets share (2.5.1.2). Three things blur that, and each has its
 * rule below: events longer than the duration field holds go on under a new timestamp (2.5.1.3); some senders count the
 * timestamp on within one event as if it were audio; and some give two presses the same timestamp.
 */
import type { Digit } from '../../session/ids.ts';
import { digitOfEvent } from './dtmf.ts';
import { byte, sequenceDistance, timestampDistance, uint16 } from './rtp.ts';

interface Heard {
  readonly event: number;
  timestamp: number;
  /** Largest duration seen, timestamp units. */
  duration: number;
  ended: boolean;
  /** Latest sequence number of the event. */
  sequence: number;
}

/** More presses than can overlap in the network at once. */
const MEMORY = 16;
/** Packets of an event that come later than this after a newer one are not taken for a press that was missed: 5 s. */
const STALE = 5 * 8000;

export class DtmfReceiver {
  /** The newest last. */
  #heard: Heard[] = [];
  #ssrc: number | undefined;

  /** The key when the packet begins a press, else undefined. `payload` is that of a telephone-event packet. */
  receive(
    packet: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number; readonly marker: boolean },
    payload: Uint8Array,
  ): Digit | undefined {
    if (payload.length < 4) return undefined;
    const event = byte(payload, 0);
    const digit = digitOfEvent(event);
    if (digit === undefined) return undefined;
    if (packet.ssrc !== this.#ssrc) {
      this.#ssrc = packet.ssrc;
      this.#heard = [];
    }
    const ended = (byte(payload, 1) & 0x80) !== 0;
    const duration = uint16(payload, 2);
    const known = this.#heard.findLast((other) => this.#same(other, event, packet, duration));
    if (known !== undefined) {
      if (sequenceDistance(packet.sequence, known.sequence) > 0) {
        known.sequence = packet.sequence;
        known.timestamp = packet.timestamp;
        known.duration = duration;
      }
      known.ended ||= ended;
      return undefined;
    }
    const newest = this.#heard.at(-1);
    if (newest !== undefined && timestampDistance(packet.timestamp, newest.timestamp) < -STALE) return undefined;
    this.#heard.push({ event, timestamp: packet.timestamp, duration, ended, sequence: packet.sequence });
    if (this.#heard.length > MEMORY) this.#heard.shift();
    return digit;
  }

  #same(
    other: Heard,
    event: number,
    packet: { readonly sequence: number; readonly timestamp: number; readonly marker: boolean },
    duration: number,
  ): boolean {
    if (other.event !== event) return false;
    const ahead = timestampDistance(packet.timestamp, other.timestamp);
    const later = sequenceDistance(packet.sequence, other.sequence);
    if (ahead === 0) {
      // A new press under the old timestamp begins with a marker, after the end of the old one, and counts anew.
      return !(packet.marker && other.ended && later > 0 && duration < other.duration);
    }
    if (packet.marker || other.ended || later <= 0) return false;
    // The next segment of a long event starts where the last one ended; what was lost between is at most a few packets.
    const segment = other.duration > 0x8000 && ahead >= other.duration && ahead <= 0xffff + 160 && duration < 0x8000;
    // A timestamp that runs along: it and the duration have grown alike.
    const running = ahead > 0 && duration > other.duration && ahead === duration - other.duration;
    return segment || running;
  }
}
