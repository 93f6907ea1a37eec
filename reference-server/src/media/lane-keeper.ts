/** The thread that keeps the sockets of lanes, as the media thread sees it. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Brand } from '../session/ids.ts';
import type { LanePlace } from './lanes.ts';
import { threadScript } from './script.ts';

export type LaneId = Brand<number, 'LaneId'>;

export type ToKeeper =
  | { readonly type: 'open'; readonly lane: LaneId; readonly place: LanePlace }
  | { readonly type: 'close'; readonly lane: LaneId }
  | { readonly type: 'quit' };

export type FromKeeper =
  /** The descriptor stays that of the lane until `close` is sent. */
  | { readonly type: 'open'; readonly lane: LaneId; readonly descriptor: number }
  | { readonly type: 'closed'; readonly lane: LaneId }
  /** One that was taken from the socket although nobody asked for it. */
  | { readonly type: 'packet'; readonly lane: LaneId; readonly packet: Uint8Array };

export interface KeeperData {
  readonly port: MessagePort;
  /** Counts the messages; who waits for it is woken. */
  readonly bell: Int32Array<SharedArrayBuffer>;
}

/** Lanes that open at about the same time share the search for their descriptors. */
const GATHER = 40;

export class LaneKeeper {
  readonly #port: MessagePort;
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  #timer: NodeJS.Timeout | undefined;

  constructor(heard: (message: FromKeeper) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.on('message', heard);
    const workerData: KeeperData = { port: port2, bell: this.#bell };
    this.#worker = new Worker(threadScript('lane-keeper-thread'), {
      workerData,
      transferList: [port2],
      name: 'lane-keeper',
    });
  }

  open(lane: LaneId, place: LanePlace): void {
    this.#send({ type: 'open', lane, place });
    this.#timer ??= setTimeout(() => this.#ring(), GATHER);
  }

  close(lane: LaneId): void {
    this.#send({ type: 'close', lane });
    this.#ring();
  }

  #send(message: ToKeeper): void {
    this.#port.postMessage(message);
  }

  #ring(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    Atomics.add(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  /** Resolves when the thread has ended, and with it every socket. */
  async quit(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.#send({ type: 'quit' });
    this.#ring();
    await ended;
    this.#port.close();
  }
}
