/** The thread that encodes MP3, as the main thread sees it: started with the first recording that needs it. */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { EncodingId, FromEncoder, ToEncoder } from './encode-thread.ts';
import { threadScript } from './script.ts';

export interface Encoding {
  /** Samples of 8 kHz, all channels in turn. Their memory goes over to the thread. */
  write(samples: Int16Array<ArrayBuffer>): void;
  /** Resolves when the last bytes were handed out; rejects with the first failure. */
  end(): Promise<void>;
  forget(): void;
}

interface Running {
  readonly bytes: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly failed: (error: Error) => void;
  readonly ended: () => void;
}

export class Mp3Encoding {
  readonly #start: (script: URL, options: WorkerOptions) => Worker;
  readonly #running = new Map<EncodingId, Running>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(start?: (script: URL, options: WorkerOptions) => Worker) {
    this.#start = start ?? ((script, options) => new Worker(script, options));
  }

  /** `bytes` is called with piece after piece of the file, `failed` at most once, also before `end` is asked for. */
  begin(channels: 1 | 2, bytes: (bytes: Uint8Array<ArrayBuffer>) => void, failed: (error: Error) => void): Encoding {
    const id = ++this.#lastId as EncodingId;
    const worker = this.#thread();
    const send = (message: ToEncoder, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
    const end = Promise.withResolvers<void>();
    // Whoever does not ask for the end is told by `failed`.
    end.promise.catch(() => undefined);
    this.#running.set(id, {
      bytes,
      failed: (error) => {
        this.#running.delete(id);
        failed(error);
        end.reject(error);
      },
      ended: () => {
        this.#running.delete(id);
        end.resolve();
      },
    });
    send({ type: 'begin', id, channels });
    return {
      write: (samples) => send({ type: 'samples', id, samples }, [samples.buffer]),
      end: () => {
        send({ type: 'end', id });
        return end.promise;
      },
      forget: () => {
        this.#running.delete(id);
        send({ type: 'forget', id });
      },
    };
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#start(threadScript('encode-thread'), { name: 'media-encode' });
    this.#worker = worker;
    worker.on('message', (message: FromEncoder) => {
      const running = this.#running.get(message.id);
      if (running === undefined) return;
      if (message.type === 'failed') running.failed(new Error(message.detail));
      else {
        running.bytes(message.bytes);
        if (message.last) running.ended();
      }
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const running of [...this.#running.values()]) running.failed(new Error('the thread that encodes MP3 died'));
    });
    return worker;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
