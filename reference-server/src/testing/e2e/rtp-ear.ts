/** The audio half of a test phone: a UDP socket that keeps what it hears, and sends silence and keys every 20 ms. */
import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { DtmfSender } from '../../media/core/dtmf-sender.ts';
import { PCMU } from '../../media/core/g711.ts';
import { buildRtp, createRtpView, readRtp, type Ssrc } from '../../media/core/rtp.ts';
import { energy, powerAt } from '../../media/core/tone.ts';

const samplesPerPacket = 160;
export const eventPayloadType = 101;

export interface Heard {
  readonly sequence: number;
  readonly timestamp: number;
  /** Milliseconds of a monotonic clock at the arrival. */
  readonly at: number;
  readonly samples: Int16Array;
}

export class RtpEar {
  readonly heard: Heard[] = [];
  readonly #socket: Socket;
  readonly #keys = new DtmfSender({ pauseSamples: 800 });
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #sequence = 100;
  #timestamp = 4_000;
  /** Hz of the tone that it sends; undefined is silence. */
  voice: number | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const view = createRtpView();
    socket.on('message', (packet) => {
      if (!readRtp(packet, view) || view.payloadType !== PCMU.payloadType) return;
      const payload = packet.subarray(view.payloadStart, view.payloadEnd);
      const samples = Int16Array.from(payload, (octet) => PCMU.decode[octet] ?? 0);
      this.heard.push({ sequence: view.sequence, timestamp: view.timestamp, at: performance.now(), samples });
    });
  }

  static async open(): Promise<RtpEar> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new RtpEar(socket);
  }

  get port(): number {
    const address: AddressInfo = this.#socket.address();
    return address.port;
  }

  get sdp(): string {
    return [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.port} RTP/AVP 0 ${eventPayloadType}`,
      'a=rtpmap:0 PCMU/8000',
      `a=rtpmap:${eventPayloadType} telephone-event/8000`,
      `a=fmtp:${eventPayloadType} 0-15`,
      'a=sendrecv',
      '',
    ].join('\r\n');
  }

  /** Sends to the audio port that the SDP names. */
  talkTo(sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '127.0.0.1';
    this.#timer ??= setInterval(() => this.#send(host, port), 20);
  }

  press(digits: string): void {
    for (const digit of digits) this.#keys.send(digit, 640);
  }

  #send(host: string, port: number): void {
    const key = this.#keys.next(samplesPerPacket);
    const packet = buildRtp({
      marker: key?.marker ?? false,
      payloadType: key === undefined ? PCMU.payloadType : eventPayloadType,
      sequence: this.#sequence++ & 0xffff,
      timestamp: this.#timestamp - (key?.age ?? 0),
      ssrc: 0x5eed as Ssrc,
      payload: key?.payload ?? this.#speech(),
    });
    this.#timestamp += samplesPerPacket;
    this.#socket.send(packet, port, host);
  }

  #speech(): Uint8Array {
    const payload = new Uint8Array(samplesPerPacket).fill(PCMU.silence);
    const { voice } = this;
    if (voice === undefined) return payload;
    return payload.map((_, at) => {
      const phase = (2 * Math.PI * voice * (this.#timestamp + at)) / 8_000;
      return PCMU.encode[Math.round(8_000 * Math.sin(phase)) & 0xffff] ?? PCMU.silence;
    });
  }

  /** Milliseconds of packets in which this frequency is nearly all there is. */
  millisecondsOf(frequency: number): number {
    const loud = this.heard.filter(({ samples }) => {
      const whole = energy(samples);
      // A sine of amplitude A has the mean square A²/2.
      return whole > 1e5 && powerAt(samples, frequency) / 2 > 0.8 * whole;
    });
    return loud.length * 20;
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#socket.close();
  }
}
