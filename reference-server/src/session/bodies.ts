/** The bodies of the callbacks, without what the outbox adds as they leave. Undefined members are not sent (D-OPT). */
import type { ConnectionId } from './ids.ts';
import type { Body } from './outbox.ts';
import type { Participant } from './participant.ts';
import type { HeaderMap, InboundCall, Json } from './ports.ts';
import type { Session } from './session.ts';

const said = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
const filled = (headers: HeaderMap): Json | undefined =>
  Object.keys(headers).length === 0 ? undefined : (headers as { readonly [name: string]: Json });

/** The number in a P-Asserted-Identity, without visual separators; undefined when its user part is a name. */
const e164 = (user: string | undefined): string | undefined => {
  const digits = user?.replaceAll(/[-.() ]/g, '');
  return digits !== undefined && /^\+?\d{1,15}$/.test(digits) ? digits : undefined;
};

/** callingParty of D-NEWCALL: the asserted identity is trusted before what the device wrote. */
export const callingParty = (call: InboundCall): string => call.asserted?.user || call.from.user;

/** newCall (D-NEWCALL). */
export const newCallBody = (session: Session, call: InboundCall, node: string): Body => {
  const names = [...Object.keys(call.xHeaders), ...Object.keys(call.pHeaders)];
  return {
    sessionId: session.id,
    sipCallId: call.sipCallId,
    ivrServer: node,
    callingPartyPrivacy: call.private ? 'secret' : 'public',
    callingParty: said(callingParty(call)),
    displayName: said(call.asserted?.displayName) ?? said(call.from.displayName),
    fromUser: said(call.from.user),
    xHeaders: filled(call.xHeaders),
    pHeaders: filled(call.pHeaders),
    copyHeaders: names.length > 0 ? names : undefined,
    calledParty: said(call.called.user),
    diversionHeaders: said(call.diversion.join(', ')),
    referredBy: said(call.referredBy),
    paiNumber: e164(call.asserted?.user),
    subject: said(call.subject),
    srcAddr: call.sourceAddress,
  };
};

/** getCallIdentifier (D-ENTRY): the document gives it two properties and no more. */
export const callIdentifierBody = (session: Session, call: InboundCall): Body => ({
  sessionId: session.id,
  calledParty: said(call.called.user),
});

/** callNotify about one participant. */
export const callNotifyBody = (
  session: Session,
  participant: Participant,
  event: 'ringing' | 'reInvite' | 'update',
  node: string,
): Body => ({
  event,
  monitoringParticipant: false,
  participantId: participant.id,
  sessionId: session.id,
  user: said(participant.user),
  remoteUser: said(participant.remoteUser),
  sipCallId: participant.sipCallId,
  ivrServer: node,
  traceId: session.traceId,
  siteId: session.domain.siteId,
});

/** callAnswered of an IVR call (D-IVRPARTY): the service is the other party and no participant. */
export const ivrAnsweredBody = (session: Session, participant: Participant, connection: ConnectionId): Body => {
  const calling = participant.role === 'caller';
  return {
    sessionId: session.id,
    callingPartyNumber: said(calling ? participant.user : participant.remoteUser),
    callerParticipantId: calling ? participant.id : undefined,
    calleeParticipantId: calling ? undefined : participant.id,
    remotePartyNumber: said(calling ? participant.remoteUser : participant.user),
    connectionId: connection,
    callingPartyExpires: calling ? participant.expires : undefined,
    calledPartyExpires: calling ? undefined : participant.expires,
    monitoringParticipant: false,
    traceId: session.traceId,
    siteId: session.domain.siteId,
  };
};

/** sessionCompleted (D-DONE); the document declares the duration as text. */
export const sessionCompletedBody = (session: Session, node: string): Body => {
  const { answeredAt, ending } = session;
  const milliseconds = answeredAt === undefined || ending === undefined ? 0 : ending.at - answeredAt;
  return {
    sessionId: session.id,
    domain: session.domain.name,
    sessionDuration: String(Math.floor(milliseconds / 1000)),
    reason: ending?.reason,
    ivrServer: node,
    traceId: session.traceId,
    siteId: session.domain.siteId,
  };
};
