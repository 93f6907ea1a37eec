/**
 * The state machine of a session: (session, event) → session and effects. Pure; whoever calls it carries the effects
 * out and comes back with what becomes of them.
 */

import { answer } from './answering.ts';
import { callerReady, partyReady, played } from './call/connect.ts';
import { gone } from './call/gone.ts';
import { askedFor, foundElsewhere, handedOver } from './call/handover.ts';
import { offerMade, reoffered, tryAgain } from './call/reoffer.ts';
import { send } from './call/send.ts';
import { callEventAnswered } from './call-event.ts';
import { callOf } from './connection.ts';
import type { Effect, SessionEvent, TimerKey } from './events.ts';
import { isOfAnother } from './faults.ts';
import { conclude, finish } from './finish.ts';
import type { LegId, ParticipantId, RecordingId } from './ids.ts';
import * as inbound from './inbound.ts';
import * as ivr from './ivr/loop.ts';
import { isObject } from './json.ts';
import { lacksFeature } from './lacking.ts';
import { pump, raise, settle } from './messages.ts';
import * as offers from './offers.ts';
import * as outbound from './outbound.ts';
import type { Participant } from './participant.ts';
import type { CallbackResult } from './ports/callbacks.ts';
import type { MediaEvent } from './ports/media-event.ts';
import type { SipEvent } from './ports/sip.ts';
import { recorded, recordingLost } from './recording.ts';
import { placeRemote, remoteCallTold } from './remote/call.ts';
import type { Session } from './session.ts';
import { byLeg, change, changeParticipant, emit, type Turn, type World } from './turn.ts';

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

export const reduce = (session: Session, event: SessionEvent, world: World): Step =>
  step(session, world, (turn) => handle(turn, event));

/** Runs `work` as one step; operations of the API are steps that also answer. */
export const step = (session: Session, world: World, work: (turn: Turn) => void): Step => {
  const turn: Turn = { session, effects: [], world };
  work(turn);
  conclude(turn);
  pump(turn);
  return { session: turn.session, effects: turn.effects };
};

const handle = (turn: Turn, event: SessionEvent) => {
  switch (event.type) {
    case 'sip.incoming':
      return inbound.incoming(turn, event.call);
    case 'place':
      return outbound.place(turn, event);
    case 'timer':
      return timer(turn, event.key);
    case 'callback.result':
      return result(turn, event.token, event.result);
    case 'place remote':
      return placeRemote(turn, event);
    case 'asked for':
      return askedFor(turn, event);
    case 'handed over':
      return handedOver(turn, event);
    case 'found elsewhere':
      return foundElsewhere(turn, event);
    case 'media.recorded':
      return recorded(turn, event);
    default: {
      const participant = byLeg(turn.session, event.leg);
      if (participant !== undefined) legEvent(turn, participant, event);
    }
  }
};

type LegEvent = Exclude<SipEvent, { type: 'sip.incoming' }> | Exclude<MediaEvent, { type: 'media.recorded' }>;

const legEvent = (turn: Turn, participant: Participant, event: LegEvent) => {
  // Sent before the endpoint was closed, or of no endpoint of ours.
  if (event.type.startsWith('media.') && participant.media === 'none') return;
  switch (event.type) {
    case 'sip.progress':
      return outbound.progress(turn, participant, event);
    case 'sip.answered':
      return outbound.answered(turn, participant, event);
    case 'sip.failed':
      return outbound.refused(turn, participant, event.status);
    case 'sip.cancelFailed':
      return outbound.cancelFailed(turn, participant);
    case 'sip.confirmed':
      return inbound.confirmed(turn, participant, event);
    case 'sip.cancelled':
      return inbound.cancelled(turn, participant);
    case 'sip.ended':
      return ended(turn, participant, event.cause);
    case 'sip.offered':
      return offers.offered(turn, participant, event);
    case 'sip.reoffered':
      return reoffered(turn, participant, event);
    case 'sip.dtmf':
      if (lacksFeature(turn.session.domain, 'sip-info-dtmf')) return;
      // Keys in the stream reach the other party with it; this one has to be put there.
      if (participant.ivr === undefined) emit(turn, { type: 'media.press', leg: participant.leg, digit: event.digit });
      return ivr.pressed(turn, participant, event.digit);
    case 'media.dtmf':
      if (event.source === 'inband' && lacksFeature(turn.session.domain, 'in-band-dtmf')) return;
      return ivr.pressed(turn, participant, event.digit);
    case 'media.opened':
      return opened(turn, participant, event.sdp);
    case 'media.offered':
      return offerMade(turn, participant, event.sdp);
    case 'media.updated':
      return offers.updated(turn, participant, event);
    case 'media.failed':
      return offers.mediaFailed(turn, participant, event);
    case 'media.played':
    case 'media.playFailed':
      return participant.ivr === undefined ? played(turn, participant, event) : ivr.played(turn, participant, event);
    case 'media.backgroundFailed': {
      const { reason: error, detail } = event;
      return raise(turn, { type: 'ivrCommandError', error, details: { backgroundPrompt: true, detail } });
    }
    case 'media.rtpTimeout':
      raise(turn, { type: 'callError', error: 'RTP media timeout', details: { participantId: participant.id } });
      return gone(turn, participant, { how: 'Failure', reason: 'error', leg: 'to be ended' });
    default:
      return event satisfies never;
  }
};

