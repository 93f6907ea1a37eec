/**
 * What a wire mutant is: a target that is right, and one declared thing on the wire that makes it wrong. The suite must
 * notice by a test that is tagged with the requirement, and blame that requirement.
 */
import type { HttpMessage } from './wires/http-message.ts';
import type { SipText } from './wires/sip-text.ts';

/** Something that a mutant broke; the suite has to find it. */
export interface Mutant {
  /** `area/name-in-kebab-case`, unique. The area is that of the requirement it is about. */
  readonly id: string;
  /** What the target does wrong, a sentence: `newCall does not say who was called`. */
  readonly title: string;
  /** Slugs of the catalogue; the suite must blame each of them. */
  readonly requirements: readonly string[];
  readonly rewrites: readonly Rewrite[];
  /** Ids of scenarios, the best first. Default: those tagged with the slug, the quickest first. */
  readonly scenarios?: readonly string[];
  /**
   * JSON pointer of what breaks the specification, where that is how it is noticed: only then does a violation of the schema
   * count, at this place or below. Set by the derivation and by `schema` of `mutant()`.
   */
  readonly schema?: string;
}

/** Where the messages pass: between the suite's client and the target, and so on. */
export type Wire = 'rest' | 'callback' | 'sip' | 'rtp' | 'rtcp';

/** What the run of one mutant remembers between messages; empty at its start. */
export type Memory = Map<string, unknown>;

export type Rewrite = HttpRewrite | SipRewrite | RtpRewrite | RtcpRewrite;

/** What becomes of a message after the rewrite has looked at it; nothing said: it goes on as it is. */
export interface Fate {
  /** It never arrives. */
  readonly lost?: boolean;
  /** It arrives so many ms later. */
  readonly lateMs?: number;
  /** It arrives so many times more. */
  readonly again?: number;
}

/** Of an HTTP exchange besides: */
export interface HttpFate extends Fate {
  /** Whoever asked is answered with this, and nobody else is asked (of an answer: with this instead). */
  readonly answer?: { readonly status: number; readonly json?: unknown; readonly text?: string };
  /** Asked, and answered at once with `answer`; handed on when this promise is over. */
  readonly until?: Promise<unknown>;
  /** The connection is reset. */
  readonly reset?: boolean;
  /** Another callback that goes before it, as if the target had sent it. */
  readonly before?: { readonly callback: string; readonly json: unknown };
}

export interface HttpRewrite {
  readonly wire: 'rest' | 'callback';
  /** Which half of the exchange. */
  readonly part: 'request' | 'response';
  /** Operation (`placeIvrCall`) or callback (`newCall`), `*` for all. */
  readonly operation: string;
  /** Looks at a message of that half and operation; may change it. Undefined: it does not concern this rewrite. */
  apply(message: HttpMessage, memory: Memory): HttpFate | undefined;
}

/** Whose dialog: one that the suite's caller began, or one that the target began. */
export type SipLeg = 'caller' | 'callee';

/** What is known of a SIP message besides its text. */
export interface SipPassage {
  /** `fromTarget`: on its way to the suite. */
  readonly direction: 'fromTarget' | 'toTarget';
  readonly leg: SipLeg;
  /** 1 for the first dialog of that leg in this run, by Call-ID. */
  readonly call: number;
  /** How many messages that this Call-ID had in this direction with the same method and status, this one included. */
  readonly nth: number;
}

export interface SipFate extends Fate {
  /** Messages that go the same way after it. */
  readonly also?: readonly SipText[];
  /** Messages that go back to whoever sent it. */
  readonly back?: readonly SipText[];
}

export interface SipRewrite {
  readonly wire: 'sip';
  apply(message: SipText, passage: SipPassage, memory: Memory): SipFate | undefined;
}

/** An RTP packet on its way (RFC 3550 5.1). Fields may be written; `payload` may be replaced. */
export interface RtpPacket {
  readonly direction: 'fromTarget' | 'toTarget';
  readonly leg: SipLeg;
  /** 1 for the first call of that leg in this run. */
  readonly call: number;
  /** Name of the way: one for each call and direction. */
  readonly way: string;
  /** ms since the first packet of this way. */
  readonly sinceMs: number;
  /** 0 for the first packet of this way. */
  readonly index: number;
  payloadType: number;
  /** Encoding name that SDP gave the payload type (`PCMU`, `telephone-event`), upper case but for that; '' when unknown. */
  readonly codec: string;
  sequence: number;
  timestamp: number;
  ssrc: number;
  marker: boolean;
  payload: Buffer;
}

export interface RtpFate extends Fate {
  /** It waits for those of its way that came before it with this, however late those are. */
  readonly inOrder?: boolean;
  /** It goes to this way of the same direction instead. */
  readonly to?: { readonly leg: SipLeg; readonly call: number };
  /** Packets that go the same way after it; they are numbered where they go. */
  readonly also?: readonly RtpPacket[];
}

export interface RtpRewrite {
  readonly wire: 'rtp';
  apply(packet: RtpPacket, memory: Memory): RtpFate | undefined;
}

/** A compound of RTCP packets on its way (RFC 3550 6.1). `bytes` may be replaced. */
export interface RtcpCompound {
  readonly direction: 'fromTarget' | 'toTarget';
  readonly leg: SipLeg;
  readonly call: number;
  bytes: Buffer;
}

export interface RtcpRewrite {
  readonly wire: 'rtcp';
  apply(compound: RtcpCompound, memory: Memory): { readonly lost?: boolean } | undefined;
}
