/** Calls of the Cloud UA: signalling for a device elsewhere (D-CUA). */
import { newRemoteCallBody } from '../bodies.ts';
import type { SessionEvent } from '../events.ts';
import { faultsOfReference } from '../faults.ts';
import { finish } from '../finish.ts';
import type { LegId, ParticipantId } from '../ids.ts';
import { ask, raise } from '../messages.ts';
import { newParticipant, type Participant } from '../participant.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import type { InboundCall, SipEvent } from '../ports/sip.ts';
import { change, changeParticipant, emit, log, startTimer, type Turn } from '../turn.ts';
import { deviceOffer, farEndOf } from './device.ts';
import { deviceConnected, originOf, settleForDevice } from './leg.ts';

/** The status of a call that the application cannot be told of. */
const notTold = 480;

export const remoteIncoming = (turn: Turn, participant: Participant, call: InboundCall) => {
  const far = call.sdp === undefined ? undefined : farEndOf(call.sdp);
  if (call.sdp !== undefined && far === undefined) {
    const details = { detail: 'the offer has no audio in PCMU, PCMA or GSM', participantId: participant.id };
    raise(turn, { type: 'callError', error: 'invalidSdp', details });
    return finish(turn, 'error', 488);
  }
  startTimer(turn, `ring/${participant.leg}`, turn.session.domain.maxRingSeconds);
  ask(turn, 'newRemoteCall', newRemoteCallBody(turn.session, call, far), participant.id, {
    participant: participant.id,
  });
};

/** 200 will do, with an object or nothing: what becomes of the call is said by operations. */
export const remoteCallTold = (turn: Turn, participant: Participant, result: CallbackResult) => {
  if (participant.state !== 'incoming' || (!result.ok && result.cause === 'empty')) return;
  const cause = result.ok ? 'schema' : result.cause;
  const detail = result.ok ? faultsOfReference(turn, 'newRemoteCall', result.body) : result.detail;
  if (detail === undefined) return;
  log(turn, 'newRemoteCall failed', { cause, detail });
  finish(turn, 'error', notTold);
};

export const placeRemote = (turn: Turn, { invite, user, device }: Extract<SessionEvent, { type: 'place remote' }>) => {
  const { maxRingSeconds, maxSessionSeconds } = turn.session.domain;
  const id = turn.world.ids.uuid() as ParticipantId;
  const leg = turn.world.ids.uuid() as LegId;
  const sdp = deviceOffer(device, originOf({ id }));
  const participant = newParticipant({
    id,
    leg,
    role: 'callee',
    state: 'calling',
    user,
    remoteUser: invite.fromUser,
    maxRingSeconds,
    localSdp: sdp,
    device: { ...device, far: undefined },
  });
  change(turn, { participants: new Map([[id, participant]]) });
  startTimer(turn, 'maxSession', maxSessionSeconds);
  startTimer(turn, `ring/${leg}`, maxRingSeconds);
  emit(turn, { type: 'sip.invite', leg, invite: { ...invite, sdp } });
};

/** The far end of an outbound call has answered. */
export const remoteAnswered = (
  turn: Turn,
  participant: Participant,
  event: Extract<SipEvent, { type: 'sip.answered' }>,
) => {
  const there = changeParticipant(turn, participant.id, { state: 'confirmed' }) ?? participant;
  const far = settleForDevice(turn, there, event.sdp);
  if (far !== undefined) deviceConnected(turn, there, far);
};
