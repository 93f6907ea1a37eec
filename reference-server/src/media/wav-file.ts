/** A WAV recording that grows in storage, its sizes written last. */
import type { PromptWriter } from '../storage/prompt-store.ts';
import { WAV_HEADER_BYTES, wavHeader } from './core/wav.ts';
import { GrowingFile } from './growing-file.ts';
import type { RecordingFile } from './recording-file.ts';

/** RIFF counts bytes in 32 bits: almost 37 hours of two channels at 8 kHz. */
const MAX_DATA = 0xffff_ffff - WAV_HEADER_BYTES;

export class WavFile implements RecordingFile {
  readonly #channels: 1 | 2;
  readonly #file: GrowingFile;

  constructor(open: () => Promise<PromptWriter>, channels: 1 | 2) {
    this.#channels = channels;
    this.#file = new GrowingFile(open);
    // Its place is taken at once, and what it says is known at the end.
    this.#file.append(this.#header(0));
  }

  get failure(): Error | undefined {
    return this.#file.failure;
  }

  write(samples: Int16Array<ArrayBuffer>): void {
    if (this.#file.size + samples.byteLength > MAX_DATA) {
      this.#file.fail(new Error('the recording is too long for a WAV file'));
      return;
    }
    this.#file.append(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  }

  async commit(): Promise<number> {
    this.#file.overwrite(this.#header(this.#file.size - WAV_HEADER_BYTES), 0);
    return (await this.#file.commit()).size;
  }

  abort(): Promise<void> {
    return this.#file.abort();
  }

  #header(bytes: number): Uint8Array<ArrayBuffer> {
    return wavHeader(this.#channels, 8000, bytes);
  }
}
