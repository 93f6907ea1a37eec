/** Collecting digits: a command that collects, somebody who presses keys, and the callback that tells what it came to. */
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { Callback } from '../../drivers/webhook-sink/types.ts';
import type { CallOptions, TestContext } from '../../harness/types.ts';
import { hangUp, type Json } from './answers.ts';
import { answeredIvr, type IvrCall } from './flows.ts';

/** A command that has been answered is at work a moment later, and nothing on the wire tells when. Nobody presses faster. */
const reactionMs = 250;

/** Returns when a person would press the first key after a command was given. */
export async function atWork(ctx: TestContext, command: Callback): Promise<void> {
  await command.answered;
  await ctx.harness.outside.sleep(reactionMs);
}

/** To getIvrCommand: collect, and nothing else. */
export const collect = (dtmf: Json, more: Json = {}): Json => ({ dtmf, ...more });

/** `dtmfParams` of a getIvrCommand; empty where there are none, so that whatever is expected of them fails. */
export function paramsOf(command: Callback): Readonly<Record<string, unknown>> {
  const params = command.body.dtmfParams;
  return typeof params === 'object' && params !== null ? { ...params } : {};
}

export interface Collected extends IvrCall {
  /** The getIvrCommand after the collecting. */
  readonly next: Callback;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An inbound call whose first command collects. `press` runs while it does; then the call is hung up by the target. */
export async function collected(
  ctx: TestContext,
  dtmf: Json,
  press: (rtp: RtpProbe) => Promise<void>,
  more: { readonly call?: CallOptions; readonly command?: Json; readonly within?: number } = {},
): Promise<Collected> {
  const ivr = await answeredIvr(ctx, {
    ...(more.call && { call: more.call }),
    commands: [collect(dtmf, more.command), hangUp()],
  });
  await atWork(ctx, ivr.command);
  await press(ivr.call.rtp);
  const next = await ctx.webhooks.next('getIvrCommand', more.within === undefined ? {} : { within: more.within });
  await ivr.call.ended;
  return { ...ivr, next, params: paramsOf(next) };
}
