/** Telephone events sent (RFC 4733 2.5): which payload is due at each packet time while keys are pressed. */
import { eventOfDigit } from './dtmf.ts';

export interface DtmfPacket {
  /** Four bytes, valid until the next call. */
  readonly payload: Uint8Array;
  /** How many samples before now the event began: its timestamp is that far behind. */
  readonly age: number;
  readonly marker: boolean;
}

interface Press {
  readonly event: number;
  readonly duration: number;
}

/** The end is sent three times in all (2.5.1.4). */
const ENDS = 3;

export class DtmfSender {
  readonly #pauseSamples: number;
  readonly #volume: number;
  readonly #waiting: Press[] = [];
  #press: Press | undefined;
  /** Samples since the press began; counts the repeated ends and the pause along. */
  #age = 0;
  #endsLeft = 0;
  readonly #payload = new Uint8Array(4);

  /** `pauseSamples` lie between two keys; `volume` is −dBm0. */
  constructor(options: { readonly pauseSamples: number; readonly volume?: number }) {
    this.#pauseSamples = options.pauseSamples;
    this.#volume = options.volume ?? 10;
  }

  /** Queues a key. Throws a RangeError when it is none, or when the duration does not fit 16 bits. */
  send(digit: string, durationSamples: number): void {
    if (durationSamples <= 0 || durationSamples > 0xffff) throw new RangeError('duration does not fit an event');
    this.#waiting.push({ event: eventOfDigit(digit), duration: durationSamples });
  }

  get busy(): boolean {
    return this.#press !== undefined || this.#waiting.length > 0;
  }

  /** The packet for the next `samples`, or undefined when audio is due instead. */
  next(samples: number): DtmfPacket | undefined {
    if (this.#press === undefined) {
      this.#press = this.#waiting.shift();
      if (this.#press === undefined) return undefined;
      this.#age = 0;
      this.#endsLeft = ENDS;
    }
    const { event, duration } = this.#press;
    const age = this.#age;
    this.#age += samples;
    if (this.#endsLeft === 0) {
      if (this.#age >= duration + this.#pauseSamples) this.#press = undefined;
      return undefined;
    }
    const ended = this.#age >= duration;
    const soFar = Math.min(this.#age, duration);
    if (ended) this.#endsLeft--;
    this.#payload[0] = event;
    this.#payload[1] = (ended ? 0x80 : 0) | this.#volume;
    this.#payload[2] = soFar >> 8;
    this.#payload[3] = soFar & 0xff;
    if (this.#endsLeft === 0 && this.#age >= duration + this.#pauseSamples) this.#press = undefined;
    return { payload: this.#payload, age, marker: age === 0 };
  }
}
