/** The leg of somebody who listens: nothing that becomes of it touches the call (D-MON). */
import { monitorAnsweredBody } from '../bodies.ts';
import type { CallConnection } from '../connection.ts';
import type { LegId, ParticipantId } from '../ids.ts';
import { tell } from '../messages.ts';
import { newParticipant, type Participant } from '../participant.ts';
import type { CallPlan } from '../plan.ts';
import { change, emit, type Turn } from '../turn.ts';
import { current, partiesOf } from './stage.ts';

type Monitor = NonNullable<CallPlan['monitor']>;

export const inviteMonitor = (turn: Turn, connection: CallConnection, caller: Participant, monitor: Monitor) => {
  const participant = newParticipant({
    id: turn.world.ids.uuid() as ParticipantId,
    leg: turn.world.ids.uuid() as LegId,
    role: 'monitor',
    state: 'preparing',
    user: monitor.user,
    remoteUser: caller.user,
    invite: monitor.invite,
    maxRingSeconds: turn.session.domain.maxRingSeconds,
    media: 'opening',
    monitors: connection.id,
  });
  change(turn, { participants: new Map(turn.session.participants).set(participant.id, participant) });
  // Somebody who only listens may send nothing.
  emit(turn, { type: 'media.open', leg: participant.leg, request: { rtpTimeoutSeconds: 0, near: caller.leg } });
};

export const monitorAnswered = (turn: Turn, monitor: Participant) => {
  const connection = monitor.monitors && current(turn, monitor.monitors);
  const parties = connection && partiesOf(turn, connection);
  if (connection === undefined || parties === undefined) return;
  emit(turn, { type: 'media.listen', monitor: monitor.leg, to: [parties.caller.leg, parties.callee.leg] });
  tell(turn, 'callAnswered', monitorAnsweredBody(turn.session, monitor, connection.id), { participant: monitor.id });
};
