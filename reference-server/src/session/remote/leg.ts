/** The leg of a party whose RTP goes to a device: answered, told and re-negotiated without a media endpoint. */
import { answer } from '../answering.ts';
import { remoteAnsweredBody } from '../bodies.ts';
import { gone } from '../call/gone.ts';
import type { ConnectionId } from '../ids.ts';
import { raise, tell } from '../messages.ts';
import type { Participant } from '../participant.ts';
import type { SipEvent } from '../ports/sip.ts';
import { change, changeParticipant, clearTimer, emit, log, type Turn } from '../turn.ts';
import { type Device, deviceAnswer, deviceOffer, type FarEnd, settled } from './device.ts';

/** Number for the o= line that stays the same for the leg. */
export const originOf = ({ id }: Pick<Participant, 'id'>): string => String(Number.parseInt(id.slice(-8), 16));

/**
 * 200 in the device's name; false when the offer of the call lacks its codec. With no offer ours goes out. After a 183 with
 * SDP of ours the 200 has the same, and the device comes in by a re-INVITE (D-DEVICE).
 */
export const answerForDevice = (turn: Turn, participant: Participant, device: Device): boolean => {
  const offered = turn.session.inbound?.sdp;
  const origin = originOf(participant);
  const agreement = offered === undefined ? undefined : deviceAnswer(device, origin, offered);
  if (offered !== undefined && agreement === undefined) return false;
  const sdp = agreement?.sdp ?? deviceOffer(device, origin);
  const { leg, id } = participant;
  clearTimer(turn, `ring/${leg}`);
  if (participant.described) {
    const there = changeParticipant(turn, id, { deviceNext: device, cause: undefined });
    if (there !== undefined) answer(turn, there);
    return true;
  }
  // Early media of an attempt before may be open.
  if (participant.media !== 'none') emit(turn, { type: 'media.close', leg });
  emit(turn, { type: 'sip.answer', leg, sdp });
  change(turn, { answeredAt: turn.session.answeredAt ?? turn.world.now });
  changeParticipant(turn, id, {
    state: 'answering',
    localSdp: sdp,
    awaitsAnswer: agreement === undefined,
    media: 'none',
    cause: undefined,
    device: { ...device, far: agreement?.far },
  });
  return true;
};

/** The answer of the far end to the offer in the device's name, in an ACK or a 200. */
export const settleForDevice = (
  turn: Turn,
  participant: Participant,
  answered: string | undefined,
): FarEnd | undefined => {
  const { id, localSdp, device } = participant;
  const far = answered === undefined || localSdp === undefined ? undefined : settled(localSdp, answered)?.far;
  if (far === undefined || device === undefined) {
    const details = { detail: 'no usable answer to the offer', participantId: id };
    raise(turn, { type: 'callError', error: 'invalidSdp', details });
    gone(turn, participant, { how: 'Failure', reason: 'error', leg: 'to be ended' });
    return undefined;
  }
  changeParticipant(turn, id, { device: { ...device, far } });
  return far;
};

/** The party is there: callAnswered tells the device where to send. */
export const deviceConnected = (turn: Turn, participant: Participant, far: FarEnd) => {
  const id = turn.world.ids.uuid() as ConnectionId;
  const { connections } = turn.session;
  const participants = [participant.id] as const;
  change(turn, { connections: new Map(connections).set(id, { id, kind: 'device', participants }) });
  log(turn, 'connected with a device', { participantId: participant.id });
  const body = remoteAnsweredBody(turn.session, participant, id, far);
  tell(turn, 'callAnswered', body, { participant: participant.id, connection: id });
};

/** ACK of a call that is answered for a device. */
export const deviceConfirmed = (
  turn: Turn,
  participant: Participant,
  { sdp, expires }: Extract<SipEvent, { type: 'sip.confirmed' }>,
) => {
  const { awaitsAnswer, device, id } = participant;
  const far = awaitsAnswer ? settleForDevice(turn, participant, sdp) : device?.far;
  if (far === undefined) return;
  const first = participant.state === 'answering';
  const patch = { state: 'confirmed', awaitsAnswer: false, expires: expires ?? participant.expires } as const;
  const there = changeParticipant(turn, id, patch);
  if (first && there !== undefined) deviceConnected(turn, there, far);
};

/** An offer inside the dialog is answered in the device's name. */
export const deviceOffered = (
  turn: Turn,
  participant: Participant,
  { leg, offerId, sdp: offered }: Extract<SipEvent, { type: 'sip.offered' }>,
) => {
  const { device, localSdp, id } = participant;
  if (device === undefined || offered === undefined) return;
  const agreement = deviceAnswer(device, originOf(participant), offered, localSdp);
  if (agreement === undefined) return emit(turn, { type: 'sip.respondOffer', leg, offerId, status: 488 });
  changeParticipant(turn, id, { localSdp: agreement.sdp, device: { ...device, far: agreement.far } });
  emit(turn, { type: 'sip.respondOffer', leg, offerId, status: 200, sdp: agreement.sdp });
};

/**
 * A party who talked to us before: a re-INVITE leads its RTP to the device, as soon as the one before has its answer. What
 * media worked on for it is refused in favour of ours (RFC 3261 section 14).
 */
export const redirectToDevice = (turn: Turn, participant: Participant, device: Device) => {
  const { id, leg, localSdp, reoffer, offerDue, updating } = participant;
  const sdp = deviceOffer(device, originOf(participant), localSdp);
  const offerId = offerDue ?? updating;
  if (offerId !== undefined) emit(turn, { type: 'sip.respondOffer', leg, offerId, status: 491 });
  if (participant.media !== 'none') emit(turn, { type: 'media.close', leg });
  clearTimer(turn, `reoffer/${id}`);
  const waits = reoffer?.state === 'sent';
  changeParticipant(turn, id, {
    localSdp: sdp,
    media: 'none',
    cause: undefined,
    offerDue: undefined,
    updating: undefined,
    device: { ...device, far: undefined },
    reoffer: { direction: 'sendrecv', state: waits ? 'overtaken' : 'sent', next: undefined },
  });
  if (!waits) emit(turn, { type: 'sip.reoffer', leg, sdp });
};

/** Its answer. */
export const redirected = (turn: Turn, participant: Participant, answered: string | undefined) => {
  const there = changeParticipant(turn, participant.id, { reoffer: undefined }) ?? participant;
  const far = settleForDevice(turn, there, answered);
  if (far !== undefined) deviceConnected(turn, there, far);
};
