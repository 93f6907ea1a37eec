/**
 * The state machine of a session: (session, event) → session and effects. Pure; whoever calls it carries the effects
 * out and comes back with what becomes of them.
 */
import type { Effect, SessionEvent, TimerKey } from './events.ts';
import { conclude, dismiss, finish, gone } from './finish.ts';
import type { LegId, ParticipantId } from './ids.ts';
import * as inbound from './inbound.ts';
import * as ivr from './ivr/loop.ts';
import { isObject } from './json.ts';
import { pump, raise, settle } from './messages.ts';
import * as offers from './offers.ts';
import * as outbound from './outbound.ts';
import type { Participant } from './participant.ts';
import type { CallbackResult, MediaEvent, SipEvent } from './ports.ts';
import type { Session } from './session.ts';
import { byLeg, change, type Turn, type World } from './turn.ts';

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
    default: {
      const participant = byLeg(turn.session, event.leg);
      if (participant !== undefined) legEvent(turn, participant, event);
    }
  }
};

type LegEvent = Exclude<SipEvent, { type: 'sip.incoming' }> | MediaEvent;

const legEvent = (turn: Turn, participant: Participant, event: LegEvent) => {
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
      return;
    case 'sip.dtmf':
    case 'media.dtmf':
      return ivr.pressed(turn, participant, event.digit);
    case 'media.opened':
      return opened(turn, participant, event.sdp);
    case 'media.updated':
      return offers.updated(turn, participant, event);
    case 'media.failed':
      return offers.mediaFailed(turn, participant, event);
    case 'media.played':
    case 'media.playFailed':
      return ivr.played(turn, participant, event);
    case 'media.rtpTimeout':
      raise(turn, { type: 'callError', error: 'RTP media timeout', details: { participantId: participant.id } });
      return finish(turn, 'error');
    default:
      return event satisfies never;
  }
};

const opened = (turn: Turn, participant: Participant, sdp: string) => {
  if (participant.state === 'incoming') return inbound.answer(turn, participant, sdp);
  if (participant.state === 'preparing') outbound.send(turn, participant, sdp);
};

/** The far end or the signalling ended the leg (D-EVENT; in an IVR call nobody remains to be asked for). */
const ended = (turn: Turn, participant: Participant, cause: 'bye' | 'sessionExpired' | 'failure') => {
  if (cause === 'bye') {
    return gone(turn, participant.id, participant.role === 'caller' ? 'callingPartyDrop' : 'calledPartyDrop');
  }
  if (cause === 'sessionExpired') {
    raise(turn, { type: 'callError', error: 'sessionExpired', details: { participantId: participant.id } });
  }
  gone(turn, participant.id, 'error');
};

const timer = (turn: Turn, key: TimerKey) => {
  const [kind, id] = key.split('/') as [string, string | undefined];
  const participant = turn.session.participants.get(id as ParticipantId);
  switch (kind) {
    case 'maxSession':
      raise(turn, { type: 'sessionError', error: 'maxDuration' });
      return finish(turn, 'maxDuration');
    case 'ring': {
      const ringing = byLeg(turn.session, id as LegId);
      if (ringing?.state !== 'calling') return;
      if (turn.session.participants.size === 1) return finish(turn, 'noAnswer');
      return dismiss(turn, ringing);
    }
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
  // An answer that comes after its participant went is read and changes nothing (D-LATE).
  const participant = outgoing.about && turn.session.participants.get(outgoing.about);
  if (participant === undefined || turn.session.ending !== undefined) return;
  adoptReference(turn, outcome);
  switch (outgoing.name) {
    case 'newCall':
      return inbound.newCallAnswered(turn, participant, outcome);
    case 'getCallIdentifier':
      return inbound.identified(turn, participant, outcome);
    case 'getIvrCommand':
      return ivr.commanded(turn, participant, outcome, replyId);
    default:
      return;
  }
};

/** An answer may set or replace the reference; null takes it back (D-LASTREF, D-OPT). */
const adoptReference = (turn: Turn, outcome: CallbackResult) => {
  if (!outcome.ok || !isObject(outcome.body)) return;
  const reference = outcome.body.sessionReferenceId;
  if (reference !== undefined) change(turn, { reference: reference ?? undefined });
};
