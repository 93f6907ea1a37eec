/** An outbound leg whose media endpoint is there: its INVITE. */
import type { Participant } from '../participant.ts';
import { changeParticipant, emit, log, startTimer, type Turn } from '../turn.ts';

/** The media endpoint is there: the INVITE leaves with its offer. */
export const send = (turn: Turn, participant: Participant, sdp: string) => {
  const { invite, leg } = participant;
  if (invite === undefined) return;
  log(turn, 'call goes out', { uri: invite.uri });
  emit(turn, { type: 'sip.invite', leg, invite: { ...invite, sdp } });
  startTimer(turn, `ring/${leg}`, participant.maxRingSeconds);
  changeParticipant(turn, participant.id, { state: 'calling', localSdp: sdp, invite: undefined });
};
