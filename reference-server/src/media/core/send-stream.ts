/**
 * The one RTP stream that an endpoint sends: SSRC, sequence numbers and timestamps go on without a break whatever is
 * sent, prompts, silence, keys or the packets of another leg (RFC 3550 5.1).
 */
import { type RtpView, type Ssrc, sequenceDistance, timestampDistance, writeRtpHeader } from './rtp.ts';
import type { Tally } from './tally.ts';

/** Packets of another source farther apart than this are not one stream: 2 s. */
const MAX_JUMP = 16_000;

export class SendStream {
  readonly ssrc: Ssrc;
  #sequence: number;
  /** As a signed integer of 32 bits, like all timestamps here: V8 keeps those in the object itself. */
  #timestamp: number;
  readonly #source: Ssrc;
  /** The next packet follows a time without packets (RFC 3551 4.1). */
  #afterGap = true;
  #packets = 0;
  #octets = 0;
  #relay: { readonly ssrc: Ssrc; readonly sequence: number; readonly timestamp: number } | undefined;

  /** The first sequence number and timestamp should be random (RFC 3550 5.1). */
  constructor(ssrc: Ssrc, sequence: number, timestamp: number) {
    this.ssrc = ssrc;
    this.#source = (ssrc | 0) as Ssrc;
    this.#sequence = sequence & 0xffff;
    this.#timestamp = timestamp | 0;
  }

  get timestamp(): number {
    return this.#timestamp >>> 0;
  }

  get packets(): number {
    return this.#packets;
  }

  get octets(): number {
    return this.#octets;
  }

  /** Header of the next packet of audio. The clock goes on with `pass`. */
  audio(packet: Uint8Array, payloadType: number, payloadBytes: number): void {
    writeRtpHeader(packet, this.#afterGap, payloadType, this.#sequence, this.#timestamp, this.#source);
    this.#sent(payloadBytes);
  }

  /** Header of a telephone-event packet whose event began `age` samples ago. */
  event(packet: Uint8Array, payloadType: number, age: number, marker: boolean): void {
    writeRtpHeader(packet, marker, payloadType, this.#sequence, (this.#timestamp - age) | 0, this.#source);
    this.#sent(4);
  }

  /** Header of a packet that describes a pause beginning now; the audio behind it bears the marker (RFC 3389 4, RFC 3551 4.1). */
  noise(packet: Uint8Array, payloadType: number, payloadBytes: number): void {
    writeRtpHeader(packet, false, payloadType, this.#sequence, this.#timestamp, this.#source);
    this.#sent(payloadBytes);
    this.#afterGap = true;
  }

  /** Time goes by, whether something was sent in it or not. */
  pass(samples: number): void {
    this.#timestamp = (this.#timestamp + samples) | 0;
    this.#relay = undefined;
  }

  /** Nothing is sent for a while (hold): the next packet bears the marker. */
  gap(): void {
    this.#afterGap = true;
  }

  /**
   * Header for a packet of another leg passed on as it is: its losses and its order stay visible in our numbers.
   * `samples` is how long its payload lasts.
   */
  relay(packet: Uint8Array, view: RtpView, payloadType: number, payloadBytes: number, samples: number): void {
    const fits =
      this.#relay !== undefined &&
      this.#relay.ssrc === view.ssrc &&
      Math.abs(timestampDistance(view.timestamp + this.#relay.timestamp, this.#timestamp)) < MAX_JUMP &&
      Math.abs(sequenceDistance(view.sequence + this.#relay.sequence, this.#sequence)) < 100;
    if (!fits) {
      this.#relay = {
        ssrc: view.ssrc,
        sequence: (this.#sequence - view.sequence) & 0xffff,
        timestamp: (this.#timestamp - view.timestamp) | 0,
      };
    }
    const sequence = (view.sequence + (this.#relay?.sequence ?? 0)) & 0xffff;
    const timestamp = (view.timestamp + (this.#relay?.timestamp ?? 0)) >>> 0;
    writeRtpHeader(packet, view.marker || this.#afterGap, payloadType, sequence, timestamp, this.#source);
    const next = this.#sequence;
    this.#sent(payloadBytes);
    this.#sequence = next;
    this.#follow(sequence, timestamp, samples);
  }

  /** What is added to the numbers of the packets that are passed on; undefined while none are, or after a break. */
  get relaying(): { readonly ssrc: Ssrc; readonly sequence: number; readonly timestamp: number } | undefined {
    return this.#relay;
  }

  /** Packets went out beside `relay`, with numbers made by what `relaying` says. `samples` is how long each lasts. */
  passed({ packets, octets, sequence, timestamp }: Tally, samples: number): void {
    if (this.#relay === undefined) return;
    this.#follow((sequence + this.#relay.sequence) & 0xffff, (timestamp + this.#relay.timestamp) >>> 0, samples);
    this.#afterGap = false;
    this.#packets += packets;
    this.#octets += octets;
  }

  /** The numbers go on after a packet that was passed on, unless it came late. */
  #follow(sequence: number, timestamp: number, samples: number): void {
    if (sequenceDistance(sequence + 1, this.#sequence) > 0) this.#sequence = (sequence + 1) & 0xffff;
    if (timestampDistance(timestamp + samples, this.#timestamp) > 0) this.#timestamp = (timestamp + samples) | 0;
  }

  #sent(payloadBytes: number): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#afterGap = false;
    this.#packets++;
    this.#octets += payloadBytes;
  }
}
