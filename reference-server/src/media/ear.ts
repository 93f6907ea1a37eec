/** What is made of the stream that one endpoint receives: keys, what phrases listen to, and what others hear. */
import type { Digit } from '../session/ids.ts';
import { AudioQueue } from './core/audio-queue.ts';
import { DtmfDetector } from './core/dtmf-detector.ts';
import { DtmfReceiver } from './core/dtmf-receiver.ts';
import { InOrder } from './core/in-order.ts';
import type { Recorder } from './core/recorder.ts';
import type { RtpView } from './core/rtp.ts';
import { VoiceDecoder, type VoiceName } from './core/voice.ts';
import type { Listener } from './listener.ts';
import type { EndpointId, RemoteStream } from './messages.ts';

export class Ear {
  /** The far end's voice for an echo phrase. */
  readonly voice = new AudioQueue({ prefill: 320, limit: 2400 });
  /** Whether an echo phrase wants it. */
  echoing = false;
  /** Set while a record phrase is on. */
  recorder: Recorder | undefined;
  listeners: readonly Listener[] = [];
  readonly #id: EndpointId;
  readonly #pressed: (digit: Digit, source: 'rfc4733' | 'inband') => void;
  readonly #keys = new DtmfReceiver();
  readonly #decoder = new VoiceDecoder();
  #detector: DtmfDetector | undefined;
  /** While somebody listens. */
  #order: InOrder | undefined;
  #codec: VoiceName = 'PCMU';

  constructor(id: EndpointId, pressed: (digit: Digit, source: 'rfc4733' | 'inband') => void) {
    this.#id = id;
    this.#pressed = pressed;
  }

  setRemote(remote: RemoteStream): void {
    this.#detector = remote.telephoneEventIn === undefined ? (this.#detector ?? new DtmfDetector()) : undefined;
  }

  /** Whoever hears this leg, where it is one alone and nothing is made of the voice here. */
  get onlyListener(): Listener | undefined {
    return this.listeners.length === 1 && !this.#listens ? this.listeners[0] : undefined;
  }

  /** Whether nothing is made of the voice, here or by others. */
  get deaf(): boolean {
    return this.listeners.length === 0 && !this.#listens;
  }

  get #listens(): boolean {
    return this.recorder !== undefined || this.#detector !== undefined || this.echoing;
  }

  event(view: RtpView, payload: Uint8Array): void {
    const digit = this.#keys.receive(view, payload);
    if (digit !== undefined) this.#pressed(digit, 'rfc4733');
    for (const listener of this.listeners) listener.event(this.#id, view, payload);
  }

  noise(view: RtpView, payload: Uint8Array): void {
    for (const listener of this.listeners) listener.noise(this.#id, view, payload);
  }

  audio(view: RtpView, payload: Uint8Array, codec: VoiceName): void {
    if (this.#listens) {
      if (codec !== this.#codec) this.#order = undefined;
      this.#codec = codec;
      this.#order ??= new InOrder();
      this.#order.put(view, payload, this.#listen);
    } else {
      this.#order = undefined;
    }
    for (const listener of this.listeners) listener.audio(this.#id, view, payload, codec);
  }

  readonly #listen = (timestamp: number, payload: Uint8Array, lost: boolean): void => {
    const samples = this.#decoder.decode(this.#codec, payload);
    this.recorder?.hear(timestamp, samples);
    if (this.echoing) for (const sample of samples) this.voice.push(sample);
    if (lost) this.#detector?.gap();
    this.#detector?.hear(samples, (digit) => this.#pressed(digit, 'inband'));
  };
}
