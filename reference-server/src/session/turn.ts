/**
 * One step of the state machine while it is worked out: the session so far and the effects collected. The session that
 * went in stays as it was; each change here puts a new one in its place.
 */
import type { Effect, TimerKey } from './events.ts';
import type { LegId, ParticipantId } from './ids.ts';
import type { Json } from './json.ts';
import type { Participant } from './participant.ts';
import type { CallbackName } from './ports/callbacks.ts';
import type { IdPort } from './ports/reply-id.ts';
import type { Session } from './session.ts';

export interface Violation {
  /** JSON pointer into the answer. */
  readonly pointer: string;
  readonly message: string;
}

/** What a step may know besides session and event. */
export interface World {
  /** Monotonic milliseconds at the event. */
  readonly now: number;
  readonly ids: IdPort;
  /** `ivrServer` of the callbacks. */
  readonly node: string;
  /** Checks an application's answer against the API's schema; empty when it conforms. */
  readonly validateAnswer: (name: CallbackName, answer: Json) => readonly Violation[];
}

export interface Turn {
  session: Session;
  readonly effects: Effect[];
  readonly world: World;
}

export const emit = (turn: Turn, ...effects: Effect[]) => {
  turn.effects.push(...effects);
};

export const change = (turn: Turn, patch: Partial<Session>) => {
  turn.session = { ...turn.session, ...patch };
};

/** The participant after the change; undefined when it is gone. */
export const changeParticipant = (
  turn: Turn,
  id: ParticipantId,
  patch: Partial<Participant>,
): Participant | undefined => {
  const participant = turn.session.participants.get(id);
  if (participant === undefined) return undefined;
  const changed = { ...participant, ...patch };
  change(turn, { participants: new Map(turn.session.participants).set(id, changed) });
  return changed;
};

export const byLeg = (session: Session, leg: LegId): Participant | undefined =>
  [...session.participants.values()].find((participant) => participant.leg === leg);

export const startTimer = (turn: Turn, key: TimerKey, seconds: number) =>
  emit(turn, { type: 'timer.set', key, milliseconds: Math.round(seconds * 1000) });

export const clearTimer = (turn: Turn, key: TimerKey) => emit(turn, { type: 'timer.clear', key });

export const log = (turn: Turn, message: string, fields: Readonly<Record<string, unknown>> = {}) =>
  emit(turn, { type: 'log', level: 'info', fields, message });

export const warn = (turn: Turn, message: string, fields: Readonly<Record<string, unknown>> = {}) =>
  emit(turn, { type: 'log', level: 'warn', fields, message });
