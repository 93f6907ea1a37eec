/** A call from outside until it is answered, refused or given up (D-ENTRY, D-NEWCALL). */
import type { Fault } from './actions/action.ts';
import { actionNamed } from './actions/index.ts';
import { ivr } from './actions/ivr.ts';
import type { Alarm } from './alarm.ts';
import { callIdentifierBody, callingParty, newCallBody } from './bodies.ts';
import { partyReady } from './call/connect.ts';
import { dial } from './call/dial.ts';
import { gone } from './call/gone.ts';
import { directed } from './call/reoffer.ts';
import { directionIn } from './direction.ts';
import { faultsOf, faultsOfReference } from './faults.ts';
import { finish } from './finish.ts';
import { isProblem } from './headers.ts';
import type { ParticipantId } from './ids.ts';
import { toInvite } from './invite.ts';
import { ivrAnswered } from './ivr/answered.ts';
import { isObject, type JsonObject } from './json.ts';
import { ask, raise } from './messages.ts';
import { newParticipant, type Participant } from './participant.ts';
import { noPlan } from './plan.ts';
import type { CallbackResult } from './ports/callbacks.ts';
import type { InboundCall, SipEvent } from './ports/sip.ts';
import { remoteIncoming } from './remote/call.ts';
import { deviceConfirmed, redirectToDevice } from './remote/leg.ts';
import { sipUser } from './sip-address.ts';
import { change, changeParticipant, emit, log, startTimer, type Turn } from './turn.ts';

/** The status of a call whose newCall failed and that has no emergency fallback (D-FALLBACK). */
const failedNewCall = 480;

export const incoming = (turn: Turn, call: InboundCall) => {
  const participant = newParticipant({
    id: turn.world.ids.uuid() as ParticipantId,
    leg: call.leg,
    role: 'caller',
    state: 'incoming',
    user: callingParty(call),
    remoteUser: call.called.user,
    sipCallId: call.sipCallId,
    expires: call.expires,
    direction: call.sdp === undefined ? 'sendrecv' : directionIn(call.sdp),
  });
  change(turn, { inbound: call, participants: new Map([[participant.id, participant]]) });
  log(turn, 'call came in', { sipCallId: call.sipCallId, sourceAddress: call.sourceAddress });
  const { domain } = turn.session;
  startTimer(turn, 'maxSession', domain.maxSessionSeconds);
  if (turn.session.cloudUa) return remoteIncoming(turn, participant, call);
  if (domain.emergencyFallback?.mode === 'always') return fallBack(turn, participant, 'triggeredByAlways');
  if (domain.entry === 'newCall') {
    return ask(turn, 'newCall', newCallBody(turn.session, call, turn.world.node), participant.id);
  }
  ask(turn, 'getCallIdentifier', callIdentifierBody(turn.session, call), participant.id);
};

/** The caller is connected to the fallback address; where even that cannot be, it gets a 480 (D-FALLBACK). */
const fallBack = (turn: Turn, participant: Participant, error: 'triggeredByAlways' | 'triggeredByError') => {
  const { domain, traceId } = turn.session;
  const uri = domain.emergencyFallback?.address ?? '';
  raise(turn, { type: 'emergencyFallback', error, details: { address: uri } });
  const user = sipUser(uri);
  const invite = toInvite({}, uri, { domain, traceId, from: participant.user });
  if (user === undefined || isProblem(invite)) return finish(turn, 'error', failedNewCall);
  const { maxRingSeconds } = domain;
  dial(turn, participant, { invite, user, maxRingSeconds, plan: { ...noPlan, fallback: true } });
};

const failed = (turn: Turn, participant: Participant, alarm: Alarm | undefined) => {
  if (alarm !== undefined) raise(turn, alarm);
  if (turn.session.domain.emergencyFallback?.mode === 'onError') return fallBack(turn, participant, 'triggeredByError');
  finish(turn, 'error', failedNewCall);
};

const requestFailed = (
  turn: Turn,
  participant: Participant,
  result: CallbackResult & { ok: false },
  callback: string,
) => {
  const { cause, detail, status } = result;
  const details = { callback, cause, detail, ...(status !== undefined && { status }) };
  failed(turn, participant, { type: 'newCallEventError', error: 'newCall request failed', details });
};

