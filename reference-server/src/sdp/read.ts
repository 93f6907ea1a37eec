import { originPattern } from './parse.ts';
import { staticCodec } from './static-types.ts';
import type { AudioView, Codec, Direction, MediaSection, Origin, Sdp, SdpLine } from './types.ts';

const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** Values of all `a=<name>:<value>` lines; a flag `a=<name>` gives ''. */
export function attributes(lines: readonly SdpLine[], name: string): string[] {
  const values: string[] = [];
  for (const { type, value } of lines) {
    if (type !== 'a') continue;
    if (value === name) values.push('');
    else if (value.startsWith(`${name}:`)) values.push(value.slice(name.length + 1).trim());
  }
  return values;
}

export function originOf(sdp: Sdp): Origin | undefined {
  const line = sdp.lines.find(({ type }) => type === 'o');
  const [, username, sessionId, version, addressType, address] = originPattern.exec(line?.value ?? '') ?? [];
  if (username === undefined || sessionId === undefined || version === undefined || address === undefined)
    return undefined;
  return { username, sessionId, version, addressType: addressType === 'IP6' ? 'IP6' : 'IP4', address };
}

/** Connection address of a section: its own c=, else that of the session; without TTL. RFC 8866 5.7. */
export function addressOf(sdp: Sdp, section: MediaSection): string | undefined {
  const line = [...section.lines, ...sdp.lines].find(({ type }) => type === 'c');
  return line?.value.split(' ')[2]?.split('/')[0];
}

/** Direction of a section: its own attribute, else that of the session, else sendrecv. RFC 8866 6.7. */
export function directionOf(sdp: Sdp, section: MediaSection): Direction {
  for (const lines of [section.lines, sdp.lines]) {
    const line = lines.find(({ type, value }) => type === 'a' && directions.some((each) => each === value.trim()));
    const found = directions.find((each) => each === line?.value.trim());
    if (found !== undefined) return found;
  }
  return 'sendrecv';
}

/** `a=ptime` in milliseconds. RFC 8866 6.4. */
export function ptimeOf(section: MediaSection): number | undefined {
  const value = Number(attributes(section.lines, 'ptime')[0]);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Codecs of a section in the order of its m= line; a dynamic format without rtpmap is left out. RFC 8866 6.6, 6.15. */
export function codecsOf(section: MediaSection): Codec[] {
  const maps = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [target, name] of [
    [maps, 'rtpmap'],
    [parameters, 'fmtp'],
  ] as const) {
    for (const value of attributes(section.lines, name)) {
      const [format = '', ...rest] = value.split(' ');
      if (!target.has(format)) target.set(format, rest.join(' ').trim());
    }
  }
  const codecs: Codec[] = [];
  for (const format of section.formats) {
    if (!/^\d{1,3}$/.test(format) || Number(format) > 127) continue;
    const match = /^([^/\s]+)\/(\d+)(?:\/(\d+))?$/.exec(maps.get(format) ?? '');
    const [, name, rate, channels] = match ?? [];
    const mapped = name === undefined ? undefined : { name, clockRate: Number(rate), channels: Number(channels ?? 1) };
    const base = mapped ?? staticCodec(Number(format));
    if (base === undefined) continue;
    const fmtp = parameters.get(format);
    codecs.push({ payloadType: Number(format), ...base, ...(fmtp === undefined ? {} : { fmtp }) });
  }
  return codecs;
}

/** Same encoding: name without regard to case, clock rate, channels. */
export function sameCodec(a: Codec, b: Codec): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && a.clockRate === b.clockRate && a.channels === b.channels;
}

export function isTelephoneEvent(codec: Codec): boolean {
  return codec.name.toLowerCase() === 'telephone-event';
}

/** The telephone-event format that goes with a codec: both run on one clock. RFC 4733 2.1. */
export function telephoneEventFor(codec: Codec, codecs: readonly Codec[]): Codec | undefined {
  return codecs.find((each) => isTelephoneEvent(each) && each.clockRate === codec.clockRate);
}

export function isComfortNoise(codec: Codec): boolean {
  return codec.name.toUpperCase() === 'CN';
}

/** The comfort noise that goes with a codec: one that has none of its own, on the same clock. RFC 3389 1, 5. */
export function comfortNoiseFor(codec: Codec, codecs: readonly Codec[]): Codec | undefined {
  if (!/^PCM[AU]$/i.test(codec.name)) return undefined;
  return codecs.find((each) => isComfortNoise(each) && each.clockRate === codec.clockRate);
}

/** Whether it carries what is said, not something beside it. */
export function isVoice(codec: Codec): boolean {
  return !isTelephoneEvent(codec) && !isComfortNoise(codec);
}

/** The address that means "do not send" in RFC 2543 holds. RFC 3264 8.4. */
function isNowhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** What the other side says about one section; undefined when it is switched off or has no address. */
export function viewOf(sdp: Sdp, section: MediaSection): AudioView | undefined {
  const address = addressOf(sdp, section);
  if (section.port === 0 || address === undefined) return undefined;
  const codecs = codecsOf(section);
  const said = directionOf(sdp, section);
  const held = said === 'sendrecv' ? 'sendonly' : said === 'recvonly' ? 'inactive' : said;
  const view: AudioView = {
    address,
    port: section.port,
    codecs,
    direction: isNowhere(address) ? held : said,
    rtcpPort: Number.parseInt(attributes(section.lines, 'rtcp')[0] ?? '', 10) || section.port + 1,
  };
  const voice = codecs.find(isVoice);
  const event = voice === undefined ? codecs.find(isTelephoneEvent) : telephoneEventFor(voice, codecs);
  const ptime = ptimeOf(section);
  if (event !== undefined) view.telephoneEvent = event;
  if (ptime !== undefined) view.ptime = ptime;
  return view;
}

/** The first audio section that is in use, undefined when there is none. */
export function audioOf(sdp: Sdp): AudioView | undefined {
  for (const section of sdp.media) {
    const view = section.media === 'audio' ? viewOf(sdp, section) : undefined;
    if (view !== undefined) return view;
  }
  return undefined;
}
