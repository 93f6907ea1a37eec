/** Prompts ready to send: prepared once for each content and codec, kept in memory that all threads share. */
import { Worker } from 'node:worker_threads';
import { ByteCache } from './byte-cache.ts';
import type { G711Name } from './core/g711.ts';
import type { SharedAudio } from './messages.ts';
import type { PrepareRequest, PrepareResult } from './prepare-thread.ts';
import { threadScript } from './script.ts';

interface Waiting {
  readonly resolve: (octets: Uint8Array<SharedArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

export class Preparer {
  readonly #cache: ByteCache<SharedAudio>;
  /** The same content asked for twice at once is prepared once. */
  readonly #underWay = new Map<string, Promise<SharedAudio>>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** Starts its thread at once: the first prompt of a server is waited for like any other. */
  constructor(cacheBytes: number) {
    this.#cache = new ByteCache(cacheBytes);
    this.#start();
  }

  get cacheBytes(): number {
    return this.#cache.bytes;
  }

  /** `key` names the content; `read` gives the WAV or MP3 file when it is not prepared yet. Rejects when it cannot be read. */
  async prepare(key: string, codec: G711Name, read: () => Promise<Uint8Array>): Promise<SharedAudio> {
    const whole = `${codec} ${key}`;
    const kept = this.#cache.get(whole) ?? this.#underWay.get(whole);
    if (kept !== undefined) return kept;
    const work = read()
      .then((file) => this.#ask(file, codec))
      .then((octets) => ({ octets, codec }));
    this.#underWay.set(whole, work);
    try {
      const audio = await work;
      this.#cache.set(whole, audio, audio.octets.length);
      return audio;
    } finally {
      this.#underWay.delete(whole);
    }
  }

  #ask(file: Uint8Array, codec: G711Name): Promise<Uint8Array<SharedArrayBuffer>> {
    const worker = this.#start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, file, codec } satisfies PrepareRequest);
    });
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(threadScript('prepare-thread'), { name: 'media-prepare', stderr: true });
    // The MP3 decoder complains there of every broken frame; a fault of the thread itself is an event.
    worker.stderr.resume();
    this.#worker = worker;
    worker.on('message', (result: PrepareResult) => {
      const waiting = this.#waiting.get(result.id);
      this.#waiting.delete(result.id);
      if ('octets' in result) waiting?.resolve(result.octets);
      else waiting?.reject(new Error(result.error));
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const waiting of this.#waiting.values()) waiting.reject(new Error('the thread that prepares prompts died'));
      this.#waiting.clear();
    });
    return worker;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
