/** An MP3 recording that grows in storage, as the encoder hands it out. */
import type { PromptWriter } from '../storage/prompt-store.ts';
import { GrowingFile } from './growing-file.ts';
import type { Encoding, Mp3Encoding } from './mp3-encoding.ts';
import type { RecordingFile } from './recording-file.ts';

export class Mp3File implements RecordingFile {
  readonly #file: GrowingFile;
  readonly #encoding: Encoding;

  constructor(open: () => Promise<PromptWriter>, channels: 1 | 2, encoders: Mp3Encoding) {
    const file = new GrowingFile(open);
    this.#file = file;
    this.#encoding = encoders.begin(
      channels,
      (bytes) => file.append(bytes),
      (error) => file.fail(error),
    );
  }

  get failure(): Error | undefined {
    return this.#file.failure;
  }

  write(samples: Int16Array<ArrayBuffer>): void {
    this.#encoding.write(samples);
  }

  async commit(): Promise<number> {
    // What fails here is the file's failure already.
    await this.#encoding.end().catch(() => undefined);
    return (await this.#file.commit()).size;
  }

  abort(): Promise<void> {
    this.#encoding.forget();
    return this.#file.abort();
  }
}
