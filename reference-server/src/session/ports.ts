/**
 * What the session layer needs of the world. Adapters implement these interfaces, `main.ts` wires them; nothing here
 * knows drachtio, FreeSWITCH, Express or a socket. Commands return at once; what becomes of them arrives as an event
 * in the session's queue, so that two events never race.
 */

import type { CallbackName, OperationId } from '@mediaservice/spec';
import type { Feature } from './features.ts';
import type {
  CallId,
  ConnectionId,
  Digit,
  HttpTransactionId,
  LegId,
  ParticipantId,
  PlayJobId,
  RecordingId,
  SessionId,
  TraceId,
} from './ids.ts';
import type { TonePlan } from './tone-plan.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** Header names in lower case; an array where a header occurs several times (D-NEWCALL). */
export type HeaderMap = Readonly<Record<string, string | readonly string[]>>;

// ---------------------------------------------------------------- SIP

export interface SipIdentity {
  /** User part of the URI, percent-decoded; "" when the URI has none. */
  readonly user: string;
  readonly host: string;
  readonly displayName?: string;
}

/** What an INVITE from outside says, in the terms of the newCall callback (D-NEWCALL). */
export interface InboundCall {
  readonly leg: LegId;
  readonly sipCallId: CallId;
  /** Request-URI: `user` becomes calledParty, `host` finds the domain (D-DOMAIN). */
  readonly requestUri: string;
  readonly called: SipIdentity;
  readonly from: SipIdentity;
  /** P-Asserted-Identity, the first SIP or tel URI in it. */
  readonly asserted?: SipIdentity;
  /** Privacy has id, user or header, or From is anonymous. */
  readonly private: boolean;
  readonly subject?: string;
  readonly referredBy?: string;
  readonly diversion: readonly string[];
  readonly xHeaders: HeaderMap;
  readonly pHeaders: HeaderMap;
  /** IP address the packet came from. */
  readonly sourceAddress: string;
  /** Trace id found in the INVITE; the host adopts it for trusted peers only (D-ID). */
  readonly traceId?: string;
  /** SDP offer; absent for a late offer. */
  readonly sdp?: string;
  /** Negotiated session interval of this leg in seconds (RFC 4028), when there is one. */
  readonly expires?: number;
}

