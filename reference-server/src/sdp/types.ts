/** `a=…` and every other line, in the order received. */
export interface SdpLine {
  /** One lower-case letter. */
  type: string;
  value: string;
}

/** One m= section. RFC 8866 5.14. */
export interface MediaSection {
  /** audio, video, image, … */
  media: string;
  port: number;
  /** `<number of ports>`, when given. */
  portCount?: number;
  protocol: string;
  formats: string[];
  /** All lines after m=, unknown ones included. */
  lines: SdpLine[];
}

/** A session description; nothing is lost between `parseSdp` and `serializeSdp`. RFC 8866. */
export interface Sdp {
  /** Lines before the first m=, v= and o= included. */
  lines: SdpLine[];
  media: MediaSection[];
}

export interface Origin {
  username: string;
  sessionId: string;
  version: string;
  addressType: 'IP4' | 'IP6';
  address: string;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One format of an audio section. */
export interface Codec {
  payloadType: number;
  /** As in rtpmap or the static table of RFC 3551; compared without regard to case. */
  name: string;
  clockRate: number;
  channels: number;
  fmtp?: string;
}

/** What one side can do. Codecs in order of preference, telephone-event and CN among them. */
export interface Capabilities {
  codecs: readonly Codec[];
  /** Where RTP is received. */
  address: string;
  port: number;
  /** Milliseconds. */
  ptime?: number;
  direction?: Direction;
  origin: { username?: string; sessionId: string; version: string };
  sessionName?: string;
  /** Whose order decides among common codecs; the offerer's by default (RFC 3264 6.1). */
  preference?: 'offerer' | 'answerer';
  /** Answer with all common codecs or with the best one (and telephone-event and CN). Default 'one'. */
  choose?: 'one' | 'all';
}

/** Where to send, and what, to the other side of one audio stream. */
export interface AudioView {
  address: string;
  port: number;
  /** In the order of the m= line. */
  codecs: Codec[];
  telephoneEvent?: Codec;
  direction: Direction;
  /** Milliseconds. */
  ptime?: number;
  /** The RTCP port, of a=rtcp or port + 1. */
  rtcpPort: number;
}

export type SdpParseResult = { ok: true; sdp: Sdp } | { ok: false; error: { message: string; line: number } };

export type AnswerResult =
  /** `codec` is the one to send; `remote` the peer's side of the stream that was taken; `sdp` the answer. */
  | { ok: true; sdp: Sdp; codec: Codec; telephoneEvent?: Codec; comfortNoise?: Codec; remote: AudioView }
  /** Nothing in common: answer 488. RFC 3264 6, RFC 3261 21.4.26. */
  | { ok: false; reason: 'no-audio' | 'no-common-codec' };
