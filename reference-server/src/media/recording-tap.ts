/** A recording of two legs in a media thread: it listens to both and hands its samples to the main thread, which stores them. */
import { ConversationRecorder, type Side } from './core/conversation-recorder.ts';
import type { RtpView } from './core/rtp.ts';
import type { VoiceName } from './core/voice.ts';
import type { Listener } from './listener.ts';
import type { EndpointId, RecordedSpan } from './messages.ts';

export class RecordingTap implements Listener {
  readonly #recorder: ConversationRecorder;
  readonly #sides: ReadonlyMap<EndpointId, Side>;
  readonly #begun: number;
  #over: number;
  readonly #send: (samples: Int16Array<ArrayBuffer>) => void;

  constructor(left: EndpointId, right: EndpointId, now: number, send: (samples: Int16Array<ArrayBuffer>) => void) {
    this.#recorder = new ConversationRecorder(now);
    this.#sides = new Map([
      [left, 'left'],
      [right, 'right'],
    ]);
    this.#begun = now;
    this.#over = now;
    this.#send = send;
  }

  get silent(): Side[] {
    return this.#recorder.silent;
  }

  /** From the first moment to that of `end`, ms since 1970. */
  get span(): RecordedSpan {
    const { timeOrigin } = performance;
    return { from: timeOrigin + this.#begun, to: timeOrigin + this.#over };
  }

  audio(from: EndpointId, view: RtpView, payload: Uint8Array, codec: VoiceName): void {
    const side = this.#sides.get(from);
    if (side !== undefined) this.#recorder.hear(side, view, payload, codec, performance.now());
  }

  noise(from: EndpointId, view: RtpView, payload: Uint8Array): void {
    const side = this.#sides.get(from);
    if (side !== undefined) this.#recorder.noise(side, view, payload, performance.now());
  }

  event(): void {
    // Keys are no part of a recording: they may be a secret (D-CRYPT).
  }

  take(now: number): void {
    const piece = this.#recorder.take(now);
    if (piece !== undefined) this.#send(piece);
  }

  end(now: number): void {
    this.#over = now;
    const rest = this.#recorder.rest(now);
    if (rest.length > 0) this.#send(rest);
  }
}
