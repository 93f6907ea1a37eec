/**
 * Packets that go from one far end to another without a look at what they carry: what such a packet has to be like, and
 * what of its header becomes another. Losses, order and silence of the sender stay visible (RFC 3550 7.1 calls it a translator).
 */

import { byte, RTP_HEADER_BYTES, type Ssrc, sequenceDistance, timestampDistance, uint16, uint32 } from './rtp.ts';
import { Tally } from './tally.ts';

export interface RouteMap {
  readonly ssrcIn: Ssrc;
  readonly typeIn: number;
  readonly ssrcOut: Ssrc;
  readonly typeOut: number;
  /** What is added to the numbers of a packet. */
  readonly sequence: number;
  readonly timestamp: number;
  /** Octets of payload that each packet has; 0: any number. */
  readonly octets: number;
}

/** Packets of one stream are not farther apart than this; what is goes the long way. */
export const MAX_SEQUENCE_JUMP = 100;
export const MAX_TIMESTAMP_JUMP = 16_000;

export class Route {
  readonly map: RouteMap;
  /** Of the packet that passed last, as it came in. */
  sequence: number;
  timestamp: number;
  /** Samples from the packet before to that one, 0 unless they follow each other. */
  step = 0;

  /** Of what passed since it was handed over. */
  readonly tally: Tally;

  /** `sequence` and `timestamp` are those of the packet that showed the way, `jitter` and `transit` as `Tally` takes them. */
  constructor(map: RouteMap, sequence: number, timestamp: number, jitter = 0, transit?: number) {
    this.map = map;
    this.sequence = sequence;
    this.timestamp = timestamp;
    this.tally = new Tally(sequence, timestamp, jitter, transit);
  }

  /** Whether a packet with these numbers is of the stream that passes; as of the last time that the tally was handed over. */
  expects(type: number, ssrc: Ssrc, sequence: number, timestamp: number): boolean {
    return type === this.map.typeIn && ssrc === this.map.ssrcIn && near(sequence, timestamp, this.tally);
  }

  /** Whether the packet at `at`, which came at `now` (milliseconds), may pass; then its header is the new one. Else nothing of it has changed. */
  pass(bytes: Uint8Array, at: number, length: number, now: number): boolean {
    const { map } = this;
    // Version 2 without padding, extension and CSRC, which is what everybody sends.
    if (length <= RTP_HEADER_BYTES || byte(bytes, at) !== 0x80) return false;
    const second = byte(bytes, at + 1);
    if ((second & 0x7f) !== map.typeIn || uint32(bytes, at + 8) !== map.ssrcIn) return false;
    if (map.octets !== 0 && length - RTP_HEADER_BYTES !== map.octets) return false;
    const sequence = uint16(bytes, at + 2);
    const timestamp = uint32(bytes, at + 4);
    if (!near(sequence, timestamp, this)) return false;
    const follows = sequenceDistance(sequence, this.sequence) === 1;
    this.step = follows ? timestampDistance(timestamp, this.timestamp) : 0;
    this.sequence = sequence;
    this.timestamp = timestamp;
    bytes[at + 1] = (second & 0x80) | map.typeOut;
    const newSequence = sequence + map.sequence;
    bytes[at + 2] = newSequence >>> 8;
    bytes[at + 3] = newSequence;
    write(bytes, at + 4, timestamp + map.timestamp);
    write(bytes, at + 8, map.ssrcOut);
    this.tally.add(sequence, timestamp, length - RTP_HEADER_BYTES, now);
    return true;
  }
}

/** Whether two packets may be of one stream without a break. */
function near(sequence: number, timestamp: number, to: { readonly sequence: number; readonly timestamp: number }) {
  const far = sequenceDistance(sequence, to.sequence);
  if (far > MAX_SEQUENCE_JUMP || far < -MAX_SEQUENCE_JUMP) return false;
  const later = timestampDistance(timestamp, to.timestamp);
  return later <= MAX_TIMESTAMP_JUMP && later >= -MAX_TIMESTAMP_JUMP;
}

function write(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
