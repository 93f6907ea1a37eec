/** The program of the thread that encodes MP3, so that neither a packet nor a SIP message waits for it. */
import { parentPort } from 'node:worker_threads';
import type { Brand } from '../session/ids.ts';
import { Mp3Encoder } from './mp3-encoder.ts';

/** One file that is encoded. */
export type EncodingId = Brand<number, 'EncodingId'>;

export type ToEncoder =
  | { readonly type: 'begin'; readonly id: EncodingId; readonly channels: 1 | 2 }
  | { readonly type: 'samples'; readonly id: EncodingId; readonly samples: Int16Array<ArrayBuffer> }
  /** `bytes` with `last`, or `failed`, follows. */
  | { readonly type: 'end'; readonly id: EncodingId }
  | { readonly type: 'forget'; readonly id: EncodingId };

export type FromEncoder =
  | { readonly type: 'bytes'; readonly id: EncodingId; readonly bytes: Uint8Array<ArrayBuffer>; readonly last: boolean }
  | { readonly type: 'failed'; readonly id: EncodingId; readonly detail: string };

const encoders = new Map<EncodingId, Promise<Mp3Encoder>>();

function fail(id: EncodingId, error: unknown): void {
  encoders.delete(id);
  const detail = `MP3 cannot be encoded: ${error instanceof Error ? error.message : String(error)}`;
  parentPort?.postMessage({ type: 'failed', id, detail } satisfies FromEncoder);
}

/** Promises of one encoder are settled in the order in which they were asked for. */
function work(id: EncodingId, use: (encoder: Mp3Encoder) => Uint8Array<ArrayBuffer>, last: boolean): void {
  encoders.get(id)?.then(
    (encoder) => {
      if (!encoders.has(id)) return;
      try {
        const bytes = use(encoder);
        if (last) encoders.delete(id);
        parentPort?.postMessage({ type: 'bytes', id, bytes, last } satisfies FromEncoder, [bytes.buffer]);
      } catch (error) {
        fail(id, error);
      }
    },
    () => undefined,
  );
}

parentPort?.on('message', (message: ToEncoder) => {
  const { id } = message;
  switch (message.type) {
    case 'begin': {
      const encoder = Mp3Encoder.create(message.channels);
      encoders.set(id, encoder);
      encoder.catch((error: unknown) => fail(id, error));
      break;
    }
    case 'samples':
      work(id, (encoder) => encoder.encode(message.samples), false);
      break;
    case 'end':
      work(id, (encoder) => encoder.end(), true);
      break;
    case 'forget':
      encoders.delete(id);
      break;
    default:
      message satisfies never;
  }
});
