/** A file that grows in storage. Writes queue up in order, and the first that fails ends them all. */
import type { PromptStat, PromptWriter } from '../storage/prompt-store.ts';

export class GrowingFile {
  readonly #writer: Promise<PromptWriter>;
  #queue: Promise<void>;
  #size = 0;
  failure: Error | undefined;

  constructor(open: () => Promise<PromptWriter>) {
    this.#writer = open();
    this.#queue = this.#writer.then(
      () => undefined,
      (error: unknown) => this.fail(error),
    );
  }

  /** Bytes appended so far, stored or waiting. */
  get size(): number {
    return this.#size;
  }

  /** The bytes must not be changed any more. */
  append(bytes: Uint8Array): void {
    const at = this.#size;
    this.#size += bytes.length;
    this.#then((writer) => writer.write(bytes, at));
  }

  /** In place of what was written there. */
  overwrite(bytes: Uint8Array, at: number): void {
    this.#then((writer) => writer.write(bytes, at));
  }

  fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** Makes the file visible. Rejects with the first failure of all, and leaves nothing then. */
  async commit(): Promise<PromptStat> {
    await this.#queue;
    if (this.failure === undefined) {
      try {
        return await (await this.#writer).commit();
      } catch (error) {
        this.fail(error);
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
        this.fail(error);
      }
    });
  }
}
