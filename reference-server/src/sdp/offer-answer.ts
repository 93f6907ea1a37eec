import {
  codecsOf,
  comfortNoiseFor,
  directionOf,
  isVoice,
  originOf,
  sameCodec,
  telephoneEventFor,
  viewOf,
} from './read.ts';
import type { AnswerResult, Capabilities, Codec, Direction, MediaSection, Sdp, SdpLine } from './types.ts';

const addressType = (address: string): string => (address.includes(':') ? 'IP6' : 'IP4');

/** What the other side's direction means for us. RFC 3264 6.1. */
export function mirrored(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly';
  return direction === 'recvonly' ? 'sendonly' : direction;
}

/** The direction that both allow, seen from one side. */
function narrowed(a: Direction, b: Direction): Direction {
  const sends = [a, b].every((each) => each === 'sendrecv' || each === 'sendonly');
  const receives = [a, b].every((each) => each === 'sendrecv' || each === 'recvonly');
  if (sends && receives) return 'sendrecv';
  if (sends) return 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

function sessionLines(own: Capabilities, times: readonly SdpLine[]): SdpLine[] {
  const { origin, address } = own;
  const place = `IN ${addressType(address)} ${address}`;
  return [
    { type: 'v', value: '0' },
    { type: 'o', value: `${origin.username ?? '-'} ${origin.sessionId} ${origin.version} ${place}` },
    { type: 's', value: own.sessionName ?? '-' },
    { type: 'c', value: place },
    ...times,
  ];
}

function audioSection(own: Capabilities, codecs: readonly Codec[], direction: Direction): MediaSection {
  const lines: SdpLine[] = [];
  const attribute = (value: string) => lines.push({ type: 'a', value });
  for (const { payloadType, name, clockRate, channels, fmtp } of codecs) {
    attribute(`rtpmap:${payloadType} ${name}/${clockRate}${channels === 1 ? '' : `/${channels}`}`);
    if (fmtp !== undefined) attribute(`fmtp:${payloadType} ${fmtp}`);
  }
  if (own.ptime !== undefined) attribute(`ptime:${own.ptime}`);
  attribute(direction);
  const formats = codecs.map(({ payloadType }) => String(payloadType));
  return { media: 'audio', port: own.port, protocol: 'RTP/AVP', formats, lines };
}

/** A stream that is refused keeps its place with port 0. RFC 3264 6, 8.2. */
function refused(section: MediaSection): MediaSection {
  return { media: section.media, port: 0, protocol: section.protocol, formats: [...section.formats], lines: [] };
}

/** Two descriptions that say the same, whatever their version is. */
function saysTheSame(a: Sdp, b: Sdp): boolean {
  const text = (sdp: Sdp) => JSON.stringify({ ...sdp, lines: sdp.lines.filter(({ type }) => type !== 'o') });
  return text(a) === text(b);
}

/**
 * `next` with the origin of our last description of the same session: the version stays when nothing changed and is one
 * more otherwise. RFC 3264 8, RFC 8866 5.2.
 */
export function continued(previous: Sdp, next: Sdp): Sdp {
  const before = originOf(previous);
  if (before === undefined) return next;
  const version = saysTheSame(previous, next) ? before.version : String(BigInt(before.version) + 1n);
  const value = `${before.username} ${before.sessionId} ${version} IN ${before.addressType} ${before.address}`;
  return { ...next, lines: next.lines.map((line) => (line.type === 'o' ? { type: 'o', value } : line)) };
}

/**
 * An offer of one audio stream. `previous` is our last description in the same session: its streams keep their places, those
 * that we do not offer any more with port 0, and the version is continued. RFC 3264 5, 8.
 */
export function offer(own: Capabilities, previous?: Sdp): Sdp {
  const audio = audioSection(own, own.codecs, own.direction ?? 'sendrecv');
  const lines = sessionLines(own, [{ type: 't', value: '0 0' }]);
  if (previous === undefined) return { lines, media: [audio] };
  const used = previous.media.findIndex(({ media, port }) => media === 'audio' && port !== 0);
  const free = used < 0 ? previous.media.findIndex(({ media }) => media === 'audio') : used;
  const media = previous.media.map((section, index) => (index === free ? audio : refused(section)));
  return continued(previous, { lines, media: free < 0 ? [...media, audio] : media });
}

/** Common codecs with the payload types of the offer, and the parameters that are ours. RFC 3264 6.1. */
function common(offered: readonly Codec[], own: Capabilities): Codec[] {
  const voices = offered.filter((codec) => isVoice(codec) && knows(own.codecs, codec));
  const rank = (codec: Codec) => own.codecs.findIndex((each) => sameCodec(each, codec));
  if (own.preference === 'answerer') voices.sort((a, b) => rank(a) - rank(b));
  return voices.map((codec) => adopted(codec, own));
}

const knows = (codecs: readonly Codec[], codec: Codec): boolean => codecs.some((each) => sameCodec(each, codec));

/** Our codec under the payload type of the offer. */
function adopted(codec: Codec, own: Capabilities): Codec {
  const mine = own.codecs.find((each) => sameCodec(each, codec));
  const { payloadType, name, clockRate, channels } = codec;
  return { payloadType, name, clockRate, channels, ...(mine?.fmtp === undefined ? {} : { fmtp: mine.fmtp }) };
}

interface Chosen {
  index: number;
  codecs: Codec[];
  codec: Codec;
  telephoneEvent: Codec | undefined;
  comfortNoise: Codec | undefined;
}

function choose(offered: Sdp, own: Capabilities): Chosen | 'no-audio' | 'no-common-codec' {
  let audio = false;
  for (const [index, section] of offered.media.entries()) {
    if (section.media !== 'audio' || section.port === 0 || section.protocol !== 'RTP/AVP') continue;
    audio = true;
    const all = codecsOf(section);
    const voices = common(all, own);
    const codec = voices[0];
    if (codec === undefined) continue;
    const [telephoneEvent, comfortNoise] = [telephoneEventFor(codec, all), comfortNoiseFor(codec, all)].map((each) =>
      each !== undefined && knows(own.codecs, each) ? adopted(each, own) : undefined,
    );
    const codecs = [...(own.choose === 'all' ? voices : [codec])];
    for (const each of [telephoneEvent, comfortNoise]) if (each !== undefined) codecs.push(each);
    return { index, codec, telephoneEvent, comfortNoise, codecs };
  }
  return audio ? 'no-common-codec' : 'no-audio';
}

/**
 * Our answer: the first audio stream over RTP/AVP with a codec in common is taken, every other one refused with port 0; the
 * payload types are those of the offer; the direction is what the offer leaves us, narrowed by what we can. `previous` is our
 * last description in the same session. RFC 3264 6, 8.
 */
export function answer(offered: Sdp, own: Capabilities, previous?: Sdp): AnswerResult {
  const chosen = choose(offered, own);
  if (typeof chosen === 'string') return { ok: false, reason: chosen };
  const { index, codec, codecs, telephoneEvent, comfortNoise } = chosen;
  const section = offered.media[index];
  const remote = section === undefined ? undefined : viewOf(offered, section);
  if (remote === undefined) return { ok: false, reason: 'no-audio' };
  const direction = narrowed(mirrored(remote.direction), own.direction ?? 'sendrecv');
  // RFC 3264 6: the times of an answer are those of the offer.
  const times = offered.lines.filter(({ type }) => type === 't');
  const lines = sessionLines(own, times.length === 0 ? [{ type: 't', value: '0 0' }] : times);
  const audio = audioSection(own, codecs, direction);
  const fresh = { lines, media: offered.media.map((each, at) => (at === index ? audio : refused(each))) };
  const sdp = previous === undefined ? fresh : continued(previous, fresh);
  return { ok: true, sdp, codec, remote, ...beside(telephoneEvent, comfortNoise) };
}

const beside = (telephoneEvent: Codec | undefined, comfortNoise: Codec | undefined) => ({
  ...(telephoneEvent === undefined ? {} : { telephoneEvent }),
  ...(comfortNoise === undefined ? {} : { comfortNoise }),
});

/**
 * What the answer to our offer settles. The codec is the first of the answer that we offered; its payload type is the
 * answer's, which is what we send. RFC 3264 7.
 */
export function settle(offered: Sdp, answered: Sdp): AnswerResult {
  if (answered.media.length !== offered.media.length) return { ok: false, reason: 'no-audio' };
  for (const [index, section] of offered.media.entries()) {
    const reply = answered.media[index];
    if (section.media !== 'audio' || section.port === 0 || reply?.media !== 'audio') continue;
    const remote = viewOf(answered, reply);
    if (remote === undefined) continue;
    const own = codecsOf(section);
    const codec = remote.codecs.find((each) => isVoice(each) && knows(own, each));
    if (codec === undefined) return { ok: false, reason: 'no-common-codec' };
    const telephoneEvent = telephoneEventFor(codec, remote.codecs);
    const noise = comfortNoiseFor(codec, remote.codecs);
    const comfortNoise = noise !== undefined && knows(own, noise) ? noise : undefined;
    return { ok: true, sdp: answered, codec, remote, ...beside(telephoneEvent, comfortNoise) };
  }
  return { ok: false, reason: 'no-audio' };
}

/** The same description with another direction in its audio streams: hold and resume. RFC 3264 8.4. */
export function withDirection(sdp: Sdp, direction: Direction): Sdp {
  const media = sdp.media.map((section) => {
    if (section.media !== 'audio' || section.port === 0 || directionOf(sdp, section) === direction) return section;
    const kept = section.lines.filter(
      ({ type, value }) => type !== 'a' || !/^(sendrecv|sendonly|recvonly|inactive)$/.test(value.trim()),
    );
    return { ...section, lines: [...kept, { type: 'a', value: direction }] };
  });
  return continued(sdp, { ...sdp, media });
}
