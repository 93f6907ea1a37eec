/** Participants who wait for somebody: in the IVR, or while callEvent asks what is to become of them (D-ACTION). */
import { callOf } from '../connection.ts';
import { withdraw } from '../messages.ts';
import type { Participant } from '../participant.ts';
import { phrasesOver } from '../recording.ts';
import type { Session } from '../session.ts';
import { change, changeParticipant, clearTimer, emit, type Turn } from '../turn.ts';

export const isWaiting = (session: Session, participant: Participant): boolean =>
  session.ending === undefined &&
  participant.role !== 'monitor' &&
  participant.state === 'confirmed' &&
  participant.connecting === undefined &&
  participant.device === undefined &&
  callOf(session, participant.id) === undefined;

/** The participant as one that nobody serves or asks about any more. */
export const takeFromIvr = (turn: Turn, { id, leg, ivr, reoffer }: Participant): Participant => {
  withdraw(turn, id);
  // What it was to be told of is settled anew by the connection that it goes to, in whichever session that is.
  const delayed = reoffer?.state === 'delayed';
  if (delayed) clearTimer(turn, `reoffer/${id}`);
  if (ivr !== undefined) {
    clearTimer(turn, `collect/${id}`);
    clearTimer(turn, `command/${id}`);
    if (ivr.mode === 'playing' && ivr.job !== undefined) {
      emit(turn, { type: 'media.stop', leg, job: ivr.job, what: 'all' });
    }
    emit(turn, { type: 'media.background', leg, prompt: undefined });
    phrasesOver(turn, id);
    const connections = new Map(turn.session.connections);
    connections.delete(ivr.connection);
    change(turn, { connections });
  }
  const free = changeParticipant(turn, id, {
    ivr: undefined,
    toIvr: false,
    cause: undefined,
    reoffer: delayed ? undefined : reoffer,
  });
  if (free === undefined) throw new Error('a participant who waits is in the session');
  return free;
};
