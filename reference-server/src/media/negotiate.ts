/** SDP of an endpoint: what we can, what was agreed, and what that means for the stream. No I/O. */
import {
  type AnswerResult,
  answer,
  type Capabilities,
  type Codec,
  codecsOf,
  type Direction,
  isTelephoneEvent,
  mirrored,
  offer,
  parseSdp,
  type Sdp,
  serializeSdp,
  settle,
  withDirection,
} from '../sdp/index.ts';
import type { Codec as CodecName } from '../session/ports/media.ts';
import { COMFORT_NOISE } from './core/comfort-noise.ts';
import type { RemoteStream } from './messages.ts';

/** What we offer telephone-event as; in an answer the offer's number is taken. */
const EVENT_TYPE = 101;
const DEFAULT_PTIME = 20;

export interface Local {
  readonly address: string;
  readonly port: number;
  /** Numeric, of the o= line. */
  readonly sessionId: string;
  readonly codecs: readonly CodecName[];
  /** What we want of the stream at most; sendrecv without. */
  readonly direction?: Direction;
}

export type Negotiated =
  | {
      readonly ok: true;
      readonly sdp: Sdp;
      readonly text: string;
      readonly remote: RemoteStream;
      /** Of the far end's stream as it says; an address of zeros is the old way to hold (RFC 3264 8.4). */
      readonly direction: Direction;
    }
  | { readonly ok: false; readonly detail: string };

const VOICES: Readonly<Record<CodecName, Codec>> = {
  PCMU: { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 },
  PCMA: { payloadType: 8, name: 'PCMA', clockRate: 8000, channels: 1 },
  GSM: { payloadType: 3, name: 'GSM', clockRate: 8000, channels: 1 },
};
const EVENTS: Codec = {
  payloadType: EVENT_TYPE,
  name: 'telephone-event',
  clockRate: 8000,
  channels: 1,
  fmtp: '0-15',
};

/** Answered, never offered: who is offered it may cut what is said into pieces. */
const NOISE: Codec = { payloadType: COMFORT_NOISE, name: 'CN', clockRate: 8000, channels: 1 };

/** What calls know whose media is here (D-CODEC). */
const ORDINARY: readonly CodecName[] = ['PCMU', 'PCMA'];

/** The codecs that are asked for, else those that are known, each once, in their order. */
export function usableCodecs(asked: readonly CodecName[] | undefined, known = ORDINARY): CodecName[] {
  return [...new Set<CodecName>(asked ?? known)];
}

function capabilities(local: Local, ptime?: number, beside: readonly Codec[] = [EVENTS, NOISE]): Capabilities {
  const voices = local.codecs.map((name) => VOICES[name]);
  return {
    codecs: [...voices, ...beside],
    address: local.address,
    port: local.port,
    origin: { sessionId: local.sessionId, version: '1' },
    ...(ptime === undefined ? {} : { ptime }),
    ...(local.direction === undefined ? {} : { direction: local.direction }),
  };
}

/** Our own offer. `previous` is our last description of the same dialog. */
export function makeOffer(local: Local, previous?: Sdp): { readonly sdp: Sdp; readonly text: string } {
  const sdp = offer(capabilities(local, DEFAULT_PTIME, [EVENTS]), previous);
  return { sdp, text: serializeSdp(sdp) };
}

/** What was described last, with another direction: an offer for a re-INVITE. */
export function makeReoffer(previous: Sdp, direction: Direction): { readonly sdp: Sdp; readonly text: string } {
  const sdp = withDirection(previous, direction);
  return { sdp, text: serializeSdp(sdp) };
}

/** The answer to an offer. */
export function answerOffer(text: string, local: Local, previous?: Sdp): Negotiated {
  const parsed = parseSdp(text);
  if (!parsed.ok) return { ok: false, detail: `line ${parsed.error.line}: ${parsed.error.message}` };
  const wanted = answer(parsed.sdp, capabilities(local), previous);
  if (!wanted.ok) return refusal(wanted.reason, local);
  const ptime = packetTime(wanted.remote.ptime, wanted.codec);
  const result = answer(parsed.sdp, capabilities(local, ptime), previous);
  return agreed(result, local, ptime);
}

/** What the answer to our offer means. */
export function settleAnswer(offered: Sdp, text: string, local: Local): Negotiated {
  const parsed = parseSdp(text);
  if (!parsed.ok) return { ok: false, detail: `line ${parsed.error.line}: ${parsed.error.message}` };
  const result = settle(offered, parsed.sdp);
  const ptime = result.ok ? packetTime(result.remote.ptime, result.codec) : DEFAULT_PTIME;
  return agreed(result, local, ptime, eventTypeOf(offered));
}

function eventTypeOf(offered: Sdp): number | undefined {
  const audio = offered.media.find(({ media, port }) => media === 'audio' && port !== 0);
  return audio && codecsOf(audio).find(isTelephoneEvent)?.payloadType;
}

function refusal(reason: 'no-audio' | 'no-common-codec', local: Local): Negotiated {
  const detail =
    reason === 'no-audio'
      ? 'no audio stream over RTP/AVP with an address'
      : `no codec in common; this side has ${local.codecs.join(', ')}`;
  return { ok: false, detail };
}

/** `eventIn`: the payload type under which we receive events, the far end's own where it is absent. */
function agreed(result: AnswerResult, local: Local, ptime: number, eventIn?: number): Negotiated {
  if (!result.ok) return refusal(result.reason, local);
  const { remote, codec, telephoneEvent, comfortNoise } = result;
  // A name in c= would need the resolver for each packet; nobody sends one (RFC 8866 5.7 allows it).
  if (!/^[\d.]+$|:/.test(remote.address)) return { ok: false, detail: `c= names ${remote.address}, not an IP address` };
  const direction = mirrored(remote.direction);
  const own = local.direction ?? 'sendrecv';
  const held = remote.address === '0.0.0.0' || remote.address === '::';
  return {
    ok: true,
    sdp: result.sdp,
    text: serializeSdp(result.sdp),
    direction: held ? 'inactive' : remote.direction,
    remote: {
      address: remote.address,
      port: remote.port,
      rtcpPort: remote.rtcpPort,
      codec: voiceOf(codec),
      payloadType: codec.payloadType,
      ptime,
      ...(remote.ptime === undefined ? {} : { paced: true }),
      // RFC 3264 8.4: the address of zeros is the old way to hold.
      send: !held && sends(direction) && sends(own),
      receive: receives(direction) && receives(own),
      ...(telephoneEvent !== undefined && isTelephoneEvent(telephoneEvent)
        ? { telephoneEvent: telephoneEvent.payloadType, telephoneEventIn: eventIn ?? telephoneEvent.payloadType }
        : {}),
      ...(comfortNoise === undefined ? {} : { comfortNoise: comfortNoise.payloadType }),
    },
  };
}

function voiceOf(codec: Codec): CodecName {
  const name = codec.name.toUpperCase();
  return name === 'GSM' || name === 'PCMA' ? name : 'PCMU';
}

const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

/** 10–60 ms in steps of 10, the grid that all endpoints of a thread share; of GSM, whose frames last 20 ms, in steps of 20. */
function packetTime(asked: number | undefined, codec: Codec): number {
  if (asked === undefined || !Number.isFinite(asked)) return DEFAULT_PTIME;
  const step = voiceOf(codec) === 'GSM' ? 20 : 10;
  return Math.max(step, Math.min(60, Math.floor(asked / step) * step));
}
