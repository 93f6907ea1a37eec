/** Recordings of bridged calls: names of our own, and the files as the prompt storage has them. */
import type { RestResponse } from '../../drivers/rest/types.ts';
import type { TestContext } from '../../harness/types.ts';
import { type BridgedCall, voices } from './bridge.ts';

/** A name that no other scenario of any run has. */
export const ownName = (ctx: TestContext, extension = 'wav'): string => `suite-${ctx.newId()}.${extension}`;

export const fetchFile = (ctx: TestContext, name: string): Promise<RestResponse> =>
  ctx.rest.send(`promptfile/${encodeURIComponent(name)}`, undefined, { method: 'GET' });

export const removeFile = (ctx: TestContext, name: string): Promise<RestResponse> =>
  ctx.rest.send(`promptfile/${encodeURIComponent(name)}`, undefined, { method: 'DELETE' });

/** Both say something at the same time, each at a frequency of its own. */
export async function talkAtOnce({ caller, callee }: BridgedCall, milliseconds: number): Promise<void> {
  await Promise.all([
    caller.rtp.sendTone(voices.caller, milliseconds),
    callee.rtp.sendTone(voices.callee, milliseconds),
  ]);
}
