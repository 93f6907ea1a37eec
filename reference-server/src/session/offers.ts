/** re-INVITE and UPDATE that a party sends inside its dialog. */
import { gone } from './call/gone.ts';
import { askedForOffer, directed } from './call/reoffer.ts';
import { notify, raise } from './messages.ts';
import type { Participant } from './participant.ts';
import type { MediaEvent } from './ports/media-event.ts';
import type { SipEvent } from './ports/sip.ts';
import { deviceOffered } from './remote/leg.ts';
import { changeParticipant, emit, type Turn } from './turn.ts';

export const offered = (turn: Turn, participant: Participant, event: Extract<SipEvent, { type: 'sip.offered' }>) => {
  const { leg, offerId, method, sdp } = event;
  notify(turn, participant.id, method);
  if (sdp !== undefined && participant.device !== undefined) return deviceOffered(turn, participant, event);
  if (sdp !== undefined) {
    changeParticipant(turn, participant.id, { updating: offerId });
    return emit(turn, { type: 'media.update', leg, offerId, offer: sdp });
  }
  // An UPDATE without SDP only refreshes the session; a re-INVITE without SDP asks for our offer (RFC 3261 14.2).
  if (method === 'reInvite' && participant.media === 'open') return askedForOffer(turn, participant, offerId);
  const offer = method === 'reInvite' ? participant.localSdp : undefined;
  if (offer !== undefined) changeParticipant(turn, participant.id, { awaitsAnswer: true });
  emit(turn, { type: 'sip.respondOffer', leg, offerId, status: 200, ...(offer !== undefined && { sdp: offer }) });
};

export const updated = (
  turn: Turn,
  participant: Participant,
  event: Extract<MediaEvent, { type: 'media.updated' }>,
) => {
  changeParticipant(turn, participant.id, { localSdp: event.sdp, updating: undefined });
  emit(turn, {
    type: 'sip.respondOffer',
    leg: participant.leg,
    offerId: event.offerId,
    status: 200,
    sdp: event.sdp,
  });
  directed(turn, participant, event.direction);
};

/**
 * Media that cannot be had. A refused offer inside the dialog leaves the call as it was (RFC 3261 14.2); anything else
 * ends it, before the answer with the status that fits.
 */
export const mediaFailed = (
  turn: Turn,
  participant: Participant,
  event: Extract<MediaEvent, { type: 'media.failed' }>,
) => {
  const { reason, detail, offerId, leg } = event;
  const invalid = reason === 'invalidSdp';
  const details = { detail, participantId: participant.id };
  raise(
    turn,
    invalid
      ? { type: 'callError', error: 'invalidSdp', details }
      : { type: 'ivrCommandError', error: 'mediaServerError', details },
  );
  if (offerId !== undefined) {
    changeParticipant(turn, participant.id, { updating: undefined });
    return emit(turn, { type: 'sip.respondOffer', leg, offerId, status: invalid ? 488 : 500 });
  }
  // Early media that cannot be used is not heard; the answer may be another.
  if (invalid && participant.state === 'calling') return;
  // A caller without an answer is told why; whom we called is given up, and the other one is asked for.
  const status = invalid ? 488 : reason === 'noResources' ? 503 : 500;
  gone(turn, participant, { how: 'Failure', reason: 'error', leg: 'to be ended', status });
};
