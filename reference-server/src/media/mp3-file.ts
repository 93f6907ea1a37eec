/** An MP3 recording that grows in storage, as the encoder hands it out, its length written last. */
import type { PromptWriter } from '../storage/prompt-store.ts';
import { heardMilliseconds, MP3_RATE } from './core/mp3-frames.ts';
import { endTag, lengthTag } from './core/mp3-tags.ts';
import { GrowingFile } from './growing-file.ts';
import type { Encoding, Mp3Encoding } from './mp3-encoding.ts';
import type { RecordingFile } from './recording-file.ts';

const INPUT_RATE = 8000;

export class Mp3File implements RecordingFile {
  readonly #channels: 1 | 2;
  readonly #file: GrowingFile;
  readonly #encoding: Encoding;
  /** Of each channel, at the input's rate. */
  #samples = 0;

  constructor(open: () => Promise<PromptWriter>, channels: 1 | 2, encoders: Mp3Encoding) {
    const file = new GrowingFile(open);
    this.#channels = channels;
    this.#file = file;
    // Its place is taken at once, and what it says is known at the end.
    file.append(lengthTag(0));
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
    this.#samples += samples.length / this.#channels;
    this.#encoding.write(samples);
  }

  async commit(): Promise<number> {
    // What fails here is the file's failure already.
    await this.#encoding.end().catch(() => undefined);
    this.#file.append(endTag());
    const length = heardMilliseconds(this.#samples * (MP3_RATE / INPUT_RATE), this.#channels);
    this.#file.overwrite(lengthTag(length), 0);
    return (await this.#file.commit()).size;
  }

  abort(): Promise<void> {
    this.#encoding.forget();
    return this.#file.abort();
  }
}
