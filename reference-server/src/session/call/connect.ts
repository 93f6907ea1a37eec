/** From two legs to two parties who hear each other: both answered, callAnswered, greeting, joined (D-ANSWER, D-GREET). */
import { answer, openMedia, watch } from '../answering.ts';
import { callAnsweredBody } from '../bodies.ts';
import { type CallConnection, callOf } from '../connection.ts';
import { tell } from '../messages.ts';
import type { Participant } from '../participant.ts';
import type { CallPlan } from '../plan.ts';
import type { MediaEvent } from '../ports.ts';
import { startRecording } from '../recording.ts';
import { changeParticipant, emit, log, type Turn } from '../turn.ts';
import { newConnection, tellCaller } from './dial.ts';
import { jobOver, nextRound } from './greeting.ts';
import { inviteMonitor } from './monitor.ts';
import { current, partiesOf, put, silence } from './stage.ts';

/** Joins two legs that are there already, answering what is not answered yet. */
export const connectParties = (turn: Turn, caller: Participant, callee: Participant, plan: CallPlan) => {
  for (const { id } of [caller, callee]) changeParticipant(turn, id, { toIvr: false, cause: undefined });
  proceed(turn, newConnection(turn, [caller.id, callee.id], 'answering', plan));
};

/** The callee has answered: now the caller is. */
export const calleeAnswered = (turn: Turn, connection: CallConnection) => {
  proceed(turn, { ...silence(turn, connection), stage: 'answering' });
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
  if (connection?.stage === 'dialling' && connection.ringing) tellCaller(turn, connection);
};

const connected = (turn: Turn, connection: CallConnection, caller: Participant, callee: Participant) => {
  const { plan, id } = connection;
  log(turn, 'parties connected', { connectionId: id });
  tell(turn, 'callAnswered', callAnsweredBody(turn.session, caller, callee, connection), { connection: id });
  for (const party of [caller, callee]) watch(turn, party);
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
  put(turn, { ...connection, stage: 'talking' });
  emit(turn, { type: 'media.join', legs: [parties.caller.leg, parties.callee.leg] });
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
