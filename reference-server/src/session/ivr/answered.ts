/** The moment an IVR party has answered: callAnswered once, then the loop (D-ANSWER). */
import { watch } from '../answering.ts';
import { ivrAnsweredBody } from '../bodies.ts';
import { align } from '../call/reoffer.ts';
import type { ConnectionId, ParticipantId } from '../ids.ts';
import { tell } from '../messages.ts';
import { change, changeParticipant, log, type Turn } from '../turn.ts';
import { begin } from './loop.ts';

export const ivrAnswered = (turn: Turn, id: ParticipantId) => {
  const participant = turn.session.participants.get(id);
  if (participant === undefined) return;
  const connection = turn.world.ids.uuid() as ConnectionId;
  const { connections } = turn.session;
  changeParticipant(turn, id, { toIvr: false });
  change(turn, {
    connections: new Map(connections).set(connection, { id: connection, kind: 'ivr', participants: [id] }),
  });
  log(turn, 'IVR call answered', { participantId: id });
  tell(turn, 'callAnswered', ivrAnsweredBody(turn.session, participant, connection), { participant: id, connection });
  watch(turn, participant);
  align(turn, participant, 'sendrecv');
  begin(turn, participant, connection);
};
