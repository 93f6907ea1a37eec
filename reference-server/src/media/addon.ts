/** The compiled relay (addon/lanes.c), where it was built. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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
  work(core: AddonCore, now: number, length: number, until: number): number;
  destroy(core: AddonCore): void;
}

/** Nothing that JavaScript could look into. */
export type AddonCore = object & { readonly addonCore: never };

/**
 * SSRC and payload type in, the same out, what is added to sequence number and timestamp, octets of a payload (0: any), both
 * numbers of the last packet, jitter, transit (NaN: none).
 */
export type RouteNumbers = [number, number, number, number, number, number, number, number, number, number, number];

export const BATCH = 256;
export const SLOT = 2048;
export const RECORD = 3;
export const TALLY = 8;
/** Place in the tally of the time of the last beat. */
export const NOW = 7;
/** In place of a lane: packets end there. */
export const NOWHERE = 0xffffffff;

const folder = fileURLToPath(new URL('../../addon/', import.meta.url));

export interface BuiltAddon {
  /** Undefined where there is none for this source. */
  readonly path: string | undefined;
  /** Files built from other sources, which are not to be loaded. */
  readonly stale: readonly string[];
}

/** What was built of `lanes.c` in a folder: the file's name tells of which (addon/build.js). */
export function builtAddon(from = folder): BuiltAddon {
  const [source, build] = [join(from, 'lanes.c'), join(from, 'build')];
  if (!existsSync(source) || !existsSync(build)) return { path: undefined, stale: [] };
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const name = `lanes-${process.platform}-${process.arch}-${hash}.node`;
  const files = readdirSync(build).filter((file) => file.endsWith('.node'));
  return {
    path: files.includes(name) ? join(build, name) : undefined,
    stale: files.filter((file) => file !== name),
  };
}

/** Path of the addon; undefined where there is none. */
export function findAddon(): string | undefined {
  return builtAddon().path;
}

/** @throws {Error} when the file is not for this machine. */
export function loadAddon(path: string): AddonFunctions {
  return createRequire(import.meta.url)(path);
}
