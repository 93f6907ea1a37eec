/** The bodies of the callbacks, without what the outbox adds as they leave. Undefined members are not sent (D-OPT). */

import { type CallConnection, counterpart } from './connection.ts';
import type { ConnectionId } from './ids.ts';
import type { Json } from './json.ts';
import type { Body } from './outbox.ts';
import type { Participant } from './participant.ts';
import type { HeaderMap, InboundCall } from './ports/sip.ts';
import type { FarEnd } from './remote/device.ts';
import type { Recording, Session } from './session.ts';

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
): Body => {
  const other = counterpart(session, participant.id);
  return {
    event,
    monitoringParticipant: participant.role === 'monitor',
    participantId: participant.id,
    sessionId: session.id,
    user: said(participant.user),
    remoteUser: said(other?.user ?? participant.remoteUser),
    remoteParticipantId: other?.id,
    sipCallId: participant.sipCallId,
    ivrServer: node,
    traceId: session.traceId,
    siteId: session.domain.siteId,
  };
};

/** callAnswered of a party whose RTP goes to a device: where the device shall send (D-CUA). The port is declared as text. */
export const remoteAnsweredBody = (
  session: Session,
  participant: Participant,
  connection: ConnectionId,
  { codec, address, port }: FarEnd,
): Body => ({
  ...ivrAnsweredBody(session, participant, connection),
  codec,
  remoteRtpIp: address,
  remoteRtpPort: String(port),
});

/** newRemoteCall (D-CUA, D-CORRELATE); without an offer nothing is known of the far end's RTP yet. */
export const newRemoteCallBody = ({ id }: Session, call: InboundCall, far: FarEnd | undefined): Body => ({
  sessionId: id,
  callId: call.sipCallId,
  codec: far?.codec,
  destinationUri: call.requestUri,
  sourceUser: said(call.from.user),
  remoteRtpIp: far?.address,
  remoteRtpPort: far?.port,
});

/** callAnswered of a connection of two parties (D-ANSWER). */
export const callAnsweredBody = (
  session: Session,
  caller: Participant,
  callee: Participant,
  { id }: CallConnection,
): Body => ({
  sessionId: session.id,
  callingPartyNumber: said(caller.user),
  callerParticipantId: caller.id,
  calleeParticipantId: callee.id,
  remotePartyNumber: said(callee.user),
  connectionId: id,
  callingPartyExpires: caller.expires,
  calledPartyExpires: callee.expires,
  monitoringParticipant: false,
  traceId: session.traceId,
  siteId: session.domain.siteId,
});

/** callAnswered of a monitor: the connection is the one it listens to (D-MON). */
export const monitorAnsweredBody = (session: Session, monitor: Participant, connection: ConnectionId): Body => ({
  sessionId: session.id,
  callingPartyNumber: said(monitor.remoteUser),
  calleeParticipantId: monitor.id,
  remotePartyNumber: said(monitor.user),
  connectionId: connection,
  calledPartyExpires: monitor.expires,
  monitoringParticipant: true,
  traceId: session.traceId,
  siteId: session.domain.siteId,
});

export type CallEvent =
  | `${'callingParty' | 'calledParty'}${'Drop' | 'Failure'}`
  | `${'caller' | 'callee'}ConnectionSplit`;

/** callEvent: `cause` is who it happened to, `other` the party at the other side (D-EVENT). */
export const callEventBody = (
  session: Session,
  event: CallEvent,
  connection: ConnectionId,
  cause: Participant,
  other: Participant,
  node: string,
): Body => ({
  connectionId: connection,
  domain: session.domain.name,
  event,
  ivrServer: node,
  participantId: cause.id,
  remoteParticipantId: other.id,
  remoteUser: said(other.user),
  sessionId: session.id,
  user: said(cause.user),
});

/** recordingReady; `reason` makes it a failure (D-FILE). */
export const recordingReadyBody = (
  session: Session,
  { connection, fileName }: Recording,
  bytes: number | undefined,
  reason: string | undefined,
  node: string,
): Body => ({
  sessionId: session.id,
  connectionId: connection,
  recordingFileName: fileName,
  fileSize: bytes,
  ivrServer: node,
  domain: session.domain.name,
  event: reason === undefined ? 'recordingSuccessful' : 'recordingFailed',
  reason,
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
