/** What an idle call holds in memory: the slope between few calls and many. */
import { setTimeout as delay } from 'node:timers/promises';
import type { IvrServer } from '../peers/ivr.ts';
import type { IvrMemory } from '../report.ts';
import { call } from './turn.ts';

const FEW = 100;
/** Calls a second while they are set up. */
const RATE = 200;
/** Transactions of the set-up are gone after 64·T1, 32 s (RFC 3261 17, RFC 6026); what they left is collected some seconds later. */
const SETTLE_MS = 40_000;
/** The few are only to be there, beside a program that has warmed up. */
const SETTLE_FEW_MS = 10_000;

/** `calls` is how many the many are. */
export async function measureMemory(server: IvrServer, folder: string, calls: number): Promise<IvrMemory> {
  const bytes: number[] = [];
  const faults: string[] = [];
  let there = 0;
  const held = [];
  await server.seen();
  for (const [more, settle] of [
    [FEW, SETTLE_FEW_MS],
    [calls - FEW, SETTLE_MS],
  ] as const) {
    const setUp = (more / RATE) * 1000;
    const holdMs = setUp + SETTLE_FEW_MS + SETTLE_MS + (calls / RATE) * 1000;
    held.push(call(server, folder, { scenario: 'wait', rate: RATE, calls: more, holdMs }));
    await delay(setUp + settle);
    there += more;
    const { open } = await server.seen();
    if (open !== there) faults.push(`${open} of ${there} calls were there`);
    bytes.push(server.memory());
  }
  for (const { successful, failed } of await Promise.all(held)) {
    if (failed > 0) faults.push(`${failed} of ${successful + failed} calls failed`);
  }
  const [few = Number.NaN, many = Number.NaN] = bytes;
  return { few: FEW, many: calls, bytesFew: few, bytesMany: many, perCall: (many - few) / (calls - FEW), faults };
}