/** Values for an INVITE that the service sends (D-HEADERS). Already checked: no CR, LF or NUL anywhere. */
export interface OutboundInvite {
  /** Request-URI, a SIP or SIPS URI. */
  readonly uri: string;
  readonly sdp?: string;
  readonly fromUser: string;
  readonly fromDisplayName?: string;
  readonly fromHost: string;
  readonly toUser?: string;
  readonly assertedUser?: string;
  readonly remotePartyIdUser?: string;
  readonly diversionUser?: string;
  readonly diversionParameters?: Readonly<Record<string, string>>;
  readonly contactParameters?: Readonly<Record<string, string>>;
  readonly contactUserParameters?: Readonly<Record<string, string>>;
  /** RFC 3323: anonymous From and `Privacy: id`, P-Asserted-Identity kept. */
  readonly private: boolean;
  /** X- and P- headers, canonical case, one entry per header line. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly traceId: TraceId;
}

/** Signalling of the legs. A command for a leg that is gone does nothing. */
export interface SipPort {
  /** 18x on an inbound leg; with SDP it is early media. */
  progress(leg: LegId, status: 180 | 183, sdp?: string): void;
  /** 200 to an inbound INVITE; `sip.confirmed` follows with the ACK. */
  answer(leg: LegId, sdp: string): void;
  /** Final failure to an inbound INVITE. */
  reject(leg: LegId, status: number, reason?: string): void;
  /** New outbound leg; `sip.progress`, then `sip.answered` or `sip.failed` follow. */
  invite(leg: LegId, invite: OutboundInvite): void;
  /** CANCEL of an outbound leg; `sip.failed` (487) follows, or `sip.cancelFailed` after 32 s. A 200 that crosses is acknowledged and ended. */
  cancel(leg: LegId): void;
  /** BYE on an answered leg. */
  hangup(leg: LegId): void;
  /** Answers a `sip.offered`. */
  respondOffer(leg: LegId, offerId: string, status: number, sdp?: string): void;
  /** re-INVITE from our side; `sip.reoffered` follows. */
  reoffer(leg: LegId, sdp: string | undefined): void;
}

export type SipEvent =
  | { readonly type: 'sip.incoming'; readonly call: InboundCall }
  /** First and later 18x of an outbound leg; callNotify `ringing` tells its Call-ID. */
  | {
      readonly type: 'sip.progress';
      readonly leg: LegId;
      readonly sipCallId?: CallId;
      readonly status: number;
      /** Early media, of whichever early dialog the response belongs to. */
      readonly sdp?: string;
      /** IP address that the response came from. */
      readonly source?: string;
    }
  | {
      readonly type: 'sip.answered';
      readonly leg: LegId;
      readonly sipCallId: CallId;
      /** Of the 200, or where that has none, of the last 18x of its early dialog (RFC 3261 section 13.2.1). */
      readonly sdp?: string;
      readonly expires?: number;
      readonly source?: string;
    }
  /** Final failure of an outbound leg; status 408 when nobody answered at all. */
  | { readonly type: 'sip.failed'; readonly leg: LegId; readonly status: number; readonly reason: string }
  /** ACK for our 200 arrived, to a re-INVITE too when it brings `sdp`; `sdp` when the offer was ours (late offer). */
  | { readonly type: 'sip.confirmed'; readonly leg: LegId; readonly sdp?: string; readonly expires?: number }
  /** CANCEL by the caller before the answer. */
  | { readonly type: 'sip.cancelled'; readonly leg: LegId }
  | { readonly type: 'sip.cancelFailed'; readonly leg: LegId }
  /** The leg is over: BYE from the far end, session timer, or no ACK / transport failure. */
  | { readonly type: 'sip.ended'; readonly leg: LegId; readonly cause: 'bye' | 'sessionExpired' | 'failure' }
  /** SIP INFO with application/dtmf-relay or application/dtmf. */
  | { readonly type: 'sip.dtmf'; readonly leg: LegId; readonly digit: Digit }
  | {
      readonly type: 'sip.offered';
      readonly leg: LegId;
      readonly offerId: string;
      readonly method: 'reInvite' | 'update';
      readonly sdp?: string;
    }
  | { readonly type: 'sip.reoffered'; readonly leg: LegId; readonly status: number; readonly sdp?: string };

// ---------------------------------------------------------------- media

export type Codec = 'PCMU' | 'PCMA' | 'GSM';

/** Direction of a stream as the side that describes it sees it (RFC 3264 section 5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One round of a tone: sums of sines, on and off. */
export interface Tone {
  /** Hz, each at the same level. */
  readonly frequencies: readonly number[];
  /** Milliseconds of tone, silence, tone, silence, … */
  readonly cadence: readonly number[];
}

/** One phrase of getIvrCommand, checked (D-PHRASE). */
export type Phrase =
  | { readonly kind: 'file'; readonly fileName: string }
  | { readonly kind: 'url'; readonly url: string; readonly cacheSeconds?: number; readonly refresh: boolean }
  | {
      readonly kind: 'tts';
      readonly provider: 'aws' | 'google';
      /** As Amazon Polly's SynthesizeSpeech or Google's text:synthesize take them. */
      readonly parameters: Readonly<Record<string, Json>>;
      readonly cacheSeconds?: number;
      readonly refresh: boolean;
    }
  | {
      readonly kind: 'record';
      readonly fileName: string;
      readonly parameters: Readonly<Record<string, Json>>;
      /**
       * Asks for a `media.recorded` of this name (D-REC): once, before the job is over, or after the leg was closed.
       * `silent` names both channels when nothing was heard. Without `bytes`, `silent` and `failure` the phrase had not begun.
       */
      readonly recording?: RecordingId;
    }
  | { readonly kind: 'echo'; readonly parameters: Readonly<Record<string, Json>> }
  /** One round of a tone; a job that repeats makes a ringing tone of it (D-RING). No answer of an application has it. */
  | { readonly kind: 'tone'; readonly tone: Tone };

export interface PlayJob {
  readonly id: PlayJobId;
  readonly domain: string;
  readonly phrases: readonly Phrase[];
  /** After the last phrase the first one again, without a gap, until `stop` with `all` or a failure. Default false. */
  readonly repeat?: boolean;
}

export interface BackgroundPrompt {
  readonly domain: string;
  readonly source: { readonly fileName: string } | { readonly url: string };
  /** Seconds of silence between two rounds (D-BG). */
  readonly repeatPause: number;
}

/** What an endpoint is opened for. */
export interface MediaRequest {
  readonly offer?: string;
  /**
   * With `offer`: nothing is sent before `start`, since the far end has no description of ours until then (RFC 3264
   * section 6). Default false.
   */
  readonly waits?: boolean;
  /**
   * IP address that the far end's signalling comes from. A far end whose description names an address that it cannot be
   * reached at is followed to this host alone (D-RTP).
   */
  readonly source?: string;
  readonly codecs?: readonly Codec[];
  /**
   * Seconds without RTP of the far end until `media.rtpTimeout` (D-MAX); 0: it may be silent, until `watch` says
   * otherwise. Absent: the implementation's own limit.
   */
  readonly rtpTimeoutSeconds?: number;
  /** A leg that this one will be joined with, or listen to: who spreads legs over threads or machines may keep both together. */
  readonly near?: LegId;
}

/** A recording of two parties (D-FILE). The extension of the name chooses the format. */
export interface RecordingRequest {
  readonly id: RecordingId;
  readonly domain: string;
  readonly fileName: string;
  /** The first party's voice goes to the left channel. */
  readonly left: LegId;
  readonly right: LegId;
}

/**
 * Audio of the legs. Each leg has at most one endpoint: a local RTP port, a negotiated codec, a player and a DTMF
 * receiver. Shaped so that FreeSWITCH through drachtio-fsmrf and the embedded engine both implement it whole.
 */
export interface MediaPort {
  /**
   * Opens the endpoint. With `offer` the result is the answer to it; without, our own offer.
   * `media.opened` or `media.failed` follows.
   */
  open(leg: LegId, request: MediaRequest): void;
  /** The far end has our answer, or will have it at once: an endpoint that `waits` sends from now on. */
  start(leg: LegId): void;
  /**
   * The far end's answer to our offer, again when another takes its place (early media). `media.failed` when it cannot
   * be used. `source` as in `MediaRequest`.
   */
  accept(leg: LegId, answer: string, source?: string): void;
  /** A new offer inside the dialog; `media.updated` with the answer, or `media.failed`, follows. */
  update(leg: LegId, offerId: string, offer: string): void;
  /** Plays the phrases in order and without gaps; `media.played` or `media.playFailed` follows, also after `stop`. */
  play(leg: LegId, job: PlayJob): void;
  /** `current` ends the phrase that plays, the job goes on with the next; `all` ends the job. */
  stop(leg: LegId, job: PlayJobId, what: 'current' | 'all'): void;
  /** Loops a prompt under everything else; undefined ends it (D-BG). `media.backgroundFailed` where it cannot be had. */
  background(leg: LegId, prompt: BackgroundPrompt | undefined): void;
  /**
   * Our offer inside the dialog, with this direction: as described last, or, `whole`, with all that we can, for a far
   * end that asks for an offer. `media.offered` or `media.failed` follows. `accept` takes the answer; without it
   * everything stays as it was.
   */
  offer(leg: LegId, direction: Direction, whole?: boolean): void;
  /**
   * From now on so many seconds without RTP are a `media.rtpTimeout`; 0: none are. For legs that are opened before the
   * call is answered. Nothing is expected of a far end that holds, whatever is set.
   */
  watch(leg: LegId, rtpTimeoutSeconds: number): void;
  /** Parties hear each other; undoes itself with `separate` or when either closes. */
  join(a: LegId, b: LegId): void;
  separate(a: LegId, b: LegId): void;
  /**
   * The monitor hears the voices of these legs, mixed; they do not hear it. An empty list, and the end of a leg that is
   * listened to, end that part of it (D-MON). Independent of `join`.
   */
  listen(monitor: LegId, to: readonly LegId[]): void;
  /**
   * Records two legs from now on, both channels on one time line. It ends with `stopRecording` or when either leg closes;
   * `media.recorded` follows, once, when the file can be fetched or is given up. The event comes after both legs closed, too.
   */
  startRecording(recording: RecordingRequest): void;
  stopRecording(recording: RecordingId): void;
  /**
   * The far end of this leg pressed a key beside its stream (SIP INFO). Whoever it is joined with gets it as if it had been in the
   * stream: as an event, or as tones where none were agreed (D-KEYS). Nothing happens while it is joined with nobody.
   */
  press(leg: LegId, digit: Digit): void;
  /** Gives port and memory back; safe to call twice and before `media.opened`. */
  close(leg: LegId): void;
}

export type MediaEvent =
  | { readonly type: 'media.opened'; readonly leg: LegId; readonly sdp: string }
  | {
      readonly type: 'media.updated';
      readonly leg: LegId;
      readonly offerId: string;
      readonly sdp: string;
      /** Of the far end's stream as its offer says; the old way to hold, address 0.0.0.0, is `inactive`. */
      readonly direction: Direction;
    }
  | { readonly type: 'media.offered'; readonly leg: LegId; readonly sdp: string }
  /** invalidSdp: nothing in it can be used; noResources: no port or worker; the rest is mediaServerError. */
  | {
      readonly type: 'media.failed';
      readonly leg: LegId;
      readonly offerId?: string;
      readonly reason: 'invalidSdp' | 'noResources' | 'internal';
      readonly detail: string;
    }
  | { readonly type: 'media.played'; readonly leg: LegId; readonly job: PlayJobId; readonly stopped: boolean }
  /** A phrase could not be played; what remains of the job is dropped. */
  | {
      readonly type: 'media.playFailed';
      readonly leg: LegId;
      readonly job: PlayJobId;
      readonly phrase: number;
      readonly reason: 'phraseError' | 'phraseRemoteCacheTimeout' | 'mediaServerError';
      readonly detail: string;
    }
  /** The background prompt cannot be had or read; all else goes on without it. */
  | {
      readonly type: 'media.backgroundFailed';
      readonly leg: LegId;
      readonly reason: 'phraseError' | 'phraseRemoteCacheTimeout' | 'mediaServerError';
      readonly detail: string;
    }
  /** One per pressed key, whatever the retransmissions (D-DTMF), at its start so that barge-in is quick. */
  | { readonly type: 'media.dtmf'; readonly leg: LegId; readonly digit: Digit; readonly source: 'rfc4733' | 'inband' }
  /** No RTP for the time that the leg is watched with. */
  | { readonly type: 'media.rtpTimeout'; readonly leg: LegId }
  | {
      readonly type: 'media.recorded';
      readonly recording: RecordingId;
      /** Of the stored file; absent when nothing was stored. */
      readonly bytes?: number;
      /** The first and the last moment of a recording of two parties, ms since 1970: the file is as long as the time between. */
      readonly span?: { readonly from: number; readonly to: number };
      /** Channels of which no RTP came at all. */
      readonly silent: readonly ('left' | 'right')[];
      /** What went wrong with writing, encoding or storing. */
      readonly failure?: string;
    };

// ---------------------------------------------------------------- callbacks

/** Named once, by the specification. */
export type { CallbackName };

export interface CallbackRequest {
  /** Order and one-at-a-time hold for each session (D-CB); its alarms are a line of their own. */
  readonly session?: SessionId;
  readonly domain: string;
  readonly name: CallbackName;
  /** Which of the domain's service instances; undefined is its default (D-MSID). */
  readonly instance?: string;
  /** Overrides the instance's base URL (placeremotecall). */
  readonly baseUrl?: string;
  readonly body: Readonly<Record<string, Json | undefined>>;
  /** Given back in the result, so that the session knows which of its questions is answered. */
  readonly token: string;
  readonly httpTransactionId: HttpTransactionId;
}

export type CallbackResult =
  | { readonly ok: true; readonly status: number; readonly body: Json | undefined }
  | {
      readonly ok: false;
      readonly cause: 'timeout' | 'connection' | 'status' | 'notJson' | 'empty' | 'tooLarge';
      readonly status?: number;
      readonly detail: string;
    };

export interface CallbackPort {
  /** Queues the request behind those of the same session; `callback.result` follows for each, exactly once. */
  send(request: CallbackRequest): void;
  /** No more callbacks for this session: requests still queued are dropped, one under way is abandoned. */
  forget(session: SessionId): void;
}

export type CallbackEvent = {
  readonly type: 'callback.result';
  readonly name: CallbackName;
  readonly token: string;
  readonly result: CallbackResult;
};

// ---------------------------------------------------------------- the rest of the world

/** What a replyId speaks for (D-REPLY). */
export interface ReplyClaims {
  readonly domain: string;
  readonly session: SessionId;
  readonly participant?: ParticipantId;
  readonly connection?: ConnectionId;
  /** Counts the getIvrCommand requests of the session; an interrupt with an older one is a 409. */
  readonly command?: number;
}

export interface IdPort {
  uuid(): string;
  /** Signed JWT, opaque to the application. */
  replyId(claims: ReplyClaims): string;
}

export interface ClockPort {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Calls back once; the returned function takes it back. */
  after(milliseconds: number, run: () => void): () => void;
}

export interface EmergencyFallback {
  readonly mode: 'always' | 'onError';
  readonly address: string;
}

/** Settings of a domain as far as a session needs them; times in seconds (D-MAX). */
export interface DomainSettings {
  readonly name: string;
  readonly entry: 'newCall' | 'getCallIdentifier';
  readonly instances: readonly string[];
  readonly maxSessionSeconds: number;
  readonly maxRingSeconds: number;
  readonly rtpTimeoutSeconds: number;
  /** From the end of the phrases, where the command names none. */
  readonly firstTimeoutSeconds: number;
  readonly betweenTimeoutSeconds: number;
  readonly sipHost: string;
  /** The country whose ringing tone a caller hears (D-RING). */
  readonly tonePlan: TonePlan;
  readonly siteId?: string;
  readonly emergencyFallback?: EmergencyFallback;
  /** Features that the domain does without (D-CLAIM); absent: none. */
  readonly without?: readonly Feature[];
}

export interface DomainPort {
  /** Host of the Request-URI, else a number range (D-DOMAIN). */
  find(host: string, user: string): DomainSettings | undefined;
  get(name: string): DomainSettings | undefined;
  /** The user is one that the Cloud UA serves (D-ENTRY, D-CUA). */
  isCloudUser(domain: string, user: string): boolean;
  /** The packet came from a peer whose trace ids are adopted (D-ID). */
  trusted(address: string): boolean;
}

export interface LogPort {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A session as others have to know it: to find it, and to end it in the name of a node that cannot. */
export interface SessionEntry {
  readonly session: SessionId;
  /** Of its participants and connections. */
  readonly ids: readonly string[];
  readonly answered: boolean;
  /** The sessionCompleted that is due if the node dies now, but for who sends it and how long the session lasted (D-DONE). */
  readonly last: Pick<CallbackRequest, 'domain' | 'name' | 'instance' | 'baseUrl' | 'body'>;
}

/** Told what the sessions are, where somebody else wants to know. */
export interface BooksPort {
  /** After each step that changed it, before its commands and callbacks leave. */
  changed(entry: SessionEntry): void;
  /** Its sessionCompleted is delivered or given up. */
  over(session: SessionId): void;
}

/** How a participant is reached who waits somewhere else. */
export interface Elsewhere {
  /** SIP URI that is answered at once, in its name, once. */
  readonly uri: string;
  /** SIP user part of the participant. */
  readonly user: string;
}

/** Finds participants who are in no session here (D-ACTION, connect). */
export interface ElsewherePort {
  /** Calls back once; undefined: nobody of the domain waits under that id. */
  find(
    asked: { readonly domain: string; readonly participant: ParticipantId },
    found: (where: Elsewhere | undefined) => void,
  ): void;
}

export interface Ports {
  readonly sip: SipPort;
  readonly media: MediaPort;
  readonly callbacks: CallbackPort;
  readonly ids: IdPort;
  readonly clock: ClockPort;
  readonly domains: DomainPort;
  readonly log: LogPort;
  /** Absent: nobody keeps books. */
  readonly books?: BooksPort;
  /** Absent: there is nothing but the sessions here. */
  readonly elsewhere?: ElsewherePort;
  /** IP address of this node, the `ivrServer` of callbacks. */
  readonly node: string;
}

// ---------------------------------------------------------------- REST operations

/** operationId of a REST operation, named once, by the specification. */
export type OperationName = OperationId;

/** A REST request that authentication, schema and replyId signature have passed. */
export interface Operation {
  readonly name: OperationName;
  readonly domain: string;
  readonly body: Readonly<Record<string, Json>>;
  /** From the verified replyId, when the body has one. */
  readonly claims?: ReplyClaims;
}

export type OperationOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly status: 400 | 403 | 404 | 409 | 503;
      readonly error: string;
      readonly message: string;
      /** Places in the body that are wrong; pointers as in RFC 6901. */
      readonly details?: readonly { readonly pointer: string; readonly message: string }[];
    };

/** The door of the session layer, used by signalling, media, callbacks and api. `main.ts` hands it to them. */
export interface SessionHost {
  /** Events of SIP, media and callbacks; `session` where the source knows it, else found by leg or token. */
  dispatch(event: SipEvent | MediaEvent | CallbackEvent): void;
  operate(operation: Operation): OperationOutcome;
  /** Who waits here under that id; undefined: nobody of the domain. */
  waiting(domain: string, participant: ParticipantId): { readonly user: string } | undefined;
  /**
   * Opens a session of this id for a call of another node's to a participant who waits here. Its first question is newCall, whatever
   * the domain's settings say, and no operation finds it: the call that counts is the other node's.
   */
  relay(session: SessionId, domain: string, call: InboundCall): void;
  /** Lets every leg of the session go, without another callback: somebody else has told its end. */
  abandon(session: SessionId): void;
  /** Sessions, participants, connections and timers alive. */
  stats(): { readonly sessions: number; readonly legs: number; readonly connections: number; readonly timers: number };
  /** From now on inbound calls get 503 and placeivrcall 503; resolves when the last session is over. */
  drain(): Promise<void>;
}
