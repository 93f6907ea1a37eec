/** The media threads: starts them, sends to them, replaces one that dies. */
import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads';
import type { LogPort } from '../session/ports.ts';
import {
  COUNTERS,
  type EndpointId,
  type FromRecorder,
  type FromThread,
  type ThreadData,
  type ToThread,
} from './messages.ts';
import { threadScript } from './script.ts';

export interface ThreadPoolOptions {
  readonly threads: number;
  readonly address: string;
  readonly relay: ThreadData['relay'];
  readonly startThread?: (script: URL, options: WorkerOptions) => Worker;
  readonly onMessage: (message: FromThread | FromRecorder) => void;
  /** The thread is gone with everything on it; a new one is on its way. */
  readonly onCrash: (thread: number, detail: string) => void;
  readonly log: LogPort;
}

interface Thread {
  worker: Worker;
  alive: boolean;
  readonly counters: Float64Array<SharedArrayBuffer>;
  endpoints: number;
  crashes: number;
}

/** Longest pause before a thread that keeps dying is started again. */
const MAX_PAUSE = 5000;
/**
 * What a packet leaves behind is garbage at once: collecting it costs the same however rarely it is done, while the room
 * that the runtime takes for it by itself, 50 MB a thread, stays taken.
 */
const YOUNG_MIB = 12;
/** A thread that does not end by itself is ended. */
const QUIT_TIME = 2000;

export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #threads: Thread[] = [];
  readonly #restarts = new Set<NodeJS.Timeout>();
  #closing = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    for (let index = 0; index < Math.max(1, options.threads); index++) this.#threads.push(this.#start(index));
    this.#connect();
  }

  /** The thread that is preferred, while it is alive, else the one with the fewest endpoints; undefined when none is alive. */
  choose(preferred?: number): number | undefined {
    if (preferred !== undefined && this.#threads[preferred]?.alive === true) return preferred;
    let best: number | undefined;
    for (const [index, thread] of this.#threads.entries()) {
      const least = best === undefined ? Number.POSITIVE_INFINITY : (this.#threads[best]?.endpoints ?? 0);
      if (thread.alive && thread.endpoints < least) best = index;
    }
    return best;
  }

  send(thread: number, message: ToThread): void {
    this.#threads[thread]?.worker.postMessage(message);
  }

  bind(thread: number, endpoint: EndpointId, port: number, rtpTimeoutMs: number): void {
    const found = this.#threads[thread];
    if (found === undefined) return;
    found.endpoints++;
    this.send(thread, { type: 'bind', endpoint, port, rtpTimeoutMs });
  }

  /** An endpoint of the thread is no more. */
  forget(thread: number): void {
    const found = this.#threads[thread];
    if (found !== undefined) found.endpoints--;
  }

  get alive(): number {
    return this.#threads.filter((thread) => thread.alive).length;
  }

  /** Sum of one `Counter` over all threads, those that died included. */
  count(counter: number): number {
    return this.#threads.reduce((sum, thread) => sum + (thread.counters[counter] ?? 0), 0);
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const restart of this.#restarts) clearTimeout(restart);
    await Promise.all(this.#threads.filter((thread) => thread.alive).map((thread) => quit(thread.worker)));
  }

  #start(index: number, before?: Thread): Thread {
    const counters = before?.counters ?? new Float64Array(new SharedArrayBuffer(COUNTERS * 8));
    const { address, relay, startThread, onMessage } = this.#options;
    const workerData: ThreadData = { thread: index, address, relay, counters };
    const start = startThread ?? ((url: URL, options: WorkerOptions) => new Worker(url, options));
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MIB };
    const worker = start(threadScript('thread'), { workerData, name: `media-${index}`, resourceLimits });
    const thread: Thread = { worker, alive: true, counters, endpoints: 0, crashes: (before?.crashes ?? -1) + 1 };
    let detail = 'ended by itself';
    worker.on('message', onMessage);
    worker.on('error', (error) => {
      detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => this.#gone(index, thread, detail));
    return thread;
  }

  #gone(index: number, thread: Thread, detail: string): void {
    thread.alive = false;
    if (this.#closing) return;
    this.#options.log.error({ thread: index, crashes: thread.crashes + 1, detail }, 'media thread died');
    this.#options.onCrash(index, detail);
    const restart = setTimeout(
      () => {
        this.#restarts.delete(restart);
        this.#threads[index] = this.#start(index, thread);
        this.#connect(index);
      },
      // At once the first time, ever slower when it keeps happening.
      Math.min(MAX_PAUSE, thread.crashes * thread.crashes * 100),
    );
    this.#restarts.add(restart);
  }

  /** Gives every pair of threads a direct line; with `only`, the pairs of that thread. */
  #connect(only?: number): void {
    for (const [a, one] of this.#threads.entries()) {
      for (const [b, other] of this.#threads.entries()) {
        if (b <= a || !one.alive || !other.alive || (only !== undefined && a !== only && b !== only)) continue;
        const { port1, port2 } = new MessageChannel();
        one.worker.postMessage({ type: 'line', thread: b, line: port1 } satisfies ToThread, [port1]);
        other.worker.postMessage({ type: 'line', thread: a, line: port2 } satisfies ToThread, [port2]);
      }
    }
  }
}

function quit(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => void worker.terminate(), QUIT_TIME);
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    worker.postMessage({ type: 'quit' } satisfies ToThread);
  });
}
