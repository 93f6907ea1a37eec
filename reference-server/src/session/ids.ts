/** Branded identifiers (D-ID). All but `CallId` and `Digit` are UUIDs, made by `IdPort`, never inside the session layer. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type SessionId = Brand<string, 'SessionId'>;
export type ParticipantId = Brand<string, 'ParticipantId'>;
export type ConnectionId = Brand<string, 'ConnectionId'>;
export type TraceId = Brand<string, 'TraceId'>;
export type HttpTransactionId = Brand<string, 'HttpTransactionId'>;
/** One SIP call leg and the media endpoint that belongs to it. Internal: no callback shows it. */
export type LegId = Brand<string, 'LegId'>;
/** One `play` on a leg; its events carry it, so that a late event of a stopped job is recognised. */
export type PlayJobId = Brand<string, 'PlayJobId'>;
/** One recording of a connection, from its start to its `media.recorded`. */
export type RecordingId = Brand<string, 'RecordingId'>;
/** SIP Call-ID of a leg as it is on the wire. */
export type CallId = Brand<string, 'CallId'>;
/** One DTMF digit: 0–9, *, #, A–D. */
export type Digit = Brand<string, 'Digit'>;
