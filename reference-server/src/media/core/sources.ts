/** What a player reads: prompts, the caller's own voice, and the silence while the caller is recorded. */
import type { AudioQueue } from './audio-queue.ts';
import { type G711, type G711Name, transcodeTable } from './g711.ts';
import type { Recorder } from './recorder.ts';

export interface Source {
  /** Writes octets of `codec` to `out` from `from` up to `to`; fewer than that means that the source has ended. */
  read(out: Uint8Array, from: number, to: number, codec: G711): number;
  /** From the beginning again; a source without it stays at its end. */
  rewind?(): void;
  /** The source was left before its end, or at it. */
  close?(): void;
}

/** A prompt, encoded beforehand; another codec than the endpoint's (after a re-INVITE) is translated. */
export class PromptSource implements Source {
  readonly #octets: Uint8Array;
  readonly #codec: G711Name;
  #at = 0;

  constructor(octets: Uint8Array, codec: G711Name) {
    this.#octets = octets;
    this.#codec = codec;
  }

  read(out: Uint8Array, from: number, to: number, codec: G711): number {
    const count = Math.min(to - from, this.#octets.length - this.#at);
    const table = transcodeTable(this.#codec, codec.name);
    if (table === undefined) out.set(this.#octets.subarray(this.#at, this.#at + count), from);
    else for (let i = 0; i < count; i++) out[from + i] = table[this.#octets[this.#at + i] ?? 0] ?? 0;
    this.#at += count;
    return count;
  }

  rewind(): void {
    this.#at = 0;
  }
}

/** Gives back what the far end says. */
export class EchoSource implements Source {
  readonly #queue: AudioQueue;
  readonly #listen: (on: boolean) => void;
  #left: number;
  #begun = false;

  /** Ends after `samples`. `listen` tells when the queue is to be fed, and when no longer. */
  constructor(queue: AudioQueue, samples: number, listen: (on: boolean) => void) {
    this.#queue = queue;
    this.#left = samples;
    this.#listen = listen;
  }

  read(out: Uint8Array, from: number, to: number, codec: G711): number {
    if (!this.#begun) {
      this.#begun = true;
      this.#queue.clear();
      this.#listen(true);
    }
    const count = Math.min(to - from, this.#left);
    const ready = this.#queue.ready(count);
    for (let i = 0; i < count; i++) {
      out[from + i] = ready ? (codec.encode[this.#queue.pull() & 0xffff] ?? 0) : codec.silence;
    }
    this.#left -= count;
    return count;
  }

  close(): void {
    if (this.#begun) this.#listen(false);
  }
}

/** Silence until the recorder has heard enough. */
export class RecordSource implements Source {
  readonly #recorder: Recorder;
  readonly #listen: (on: boolean) => void;
  #begun = false;

  /** `listen` tells when the recorder is to be fed, and when no longer. */
  constructor(recorder: Recorder, listen: (on: boolean) => void) {
    this.#recorder = recorder;
    this.#listen = listen;
  }

  read(out: Uint8Array, from: number, to: number, codec: G711): number {
    if (!this.#begun) {
      this.#begun = true;
      this.#listen(true);
    }
    if (this.#recorder.done) return 0;
    out.fill(codec.silence, from, to);
    this.#recorder.elapse(to - from);
    return to - from;
  }

  close(): void {
    if (this.#begun) this.#listen(false);
    this.#recorder.finish();
  }
}
