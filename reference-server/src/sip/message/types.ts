import type { Headers } from './headers.ts';

/** A SIP request. `uri` is the Request-URI as text; `body` is empty when there is none. RFC 3261 7.1. */
export interface SipRequest {
  kind: 'request';
  method: string;
  uri: string;
  headers: Headers;
  body: Uint8Array;
}

/** A SIP response; `status` 100–699. RFC 3261 7.2. */
export interface SipResponse {
  kind: 'response';
  status: number;
  reason: string;
  headers: Headers;
  body: Uint8Array;
}

export type SipMessage = SipRequest | SipResponse;

export type ParseErrorCode =
  | 'empty'
  | 'too-large'
  | 'start-line'
  | 'version'
  | 'status'
  | 'header'
  | 'truncated-head'
  | 'content-length'
  | 'truncated-body';

/** Why bytes are no SIP message. `at` is the byte offset; `status` is what a request of this kind is answered with. */
export interface ParseError {
  code: ParseErrorCode;
  message: string;
  at: number;
  status: 400 | 505 | 513;
}

export type ParseWarningCode =
  | 'bare-lf'
  | 'invalid-utf8'
  | 'trailing-bytes'
  | 'bad-content-length'
  | 'start-line-space'
  | 'display-name'
  | 'trailing-semicolon';

/** Something that was tolerated. */
export interface ParseWarning {
  code: ParseWarningCode;
  message: string;
  at: number;
}

/** What could be read of a broken request: enough to answer it (RFC 3261 8.2.6.2). */
export interface PartialRequest {
  method: string;
  /** Headers read without fault; Via, From, To, Call-ID and CSeq are among them. */
  headers: Headers;
}

export type ParseResult =
  | { ok: true; message: SipMessage; warnings: ParseWarning[] }
  | { ok: false; error: ParseError; partial?: PartialRequest };

/** Parameters by lower-case name; `true` stands for a parameter without a value. */
export type Params = Map<string, string | true>;

/** sip: and sips: URI. `user` and `password` keep their escapes (see `unescapeUri`); IPv6 hosts keep their brackets. RFC 3261 19.1. */
export interface SipUri {
  scheme: 'sip' | 'sips';
  user?: string;
  password?: string;
  host: string;
  port?: number;
  params: Params;
  /** The part after `?`, names as received, escapes kept. */
  headers: { name: string; value: string }[];
}

/** tel: URI. RFC 3966. */
export interface TelUri {
  scheme: 'tel';
  /** With its visual separators, as received. */
  number: string;
  params: Params;
}

/** A URI of any other scheme. */
export interface OtherUri {
  scheme: 'other';
  /** In lower case. */
  name: string;
  /** All after the colon. */
  rest: string;
}

export type Uri = SipUri | TelUri | OtherUri;

/** Value of From, To, Contact, Route, … `displayName` without quotes and escapes. RFC 3261 20.10. */
export interface NameAddr {
  displayName?: string;
  uri: Uri;
  /** Parameters of the header, never those of the URI. */
  params: Params;
}

/** One Via value; `transport` in upper case. RFC 3261 20.42, RFC 3581. */
export interface Via {
  transport: string;
  host: string;
  port?: number;
  params: Params;
}

export interface CSeq {
  seq: number;
  method: string;
}

/** RFC 3262 7.2. */
export interface RAck {
  rseq: number;
  cseq: number;
  method: string;
}

/** RFC 4028 4. */
export interface SessionExpires {
  /** Seconds. */
  seconds: number;
  refresher?: 'uac' | 'uas';
}

/** A part of a multipart body. RFC 2046 5.1. */
export interface BodyPart {
  headers: Headers;
  body: Uint8Array;
}

/** What a request is rejected with. `headers` go into the response (Unsupported, Allow, …). */
export interface RequestFault {
  status: number;
  reason: string;
  /** One sentence about the fault. */
  detail: string;
  headers: { name: string; value: string }[];
}

export type FrameEvent =
  | { type: 'message'; message: SipMessage; warnings: ParseWarning[]; size: number }
  /** Double CRLF: answer with one CRLF. RFC 5626 3.5.1. */
  | { type: 'ping' }
  /** Single CRLF between messages. */
  | { type: 'pong' }
  /** `fatal`: the boundary of messages is lost, close the connection. */
  | { type: 'error'; error: ParseError; partial?: PartialRequest; fatal: boolean };
