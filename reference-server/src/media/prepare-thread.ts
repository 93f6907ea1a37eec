/** The program of the thread that prepares prompts, so that a long one neither delays a packet nor a SIP message. */
import { parentPort } from 'node:worker_threads';
import type { G711Name } from './core/g711.ts';
import { prepare } from './core/prepare.ts';

export interface PrepareRequest {
  readonly id: number;
  readonly wav: Uint8Array;
  readonly codec: G711Name;
}

export type PrepareResult =
  | { readonly id: number; readonly octets: Uint8Array<SharedArrayBuffer> }
  | { readonly id: number; readonly error: string };

parentPort?.on('message', ({ id, wav, codec }: PrepareRequest) => {
  let result: PrepareResult;
  try {
    result = { id, octets: prepare(wav, codec) };
  } catch (error) {
    result = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(result);
});
