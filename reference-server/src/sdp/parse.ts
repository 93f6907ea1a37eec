import type { MediaSection, Sdp, SdpLine, SdpParseResult } from './types.ts';

/** `m=<media> <port>[/<number>] <proto> <fmt> …`. RFC 8866 5.14. */
function parseMedia(value: string): MediaSection | undefined {
  const [media = '', ports = '', protocol = '', ...formats] = value.split(' ').filter((word) => word !== '');
  const match = /^(\d{1,5})(?:\/(\d{1,5}))?$/.exec(ports);
  const port = Number(match?.[1]);
  if (media === '' || protocol === '' || formats.length === 0 || match === null || port > 65535) return undefined;
  const section: MediaSection = { media, port, protocol, formats, lines: [] };
  if (match[2] !== undefined) section.portCount = Number(match[2]);
  return section;
}

/** `o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>`. RFC 8866 5.2. */
export const originPattern = /^(\S+) (\d+) (\d+) IN (IP4|IP6) (\S+)$/;

function lineFault(line: SdpLine): string | undefined {
  if (line.type === 'o' && !originPattern.test(line.value)) return 'o= is malformed.';
  if (line.type === 'c' && !/^IN (IP4|IP6) \S+$/.test(line.value)) return 'c= is malformed.';
  return undefined;
}

/**
 * A session description; lines may end with CRLF or LF. Lines that are not known are kept. The error names the line,
 * counted from 1. Never throws. RFC 8866 5, 9.
 */
export function parseSdp(input: string | Uint8Array): SdpParseResult {
  const text = typeof input === 'string' ? input : Buffer.from(input).toString('utf8');
  const sdp: Sdp = { lines: [], media: [] };
  const rows = text.split(/\r?\n/);
  while (rows.at(-1) === '') rows.pop();
  const fail = (message: string, row: number): SdpParseResult => ({ ok: false, error: { message, line: row + 1 } });
  for (const [row, content] of rows.entries()) {
    if (!/^[a-z]=/.test(content)) return fail('A line is one letter, =, and a value.', row);
    const line: SdpLine = { type: content.slice(0, 1), value: content.slice(2) };
    if (row === 0 && (line.type !== 'v' || line.value.trim() !== '0')) return fail('The first line is v=0.', row);
    const fault = lineFault(line);
    if (fault !== undefined) return fail(fault, row);
    if (line.type !== 'm') {
      (sdp.media.at(-1) ?? sdp).lines.push(line);
      continue;
    }
    const section = parseMedia(line.value);
    if (section === undefined) return fail('m= is malformed.', row);
    sdp.media.push(section);
  }
  if (rows.length === 0) return fail('No session description.', 0);
  if (!sdp.lines.some(({ type }) => type === 'o')) return fail('o= is missing.', rows.length - 1);
  return { ok: true, sdp };
}

/** Inverse of `parseSdp`, with CRLF. */
export function serializeSdp(sdp: Sdp): string {
  let text = '';
  for (const { type, value } of sdp.lines) text += `${type}=${value}\r\n`;
  for (const { media, port, portCount, protocol, formats, lines } of sdp.media) {
    const ports = portCount === undefined ? String(port) : `${port}/${portCount}`;
    text += `m=${media} ${ports} ${protocol} ${formats.join(' ')}\r\n`;
    for (const { type, value } of lines) text += `${type}=${value}\r\n`;
  }
  return text;
}
