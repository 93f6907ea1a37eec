import { randomFillSync } from 'node:crypto';
import type { IdSource } from '../endpoint.ts';

const idBytes = 12;
const pool = Buffer.alloc(idBytes * 512);
let used = pool.byteLength;

function take(length: number): Buffer {
  if (used + length > pool.byteLength) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}

/** Identifiers of 96 random bits, drawn from a pool because each call needs several. */
export const randomIds: IdSource = {
  token: () => take(idBytes).toString('hex'),
  number: () => (take(4).readUInt32BE() % (2 ** 31 - 1)) + 1,
};
