/** Callbacks as the rules use them: ask, tell, raise an alarm; and the pump that sends what may leave. */
import type { Alarm } from './alarm.ts';
import { callNotifyBody } from './bodies.ts';
import type { HttpTransactionId, ParticipantId } from './ids.ts';
import { type Body, isClosed, nextToLeave, type Outgoing, type UnderWay } from './outbox.ts';
import type { CallbackName, CallbackRequest } from './ports/callbacks.ts';
import { change, changeParticipant, emit, type Turn, warn } from './turn.ts';

/** Callbacks whose body has a sessionReferenceId or a httpTransactionId, after the document's tables. */
const withReference: ReadonlySet<CallbackName> = new Set([
  'callNotify',
  'callAnswered',
  'callEvent',
  'getIvrCommand',
  'recordingReady',
  'sessionCompleted',
]);
const withTransaction: ReadonlySet<CallbackName> = new Set(['callNotify', 'callAnswered', 'sessionCompleted']);

const queue = (turn: Turn, outgoing: Outgoing) => {
  const { outbox } = turn.session;
  if (isClosed(outbox)) return;
  change(turn, { outbox: { ...outbox, waiting: [...outbox.waiting, outgoing] } });
};

/** A callback whose answer decides what happens next; the reducer gets it with `about`. */
export const ask = (turn: Turn, name: CallbackName, body: Body, about: ParticipantId, reply?: Outgoing['reply']) => {
  const asked = (turn.session.participants.get(about)?.asked ?? 0) + 1;
  changeParticipant(turn, about, { asked });
  queue(turn, { name, body, kind: 'question', about, asked, ...(reply && { reply }) });
};

export const tell = (turn: Turn, name: CallbackName, body: Body, reply?: Outgoing['reply']) =>
  queue(turn, { name, body, kind: 'notification', ...(reply && { reply }) });

/** The last callback of the session. Questions that nobody can act on any more are taken back. */
export const tellLast = (turn: Turn, body: Body) => queue(turn, { name: 'sessionCompleted', body, kind: 'last' });

export const dropQuestions = (turn: Turn) => {
  const { outbox } = turn.session;
  change(turn, { outbox: { ...outbox, waiting: outbox.waiting.filter((outgoing) => outgoing.kind !== 'question') } });
};

/** Takes back what is asked about a participant: it went, or somebody else has decided. */
export const withdraw = (turn: Turn, id: ParticipantId) => {
  const { outbox, participants } = turn.session;
  const waiting = outbox.waiting.filter(({ kind, about }) => kind !== 'question' || about !== id);
  change(turn, { outbox: { ...outbox, waiting } });
  const asked = (participants.get(id)?.asked ?? 0) + 1;
  changeParticipant(turn, id, { asked });
};

/** callNotify about a participant of the session; carries a replyId (D-REPLYIN). */
export const notify = (turn: Turn, id: ParticipantId, event: 'ringing' | 'reInvite' | 'update') => {
  const participant = turn.session.participants.get(id);
  if (participant === undefined) return;
  const body = callNotifyBody(turn.session, participant, event, turn.world.node);
  tell(turn, 'callNotify', body, { participant: id });
};

const address = (turn: Turn) => {
  const { session, world } = turn;
  const token = `${session.id}/${session.outbox.sent + 1}`;
  change(turn, { outbox: { ...session.outbox, sent: session.outbox.sent + 1 } });
  return { token, httpTransactionId: world.ids.uuid() as HttpTransactionId };
};

/** D-ALARM. Leaves at once and holds nobody up but sessionCompleted. */
export const raise = (turn: Turn, alarm: Alarm) => {
  if (isClosed(turn.session.outbox)) return;
  const { type, error, details } = alarm;
  warn(turn, 'alarm', { type, error, details });
  const { token, httpTransactionId } = address(turn);
  const { session } = turn;
  change(turn, { outbox: { ...session.outbox, alarms: new Set([...session.outbox.alarms, token]) } });
  emit(turn, {
    type: 'callback',
    request: {
      session: session.id,
      domain: session.domain.name,
      name: 'alarm',
      body: {
        type,
        domain: session.domain.name,
        sessionId: session.id,
        error,
        errorDetails: details,
        ...('about' in alarm && alarm.about),
      },
      token,
      httpTransactionId,
    },
  });
};

const complete = (turn: Turn, outgoing: Outgoing): CallbackRequest => {
  const { token, httpTransactionId } = address(turn);
  const { session, world } = turn;
  const { name, reply } = outgoing;
  const claims = reply && { domain: session.domain.name, session: session.id, ...reply };
  return {
    session: session.id,
    domain: session.domain.name,
    name,
    ...(session.baseUrl !== undefined && { baseUrl: session.baseUrl }),
    ...(session.instance !== undefined && { instance: session.instance }),
    body: {
      ...outgoing.body,
      ...(claims && { replyId: world.ids.replyId(claims) }),
      ...(withReference.has(name) && session.reference !== undefined && { sessionReferenceId: session.reference }),
      ...(withTransaction.has(name) && { httpTransactionId }),
    },
    token,
    httpTransactionId,
  };
};

/** Sends the next callback of the session when none is under way. */
export const pump = (turn: Turn) => {
  const outgoing = nextToLeave(turn.session.outbox);
  if (outgoing === undefined) return;
  const request = complete(turn, outgoing);
  const { outbox } = turn.session;
  const replyId = typeof request.body.replyId === 'string' ? request.body.replyId : undefined;
  change(turn, {
    outbox: { ...outbox, waiting: outbox.waiting.slice(1), underWay: { token: request.token, outgoing, replyId } },
  });
  emit(turn, { type: 'callback', request });
};

/** Takes a result off the books; the callback it belongs to, unless it was an alarm or is not known. */
export const settle = (turn: Turn, token: string): UnderWay | undefined => {
  const { outbox } = turn.session;
  if (outbox.alarms.has(token)) {
    const alarms = new Set([...outbox.alarms].filter((other) => other !== token));
    change(turn, { outbox: { ...outbox, alarms } });
    return undefined;
  }
  if (outbox.underWay?.token !== token) return undefined;
  change(turn, { outbox: { ...outbox, underWay: undefined } });
  return outbox.underWay;
};
