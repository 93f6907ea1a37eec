/** Two parties that the target connects: a caller of ours, and a callee of ours that the application has called. */
import type { Answering, Callback } from '../../drivers/webhook-sink/types.ts';
import type { CalleeHandle, CalleeOptions, CallHandle, CallOptions, TestContext } from '../../harness/types.ts';
import { drop, type Json } from './answers.ts';
import { text } from './flows.ts';

/** What a telephone of each side sends so that one hears who is heard, Hz. */
export const voices = { caller: 650, callee: 1300, third: 1900 } as const;

/** To newCall or callEvent: call this address. */
export const callTo = (destAddr: string, more: Json = {}): Json => ({ action: 'call', destAddr, ...more });

/** To callEvent: connect with a participant who waits. */
export const connectWith = (participantId: unknown, more: Json = {}): Json => ({
  action: 'connect',
  participantId,
  ...more,
});

/** How a bridged call departs from the ordinary one. */
interface BridgeOptions {
  readonly call?: CallOptions;
  readonly callee?: CalleeOptions;
  /** Further properties of the answer to newCall. */
  readonly newCall?: Json;
  /** Answers to callEvent. Default: drop. */
  readonly events?: Answering | readonly Answering[];
}

/** A caller and whom the application has called, before anybody has answered. */
interface DialledCall {
  readonly caller: CallHandle;
  readonly callee: CalleeHandle;
  readonly newCall: Callback;
  readonly sessionId: string;
}

/** Calls the target and has it call our callee. Resolves when the callee has the INVITE. */
export async function dialledCall(ctx: TestContext, options: BridgeOptions = {}): Promise<DialledCall> {
  const callee = await ctx.callee(options.callee);
  ctx.webhooks
    .on('newCall', callTo(callee.uri, { sessionReferenceId: ctx.reference, ...options.newCall }))
    .on('callEvent', options.events ?? drop());
  const caller = await ctx.call(options.call);
  const newCall = await ctx.webhooks.next('newCall');
  await callee.invited;
  return { caller, callee, newCall, sessionId: text(newCall.body.sessionId) };
}

/** Two parties that talk, and the names by which operations know them. */
export interface BridgedCall extends DialledCall {
  /** callAnswered of the connection. */
  readonly answered: Callback;
  readonly connectionId: string;
  readonly callerId: string;
  readonly calleeId: string;
  /** replyId of callAnswered. */
  readonly replyId: string;
}

/** As `dialledCall`, until both have answered and callAnswered has told so. */
export async function bridgedCall(ctx: TestContext, options: BridgeOptions = {}): Promise<BridgedCall> {
  const dialled = await dialledCall(ctx, options);
  await Promise.all([dialled.callee.established, dialled.caller.established]);
  const answered = await ctx.webhooks.next('callAnswered');
  return {
    ...dialled,
    answered,
    connectionId: text(answered.body.connectionId),
    callerId: text(answered.body.callerParticipantId),
    calleeId: text(answered.body.calleeParticipantId),
    replyId: text(answered.body.replyId),
  };
}

/** The caller hangs up, nobody is kept: gives sessionCompleted. */
export async function endBridge(ctx: TestContext, { caller, callee }: DialledCall): Promise<Callback> {
  await caller.hangup();
  await callee.ended;
  return ctx.webhooks.next('sessionCompleted');
}

/** Whether `listener` hears a tone of this frequency that `speaker` now begins to send, and goes on to send for a second. */
export async function hears(
  ctx: TestContext,
  speaker: CallHandle,
  listener: CallHandle,
  frequency: number,
): Promise<boolean> {
  const from = ctx.harness.clock.now();
  const [heard] = await Promise.all([
    listener.rtp.waitForTone(frequency, 200, 1500 + ctx.target.timers.quietMs, from).then(
      () => true,
      () => false,
    ),
    speaker.rtp.sendTone(frequency, 1000),
  ]);
  return heard;
}
