/** The program of the thread that prepares prompts, so that a long one neither delays a packet nor a SIP message. */
import { parentPort } from 'node:worker_threads';
import type { G711Name } from './core/g711.ts';
import { PieceEncoder, prepare } from './core/prepare.ts';

export interface PrepareRequest {
  readonly id: number;
  /** A whole WAV or MP3 file. */
  readonly file: Uint8Array;
  readonly codec: G711Name;
}

export type PrepareResult =
  | { readonly id: number; readonly octets: Uint8Array<SharedArrayBuffer> }
  | { readonly id: number; readonly error: string };

async function octetsOf(file: Uint8Array, codec: G711Name): Promise<Uint8Array<SharedArrayBuffer>> {
  // RIFF: every WAV file begins so, and no MP3 file does.
  if (Buffer.from(file.subarray(0, 4)).toString('latin1') === 'RIFF') return prepare(file, codec);
  const { decodeMp3 } = await import('./mp3-decoder.ts');
  const encoder = new PieceEncoder(codec);
  await decodeMp3(file, (samples) => encoder.take(samples));
  return encoder.shared();
}

parentPort?.on('message', ({ id, file, codec }: PrepareRequest) => {
  octetsOf(file, codec).then(
    (octets) => parentPort?.postMessage({ id, octets } satisfies PrepareResult),
    (error: unknown) => {
      const told = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ id, error: told } satisfies PrepareResult);
    },
  );
});
