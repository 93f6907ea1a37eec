import type { Answering, Callback } from '../../drivers/webhook-sink/types.ts';
import type { CalleeHandle, CalleeOptions, CallHandle, CallOptions, TestContext } from '../../harness/types.ts';
import { drop, ivr, type Json, waiting } from './answers.ts';
import { onWire } from './wire.ts';
import { audioSdp, type RequestChanges, wireCaller } from './wire-caller.ts';

/** How an inbound IVR call departs from the ordinary one. */
interface IvrCallOptions {
  readonly call?: CallOptions;
  /** Further properties of the answer to newCall, besides action and sessionReferenceId. */
  readonly newCall?: Json;
  /** Answers to getIvrCommand. Default: nothing happens until the call ends. */
  readonly commands?: Answering | readonly Answering[];
}

/** A call that the IVR has answered and for which it has asked what to do. */
export interface IvrCall {
  readonly call: CallHandle;
  readonly newCall: Callback;
  /** The first getIvrCommand. */
  readonly command: Callback;
  readonly sessionId: string;
}

/** Places a call, takes it into the IVR and waits until it is established and the first command has been asked for. */
export async function answeredIvr(ctx: TestContext, options: IvrCallOptions = {}): Promise<IvrCall> {
  ctx.webhooks
    .on('newCall', ivr({ sessionReferenceId: ctx.reference, ...options.newCall }))
    .on('getIvrCommand', options.commands ?? waiting());
  const call = await ctx.call(options.call);
  const newCall = await ctx.webhooks.next('newCall');
  await call.established;
  const command = await ctx.webhooks.next('getIvrCommand');
  return { call, newCall, command, sessionId: text(newCall.body.sessionId) };
}

/** An outbound IVR call. */
interface OutboundIvrCall {
  readonly callee: CalleeHandle;
  readonly command: Callback;
  readonly sessionId: string;
}

/** Has the target call us into its IVR, and waits for the answer and the first command. */
export async function placedIvr(
  ctx: TestContext,
  options: {
    readonly callee?: CalleeOptions;
    /** Further properties of placeivrcall. */
    readonly place?: Json;
    readonly commands?: Answering | readonly Answering[];
  } = {},
): Promise<OutboundIvrCall> {
  ctx.webhooks.on('getIvrCommand', options.commands ?? waiting());
  const callee = await ctx.callee(options.callee);
  await ctx.rest.send('placeivrcall', {
    destAddr: callee.uri,
    sipFrom: ctx.number,
    sessionReferenceId: ctx.reference,
    ...options.place,
  });
  await callee.established;
  const command = await ctx.webhooks.next('getIvrCommand');
  return { callee, command, sessionId: text(command.body.sessionId) };
}

/**
 * Places a call that the application refuses at once, whatever status the target makes of it; gives the newCall that was
 * asked.
 */
export async function refusedCall(ctx: TestContext, changes: RequestChanges = {}): Promise<Callback> {
  return onWire(ctx, { name: 'caller' }, async (wire) => {
    ctx.webhooks.on('newCall', drop('busy'));
    await wireCaller(ctx, wire).invite({ body: audioSdp(wire), ...changes });
    return ctx.webhooks.next('newCall');
  });
}

/** The caller hangs up; gives the sessionCompleted that follows. */
export async function hangupAndComplete(ctx: TestContext, call: CallHandle): Promise<Callback> {
  await call.hangup();
  return ctx.webhooks.next('sessionCompleted');
}

/** Text of a property; empty when it is none, so that a comparison with it fails. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
