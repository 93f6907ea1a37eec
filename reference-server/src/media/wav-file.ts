/** A WAV file that grows in storage, its sizes written last. Writes queue up, and the first that fails ends them all. */
import type { PromptWriter } from '../storage/prompt-store.ts';
import { WAV_HEADER_BYTES, wavHeader } from './core/wav.ts';

/** RIFF counts bytes in 32 bits: almost 37 hours of two channels at 8 kHz. */
const MAX_DATA = 0xffff_ffff - WAV_HEADER_BYTES;

export class WavFile {
  readonly #channels: number;
  readonly #sampleRate: number;
  readonly #writer: Promise<PromptWriter>;
  #queue: Promise<void>;
  #bytes = 0;
  failure: Error | undefined;

  constructor(open: () => Promise<PromptWriter>, channels: number, sampleRate: number) {
    this.#channels = channels;
    this.#sampleRate = sampleRate;
    this.#writer = open();
    this.#queue = this.#writer.then(
      () => undefined,
      (error: unknown) => this.#fail(error),
    );
  }

  /** Samples of all channels in turn. They must not be changed any more. */
  write(samples: Int16Array<ArrayBuffer>): void {
    if (this.#bytes + samples.byteLength > MAX_DATA) {
      this.#fail(new Error('the recording is too long for a WAV file'));
      return;
    }
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    const at = WAV_HEADER_BYTES + this.#bytes;
    this.#bytes += bytes.length;
    this.#then((writer) => writer.write(bytes, at));
  }

  /** Completes the file and makes it visible; gives its bytes. Rejects with the first failure of all. */
  async commit(): Promise<number> {
    this.#then((writer) => writer.write(wavHeader(this.#channels, this.#sampleRate, this.#bytes), 0));
    await this.#queue;
    if (this.failure === undefined) {
      try {
        return (await (await this.#writer).commit()).size;
      } catch (error) {
        this.#fail(error);
      }
    }
    await this.abort();
    throw this.failure;
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    await this.#queue;
    await this.#writer.then(
      (writer) => writer.abort(),
      () => undefined,
    );
  }

  #then(work: (writer: PromptWriter) => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.failure !== undefined) return;
      try {
        await work(await this.#writer);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  }
}
