/** Brings the service into the states that the REST contracts name, by real calls, and ends those calls again. */
import type { RtpProbe } from '../drivers/rtp-probe/types.ts';
import type { CallHandle, TestContext } from '../harness/types.ts';
import { waiting } from '../scenarios/support/answers.ts';
import { type BridgedCall, bridgedCall } from '../scenarios/support/bridge.ts';
import { deviceAt, incomingRemote } from '../scenarios/support/cloud.ts';
import { answeredIvr, hangupAndComplete } from '../scenarios/support/flows.ts';
import { foreignDomain } from '../scenarios/support/foreign.ts';
import { ownName, removeFile } from '../scenarios/support/recordings.ts';
import { type StateName, stateNames } from './rest.ts';
import type { State } from './types.ts';
import type { StateHandler, StateValues } from './verifier.ts';

/** A state that was brought about: what it tells, and how it ends once the operation was asked for. */
interface Situation {
  readonly values: StateValues;
  end(): Promise<void>;
}

/**
 * The states of one scenario, one at a time.
 * @param device where a Cloud UA's device wants its RTP.
 * @param operation that is asked for in them.
 */
export function statesOf(ctx: TestContext, device: RtpProbe, operation: string): StateHandler {
  let situation: Situation | undefined;
  return {
    setup: async (state) => {
      ctx.webhooks.skip();
      const own = { domain: ctx.target.domain, token: await ctx.rest.token() };
      situation = await bringAbout(ctx, nameOf(state), device, operation);
      return { ...own, ...situation.values };
    },
    teardown: async () => {
      const over = situation;
      situation = undefined;
      await over?.end();
    },
  };
}

function nameOf({ name }: State): StateName {
  const found = stateNames.find((one) => one === name);
  if (found === undefined) throw new Error(`There is no state "${name}"`);
  return found;
}

const nothing: Situation = { values: {}, end: async () => {} };

async function bringAbout(ctx: TestContext, name: StateName, device: RtpProbe, operation: string): Promise<Situation> {
  switch (name) {
    case 'no call':
      return nothing;
    case 'no call, and a token of another domain':
      return { ...nothing, values: { domain: foreignDomain(ctx) } };
    case 'a connected call':
      return bridged(ctx, await bridgedCall(ctx));
    case 'a recorded connection':
      return recorded(ctx);
    case 'a call in the IVR':
      return inTheIvr(ctx);
    case 'a call that is over':
      return over(ctx);
    case 'a waiting remote call':
      return waitingRemote(ctx, device, operation === 'answerremotecall');
    case 'an answered remote call':
      return answeredRemote(ctx, device);
    case 'a telephone that answers':
      return telephone(ctx, device);
    default:
      return name satisfies never;
  }
}

/** Says goodbye on a leg, unless the service has done so already. */
async function endLeg(leg: CallHandle): Promise<void> {
  leg.sipp.signal().catch(() => undefined);
  await leg.ended;
}

/** Tells connectionId, replyId, participantId of the caller, sessionId. Both hang up who are still there. */
async function bridged(ctx: TestContext, call: BridgedCall): Promise<Situation> {
  const { connectionId, replyId, callerId, sessionId, caller, callee } = call;
  return {
    values: { connectionId, replyId, participantId: callerId, sessionId },
    end: async () => {
      await endLeg(caller);
      // Asked what becomes of the callee, the application answers drop.
      await callee.ended;
      await ctx.webhooks.next('sessionCompleted');
    },
  };
}

/** As above, while the connection is recorded. */
async function recorded(ctx: TestContext): Promise<Situation> {
  const call = await bridgedCall(ctx);
  const recordingFileName = ownName(ctx);
  await ctx.rest.send('startrecording', { connectionId: call.connectionId, recordingFileName });
  const { values, end } = await bridged(ctx, call);
  return {
    values,
    end: async () => {
      await end();
      await removeFile(ctx, recordingFileName);
    },
  };
}

/** Tells replyId of the command that runs, sessionId, participantId of the caller and connectionId. */
async function inTheIvr(ctx: TestContext): Promise<Situation> {
  const { call, command, sessionId } = await answeredIvr(ctx);
  const { body } = await ctx.webhooks.next('callAnswered');
  await command.answered;
  return {
    values: {
      replyId: command.body.replyId,
      sessionId,
      participantId: body.callerParticipantId,
      connectionId: body.connectionId,
    },
    end: async () => {
      await endLeg(call);
      await ctx.webhooks.next('sessionCompleted');
    },
  };
}

/** Tells the replyId of a call that was in the IVR. */
async function over(ctx: TestContext): Promise<Situation> {
  const { call, command } = await answeredIvr(ctx);
  await hangupAndComplete(ctx, call);
  return { ...nothing, values: { replyId: command.body.replyId } };
}

/** Tells the replyId of newRemoteCall, codec, receiveIp and receivePort. `answered`: by the operation. */
async function waitingRemote(ctx: TestContext, device: RtpProbe, answered: boolean): Promise<Situation> {
  const { call, replyId } = await incomingRemote(ctx);
  return {
    values: { ...deviceAt(device), replyId },
    end: async () => {
      // A caller who gives up while the answer is on its way has to be prepared for both.
      if (answered) await call.established;
      await endLeg(call);
      await ctx.webhooks.next('sessionCompleted');
    },
  };
}

/** As above, once the call was answered. */
async function answeredRemote(ctx: TestContext, device: RtpProbe): Promise<Situation> {
  const { call, replyId } = await incomingRemote(ctx);
  await ctx.rest.send('answerremotecall', { replyId, ...deviceAt(device) });
  await call.established;
  return {
    values: { ...deviceAt(device), replyId },
    end: async () => {
      await endLeg(call);
      await ctx.webhooks.next('sessionCompleted');
    },
  };
}

/** Tells destAddr or destinationUri of a telephone, and what a call to it needs. */
async function telephone(ctx: TestContext, device: RtpProbe): Promise<Situation> {
  const callee = await ctx.callee({ timeoutMs: ctx.target.timers.stepMs });
  ctx.webhooks.on('getIvrCommand', waiting());
  return {
    values: {
      destAddr: callee.uri,
      destinationUri: callee.uri,
      sipFrom: ctx.number,
      sourceUser: ctx.number,
      sessionReferenceId: ctx.reference,
      callbackBaseUrl: ctx.target.callbacks.baseUrl,
      ...deviceAt(device),
    },
    end: async () => {
      await callee.established;
      await callee.hangup();
      await ctx.webhooks.next('sessionCompleted');
    },
  };
}