const opened = (turn: Turn, { id }: Participant, sdp: string) => {
  const participant = changeParticipant(turn, id, { media: 'open', localSdp: sdp });
  if (participant?.state === 'preparing')
    return callerReady(turn, participant) ? send(turn, participant, sdp) : undefined;
  if (participant?.state !== 'incoming') return;
  if (participant.toIvr) answer(turn, participant);
  else partyReady(turn, participant);
};

/** The far end or the signalling ended the leg (D-EVENT). */
const ended = (turn: Turn, participant: Participant, cause: 'bye' | 'sessionExpired' | 'failure') => {
  if (cause === 'bye')
    return gone(turn, participant, { how: 'Drop', reason: droppedBy(turn, participant), leg: 'over' });
  if (cause === 'sessionExpired') {
    raise(turn, { type: 'callError', error: 'sessionExpired', details: { participantId: participant.id } });
  }
  gone(turn, participant, { how: 'Failure', reason: 'error', leg: 'over' });
};

/** In a connection its order tells who called; alone, how the leg came in. */
const droppedBy = ({ session }: Turn, { id, role }: Participant) => {
  const caller = callOf(session, id)?.participants[0];
  return (caller === undefined ? role === 'caller' : caller === id) ? 'callingPartyDrop' : 'calledPartyDrop';
};

const timer = (turn: Turn, key: TimerKey) => {
  const [kind, id] = key.split('/') as [string, string | undefined];
  const participant = turn.session.participants.get(id as ParticipantId);
  switch (kind) {
    case 'maxSession':
      // One that ends already does not end of its age.
      if (turn.session.ending !== undefined) return;
      raise(turn, { type: 'sessionError', error: 'maxDuration' });
      return finish(turn, 'maxDuration');
    case 'ring': {
      const ringing = byLeg(turn.session, id as LegId);
      if (ringing?.state === 'incoming') return finish(turn, 'noAnswer', 480);
      if (ringing?.state !== 'calling') return;
      return gone(turn, ringing, { how: 'Failure', reason: 'noAnswer', leg: 'to be ended' });
    }
    case 'reoffer':
      return tryAgain(turn, participant);
    case 'recording':
      return recordingLost(turn, id as RecordingId);
    case 'collect':
      return ivr.collectTimeout(turn, participant);
    default:
      return ivr.commandTimeout(turn, participant);
  }
};

const result = (turn: Turn, token: string, outcome: CallbackResult) => {
  const settled = settle(turn, token);
  if (settled === undefined) return;
  const { outgoing, replyId } = settled;
  if (outgoing.kind === 'last') return change(turn, { over: true });
  // An answer that comes after its participant went, or after something else was decided, changes nothing (D-LATE).
  const participant = outgoing.about && turn.session.participants.get(outgoing.about);
  if (participant === undefined || turn.session.ending !== undefined || participant.asked !== outgoing.asked) return;
  adoptReference(turn, outcome);
  switch (outgoing.name) {
    case 'newCall':
      return inbound.newCallAnswered(turn, participant, outcome);
    case 'getCallIdentifier':
      return inbound.identified(turn, participant, outcome);
    case 'callEvent':
      return callEventAnswered(turn, participant, outcome);
    case 'newRemoteCall':
      return remoteCallTold(turn, participant, outcome);
    case 'getIvrCommand':
      return ivr.commanded(turn, participant, outcome, replyId);
    default:
      return;
  }
};

/** An answer may set or replace the reference; null takes it back (D-LASTREF, D-OPT). */
const adoptReference = (turn: Turn, outcome: CallbackResult) => {
  if (!outcome.ok || !isObject(outcome.body) || isOfAnother(turn.session, outcome.body)) return;
  const reference = outcome.body.sessionReferenceId;
  if (reference !== undefined) change(turn, { reference: reference ?? undefined });
};
