/** Keys as tones, for a far end that has not agreed to events: 100 ms each, 60 ms apart (ITU-T Q.24 asks for 40 and 30 at least). */
import { tonesOfDigit } from './dtmf.ts';
import { saturate } from './mix.ts';
import { tone } from './tone.ts';

const MILLISECONDS = 100;
const PAUSE = 480;
/** Peak of each of the two: about −11 dBm0. */
const LEVEL = 0.2;

export class KeyTones {
  readonly #waiting: Int16Array[] = [];
  #at = 0;

  press(digit: string): void {
    const sound = tone(tonesOfDigit(digit), MILLISECONDS, { level: LEVEL });
    const whole = new Int16Array(sound.length + PAUSE);
    whole.set(sound);
    this.#waiting.push(whole);
  }

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#at = 0;
  }

  /** Adds what is due to `sum`. */
  addTo(sum: Int16Array): void {
    for (let i = 0; i < sum.length; i++) {
      const sound = this.#waiting[0];
      if (sound === undefined) return;
      sum[i] = saturate((sum[i] ?? 0) + (sound[this.#at++] ?? 0));
      if (this.#at < sound.length) continue;
      this.#waiting.shift();
      this.#at = 0;
    }
  }
}
