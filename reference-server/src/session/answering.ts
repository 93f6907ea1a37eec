/** An inbound leg on its way to being answered: media, 200, ACK. */
import type { Participant } from './participant.ts';
import { change, changeParticipant, emit, type Turn } from './turn.ts';

/** Opens the endpoint of an inbound leg with its offer; `media.opened` follows. */
export const openMedia = (turn: Turn, participant: Participant, rtpTimeoutSeconds: number) => {
  if (participant.media !== 'none') return;
  const offer = turn.session.inbound?.sdp;
  changeParticipant(turn, participant.id, { media: 'opening', watched: rtpTimeoutSeconds > 0 });
  const source = turn.session.inbound?.sourceAddress;
  const request = {
    rtpTimeoutSeconds,
    waits: true,
    ...(offer !== undefined && { offer }),
    ...(source !== undefined && { source }),
  };
  emit(turn, { type: 'media.open', leg: participant.leg, request });
};

/** 200 with the endpoint's answer, or with our offer when the INVITE had none; `sip.confirmed` follows. */
export const answer = (turn: Turn, participant: Participant) => {
  const { leg, id, localSdp, state } = participant;
  if (state !== 'incoming' || localSdp === undefined) return;
  emit(turn, { type: 'sip.answer', leg, sdp: localSdp }, { type: 'media.start', leg });
  change(turn, { answeredAt: turn.session.answeredAt ?? turn.world.now });
  changeParticipant(turn, id, { state: 'answering', awaitsAnswer: turn.session.inbound?.sdp === undefined });
};

/** The call is answered: from now on silence counts (D-MAX). */
export const watch = (turn: Turn, participant: Participant) => {
  if (participant.watched) return;
  changeParticipant(turn, participant.id, { watched: true });
  const { rtpTimeoutSeconds } = turn.session.domain;
  emit(turn, { type: 'media.watch', leg: participant.leg, rtpTimeoutSeconds });
};