/** The answer to newCall, for a caller who still waits. */
export const newCallAnswered = (turn: Turn, participant: Participant, result: CallbackResult) => {
  if (participant.state !== 'incoming') return;
  if (!result.ok && result.cause !== 'empty') return requestFailed(turn, participant, result, 'newCall');
  const answer = result.ok ? result.body : undefined;
  if (answer === undefined)
    return failed(turn, participant, { type: 'newCallEventError', error: 'newCall response empty' });
  if (!isObject(answer) || answer.action === undefined || answer.action === null || answer.action === '') {
    return failed(turn, participant, { type: 'newCallEventError', error: 'newCall response without action' });
  }
  act(turn, participant, answer);
};

const act = (turn: Turn, participant: Participant, answer: JsonObject) => {
  const action = actionNamed(answer.action, turn.session.domain);
  if (action === undefined) {
    const details = { action: answer.action ?? '', detail: 'no such action' };
    return failed(turn, participant, {
      type: 'newCallEventError',
      error: 'newCall response with unknown action',
      details,
    });
  }
  const violations = faultsOf(turn, 'newCall', answer);
  const fault = violations === undefined ? action(turn, participant, answer, 'newCall') : { problem: violations };
  if (fault !== undefined) notCarriedOut(turn, participant, fault);
};

/** The action of an answer to newCall could not be carried out. */
export const notCarriedOut = (turn: Turn, participant: Participant, fault: Fault) =>
  failed(
    turn,
    participant,
    'address' in fault
      ? { type: 'callEventError', error: `Invalid sip address: ${fault.address}` }
      : { type: 'newCallEventError', error: 'newCall request failed', details: { detail: fault.problem } },
  );

/** The answer to getCallIdentifier: the call goes to the IVR (D-ENTRY). */
export const identified = (turn: Turn, participant: Participant, result: CallbackResult) => {
  if (participant.state !== 'incoming') return;
  const cause = result.ok ? 'schema' : result.cause;
  const detail = result.ok ? faultsOfReference(turn, 'getCallIdentifier', result.body) : result.detail;
  if (detail !== undefined) {
    // The alarm is newCall's own (D-BADANSWER).
    log(turn, 'getCallIdentifier failed', { cause, detail });
    return failed(turn, participant, undefined);
  }
  ivr(turn, participant, {}, 'newCall');
};

/** ACK: whoever waits for it goes on. With a late offer it brings the answer, without which there is no media. */
export const confirmed = (
  turn: Turn,
  participant: Participant,
  event: Extract<SipEvent, { type: 'sip.confirmed' }>,
) => {
  if (participant.device !== undefined) return deviceConfirmed(turn, participant, event);
  if (participant.awaitsAnswer) {
    if (event.sdp === undefined) {
      raise(turn, { type: 'callError', error: 'invalidSdp', details: { detail: 'no answer to our offer in the ACK' } });
      return gone(turn, participant, { how: 'Failure', reason: 'error', leg: 'to be ended' });
    }
    emit(turn, { type: 'media.accept', leg: participant.leg, answer: event.sdp });
    // What answers an offer of less says nothing of what this side wants.
    if (participant.told === 'sendrecv') directed(turn, participant, directionIn(event.sdp));
  }
  changeParticipant(turn, participant.id, {
    state: 'confirmed',
    awaitsAnswer: false,
    expires: event.expires ?? participant.expires,
  });
  if (participant.state !== 'answering') return;
  const there = turn.session.participants.get(participant.id);
  if (there?.deviceNext !== undefined) return redirectToDevice(turn, there, there.deviceNext);
  if (participant.toIvr) ivrAnswered(turn, participant.id);
  else partyReady(turn, participant);
};

/** CANCEL by the caller; the SIP side has answered the INVITE with 487. */
export const cancelled = (turn: Turn, participant: Participant) =>
  gone(turn, participant, { how: 'Drop', reason: 'cancelled', leg: 'over' });
