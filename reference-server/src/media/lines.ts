/** The direct lines between media threads: packets of a leg on one thread for listeners on another. */
import type { MessagePort } from 'node:worker_threads';
import type { RtpView, Ssrc } from './core/rtp.ts';
import type { VoiceName } from './core/voice.ts';
import type { Listener } from './listener.ts';
import type { EndpointId, LineMessage, ListenerAddress } from './messages.ts';

type ListenerId = ListenerAddress['to'];

export class Lines {
  readonly #here: number;
  readonly #find: (to: ListenerId) => Listener | undefined;
  readonly #lines = new Map<number, MessagePort>();

  /** `here` is this thread; `find` gives its listeners. */
  constructor(here: number, find: (to: ListenerId) => Listener | undefined) {
    this.#here = here;
    this.#find = find;
  }

  /** A line to another thread, in place of one to its predecessor. */
  add(thread: number, line: MessagePort): void {
    this.#lines.get(thread)?.close();
    this.#lines.set(thread, line);
    line.on('message', (message: LineMessage) => this.#hear(message));
  }

  /** Stands for a listener that may not be there yet, or no more: then nothing happens. */
  listener({ thread, to }: ListenerAddress): Listener {
    if (thread === this.#here) {
      return {
        audio: (from, view, payload, codec) => this.#find(to)?.audio(from, view, payload, codec),
        event: (from, view, payload) => this.#find(to)?.event(from, view, payload),
        noise: (from, view, payload) => this.#find(to)?.noise(from, view, payload),
        here: () => this.#find(to),
      };
    }
    const pass = (
      kind: LineMessage['kind'],
      from: EndpointId,
      view: RtpView,
      payload: Uint8Array,
      codec: VoiceName,
    ) => {
      const { marker, sequence, timestamp, ssrc } = view;
      // Copied: the packet's memory belongs to the socket's pool, which is far larger than the packet.
      const message = { to, from, kind, codec, marker, sequence, timestamp, ssrc, payload: new Uint8Array(payload) };
      this.#lines.get(thread)?.postMessage(message satisfies LineMessage);
    };
    return {
      audio: (from, view, payload, codec) => pass('audio', from, view, payload, codec),
      event: (from, view, payload) => pass('event', from, view, payload, 'PCMU'),
      noise: (from, view, payload) => pass('noise', from, view, payload, 'PCMU'),
    };
  }

  #hear({ to, from, kind, codec, payload, marker, sequence, timestamp, ssrc }: LineMessage): void {
    const listener = this.#find(to);
    if (listener === undefined) return;
    const view: RtpView = {
      ...{ marker, sequence, timestamp, ssrc: ssrc as Ssrc, payloadType: 0, csrcCount: 0 },
      ...{ extensionProfile: -1, extensionStart: 0, extensionEnd: 0, payloadStart: 0, payloadEnd: payload.length },
    };
    if (kind === 'audio') listener.audio(from, view, payload, codec);
    else if (kind === 'event') listener.event(from, view, payload);
    else listener.noise(from, view, payload);
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}
