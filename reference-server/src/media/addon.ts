/** The compiled relay (addon/lanes.c), where it was built. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What addon/lanes.c exports; there it says what the numbers are. Every function throws an Error for arguments that are wrong. */
export interface AddonFunctions {
  create(records: Uint32Array, slots: Uint8Array, tally: Float64Array): AddonCore;
  open(core: AddonCore, address: string, port: number, toAddress: string, toPort: number): number;
  close(core: AddonCore, lane: number): void;
  route(core: AddonCore, lane: number, out: number, ...numbers: RouteNumbers): void;
  send(core: AddonCore, lane: number, packet: Uint8Array, length: number): void;
  unroute(core: AddonCore, lane: number): void;
  settle(core: AddonCore, lane: number): number;
  drain(core: AddonCore, now: number): number;
  destroy(core: AddonCore): void;
}

/** Nothing that JavaScript could look into. */
export type AddonCore = object & { readonly addonCore: never };

/**
 * SSRC and payload type in, the same out, what is added to sequence number and timestamp, both of the last packet, jitter,
 * transit (NaN: none).
 */
export type RouteNumbers = [number, number, number, number, number, number, number, number, number, number];

export const BATCH = 256;
export const SLOT = 2048;
export const RECORD = 3;
export const TALLY = 7;

const built = fileURLToPath(
  new URL(`../../addon/build/lanes-${process.platform}-${process.arch}.node`, import.meta.url),
);

/** Path of the addon; undefined where there is none. */
export function findAddon(): string | undefined {
  return existsSync(built) ? built : undefined;
}

/** @throws {Error} when the file is not for this machine. */
export function loadAddon(path: string): AddonFunctions {
  return createRequire(import.meta.url)(path);
}
