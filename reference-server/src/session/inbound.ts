/** A call from outside until it is answered, refused or given up (D-ENTRY, D-NEWCALL). */
import { actions, unavailable } from './actions/index.ts';
import { ivr } from './actions/ivr.ts';
import type { Alarm } from './alarm.ts';
import { callIdentifierBody, callingParty, newCallBody } from './bodies.ts';
import { finish, remove } from './finish.ts';
import type { ParticipantId } from './ids.ts';
import { ivrAnswered } from './ivr/answered.ts';
import { isObject, type JsonObject } from './json.ts';
import { ask, raise } from './messages.ts';
import { newParticipant, type Participant } from './participant.ts';
import type { CallbackResult, InboundCall, SipEvent } from './ports.ts';
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
  });
  change(turn, { inbound: call, participants: new Map([[participant.id, participant]]) });
  log(turn, 'call came in', { sipCallId: call.sipCallId, sourceAddress: call.sourceAddress });
  const { domain } = turn.session;
  startTimer(turn, 'maxSession', domain.maxSessionSeconds);
  if (domain.emergencyFallback?.mode === 'always') return fallBack(turn, 'triggeredByAlways');
  if (domain.entry === 'newCall') {
    return ask(turn, 'newCall', newCallBody(turn.session, call, turn.world.node), participant.id);
  }
  ask(turn, 'getCallIdentifier', callIdentifierBody(turn.session, call), participant.id);
};

/** The caller is connected to the fallback address once a call can be placed for it; without that it gets a 480. */
const fallBack = (turn: Turn, error: 'triggeredByAlways' | 'triggeredByError') => {
  const address = turn.session.domain.emergencyFallback?.address ?? '';
  raise(turn, { type: 'emergencyFallback', error, details: { address } });
  finish(turn, 'error', failedNewCall);
};

const failed = (turn: Turn, alarm: Alarm) => {
  raise(turn, alarm);
  if (turn.session.domain.emergencyFallback?.mode === 'onError') return fallBack(turn, 'triggeredByError');
  finish(turn, 'error', failedNewCall);
};

const requestFailed = (turn: Turn, result: CallbackResult & { ok: false }, callback: string) => {
  const { cause, detail, status } = result;
  const details = { callback, cause, detail, ...(status !== undefined && { status }) };
  failed(turn, { type: 'newCallEventError', error: 'newCall request failed', details });
};

/** The answer to newCall, for a caller who still waits. */
export const newCallAnswered = (turn: Turn, participant: Participant, result: CallbackResult) => {
  if (participant.state !== 'incoming') return;
  if (!result.ok && result.cause !== 'empty') return requestFailed(turn, result, 'newCall');
  const answer = result.ok ? result.body : undefined;
  if (answer === undefined) return failed(turn, { type: 'newCallEventError', error: 'newCall response empty' });
  if (!isObject(answer) || answer.action === undefined || answer.action === null || answer.action === '') {
    return failed(turn, { type: 'newCallEventError', error: 'newCall response without action' });
  }
  act(turn, participant, answer);
};

const act = (turn: Turn, participant: Participant, answer: JsonObject) => {
  const name = String(answer.action);
  const action = actions.get(name);
  if (action === undefined) {
    const detail = unavailable.has(name) ? 'this server does not carry out the action' : 'no such action';
    const details = { action: name, detail };
    return failed(turn, { type: 'newCallEventError', error: 'newCall response with unknown action', details });
  }
  const violations = turn.world.validateAnswer('newCall', answer).filter(({ pointer }) => pointer !== '/dropCode');
  if (violations.length > 0) {
    const details = { violations: violations.map(({ pointer, message }) => `${pointer} ${message}`) };
    return failed(turn, { type: 'newCallEventError', error: 'newCall request failed', details });
  }
  action(turn, participant, answer);
};

/** The answer to getCallIdentifier: the call goes to the IVR (D-ENTRY). */
export const identified = (turn: Turn, participant: Participant, result: CallbackResult) => {
  if (participant.state !== 'incoming') return;
  if (!result.ok) return requestFailed(turn, result, 'getCallIdentifier');
  ivr(turn, participant, {});
};

/** The media endpoint is there: 200 with its answer, or with our offer when the INVITE had none. */
export const answer = (turn: Turn, participant: Participant, sdp: string) => {
  const lateOffer = turn.session.inbound?.sdp === undefined;
  emit(turn, { type: 'sip.answer', leg: participant.leg, sdp });
  change(turn, { answeredAt: turn.session.answeredAt ?? turn.world.now });
  changeParticipant(turn, participant.id, { state: 'answering', localSdp: sdp, awaitsAnswer: lateOffer });
};

/** ACK: the IVR starts. With a late offer it brings the answer, without which there is no media. */
export const confirmed = (
  turn: Turn,
  participant: Participant,
  event: Extract<SipEvent, { type: 'sip.confirmed' }>,
) => {
  if (participant.awaitsAnswer) {
    if (event.sdp === undefined) {
      raise(turn, { type: 'callError', error: 'invalidSdp', details: { detail: 'no answer to our offer in the ACK' } });
      return finish(turn, 'error');
    }
    emit(turn, { type: 'media.accept', leg: participant.leg, answer: event.sdp });
  }
  changeParticipant(turn, participant.id, {
    state: 'confirmed',
    awaitsAnswer: false,
    expires: event.expires ?? participant.expires,
  });
  if (participant.state === 'answering') ivrAnswered(turn, participant.id);
};

/** CANCEL by the caller; the SIP side has answered the INVITE with 487. */
export const cancelled = (turn: Turn, participant: Participant) => {
  remove(turn, participant);
  finish(turn, 'cancelled');
};
