/** From two legs to two parties who hear each other: both answered, callAnswered, greeting, joined (D-ANSWER, D-GREET). */
import { answer, openMedia, watch } from '../answering.ts';
import { callAnsweredBody } from '../bodies.ts';
import { type CallConnection, callOf, counterpart } from '../connection.ts';
import { tell } from '../messages.ts';
import type { Participant } from '../participant.ts';
import type { CallPlan } from '../plan.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import { startRecording } from '../recording.ts';
import { changeParticipant, emit, log, type Turn } from '../turn.ts';
import { newConnection } from './dial.ts';
import { jobOver, nextRound } from './greeting.ts';
import { inviteMonitor } from './monitor.ts';
import { align } from './reoffer.ts';
import { send } from './send.ts';
import { current, join, partiesOf, put, silence } from './stage.ts';

/** Joins two legs that are there already, answering what is not answered yet. */
export const connectParties = (turn: Turn, caller: Participant, callee: Participant, plan: CallPlan) => {
  for (const { id } of [caller, callee]) changeParticipant(turn, id, { toIvr: false, cause: undefined });
  proceed(turn, newConnection(turn, [caller.id, callee.id], 'answering', plan));
};

/** The callee has answered: now the caller is. */
export const calleeAnswered = (turn: Turn, connection: CallConnection) => {
  const quiet = silence(turn, connection);
  const parties = partiesOf(turn, connection);
  // The greeting comes before they hear each other (D-GREET).
  const apart = parties !== undefined && connection.joined && connection.plan.greeting.length > 0;
  if (apart) emit(turn, { type: 'media.separate', legs: [parties.caller.leg, parties.callee.leg] });
  proceed(turn, { ...quiet, stage: 'answering', joined: connection.joined && !apart });
};

/** Goes on as far as the two legs let it. */
const proceed = (turn: Turn, connection: CallConnection) => {
  put(turn, connection);
  const parties = partiesOf(turn, connection);
  if (parties === undefined) return;
  const { caller, callee } = parties;
  for (const party of [caller, callee]) {
    openMedia(turn, party.state === 'incoming' ? party : { ...party, media: 'open' }, 0);
    answer(turn, party);
  }
  if (caller.state === 'confirmed' && callee.state === 'confirmed') connected(turn, connection, caller, callee);
};

/** Media of a party is open, or its ACK has come. */
export const partyReady = (turn: Turn, participant: Participant) => {
  const connection = callOf(turn.session, participant.id);
  if (connection?.stage === 'answering') return proceed(turn, connection);
  const callee = connection?.stage === 'dialling' ? partiesOf(turn, connection)?.callee : undefined;
  if (callee?.state !== 'preparing' || callee.localSdp === undefined) return;
  send(turn, callee, callee.localSdp);
};

/** Nobody is called for a caller whose offer may prove unusable yet (RFC 3261 section 13.3.1.3). */
export const callerReady = ({ session }: Turn, callee: Participant): boolean =>
  counterpart(session, callee.id)?.media !== 'opening';

const connected = (turn: Turn, connection: CallConnection, caller: Participant, callee: Participant) => {
  const { plan, id } = connection;
  log(turn, 'parties connected', { connectionId: id });
  tell(turn, 'callAnswered', callAnsweredBody(turn.session, caller, callee, connection), { connection: id });
  for (const party of [caller, callee]) watch(turn, party);
  align(turn, caller, callee.direction);
  align(turn, callee, caller.direction);
  const greeted = put(turn, { ...connection, stage: 'greeting', rounds: plan.greeting });
  if (plan.recording !== undefined) startRecording(turn, greeted, plan.recording.fileName);
  if (plan.monitor !== undefined) inviteMonitor(turn, greeted, caller, plan.monitor);
  goOn(turn, current(turn, id) ?? greeted);
};

/** The next greeting, or the parties hear each other. */
const goOn = (turn: Turn, connection: CallConnection) => {
  if (nextRound(turn, connection)) return;
  const parties = partiesOf(turn, connection);
  if (parties === undefined) return;
  join(turn, put(turn, { ...connection, stage: 'talking' }), parties.caller, parties.callee);
};

/** Something that was played to a party of a call is over. */
export const played = (
  turn: Turn,
  participant: Participant,
  event: Extract<MediaEvent, { type: 'media.played' | 'media.playFailed' }>,
) => {
  const connection = callOf(turn.session, participant.id);
  if (connection === undefined || !jobOver(turn, connection, participant, event)) return;
  const now = current(turn, connection.id);
  if (now?.stage === 'greeting') goOn(turn, now);
};
