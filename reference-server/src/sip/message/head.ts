import { isAscii, isUtf8 } from 'node:buffer';
import { consistsOf, token, trimLws } from './chars.ts';
import { Headers } from './headers.ts';
import { parseStartLine, type StartLine } from './start-line.ts';
import type { ParseError, ParseErrorCode, ParseWarning, PartialRequest } from './types.ts';

/** Start line and headers of a message; the body begins at `bodyAt`. */
export interface Head {
  start: StartLine | undefined;
  headers: Headers;
  bodyAt: number;
  warnings: ParseWarning[];
  /** The first fault; reading went on behind it to have what an answer needs. */
  error: ParseError | undefined;
}

export function parseError(
  code: ParseErrorCode,
  message: string,
  at: number,
  status: ParseError['status'] = 400,
): ParseError {
  return { code, message, at, status };
}

const cr = 13;
const headEnd = Buffer.from('\r\n\r\n');

/** A field that lines are still being read of. */
interface OpenField {
  name: string;
  value: string;
  /** Continuation lines; joined once at the end, so that thousands of them cost no more than one long line. */
  more: string[];
}

/** Most headers have one line: they share this. */
const none: string[] = [];

function closed({ value, more }: OpenField): string {
  return more === none ? value : trimLws([value, ...more].join(' '));
}

/**
 * Reads up to the first empty line. The head is decoded once as one character a byte, so that offsets are byte offsets,
 * and values that are not ASCII are decoded again as UTF-8. RFC 3261 7.3.
 */
export function parseHead(data: Buffer, from: number): Head {
  const end = data.indexOf(headEnd, from);
  // Without CRLF CRLF the sender may end its lines with LF alone: then all there is is looked through.
  const text = data.toString('latin1', 0, end < 0 ? data.length : end + headEnd.length);
  const ascii = isAscii(end < 0 ? data : data.subarray(0, end));
  const head: Head = { start: undefined, headers: new Headers(), bodyAt: data.length, warnings: [], error: undefined };
  const fail = (message: string, at: number, code: ParseErrorCode = 'header'): void => {
    head.error ??= parseError(code, message, at);
  };
  const decode = (value: string, at: number): string => {
    if (ascii) return value;
    const bytes = Buffer.from(value, 'latin1');
    if (!isUtf8(bytes)) head.warnings.push({ code: 'invalid-utf8', message: 'Bytes that are no UTF-8.', at });
    return bytes.toString('utf8');
  };
  let field: OpenField | undefined;
  let bareLf = -1;
  let position = from;
  let nextCr = text.indexOf('\r', from);
  for (let line = 0; ; line++) {
    const feed = text.indexOf('\n', position);
    if (feed < 0) {
      fail('The headers do not end with an empty line.', text.length, 'truncated-head');
      break;
    }
    let stop = feed;
    if (feed > position && text.charCodeAt(feed - 1) === cr) stop--;
    else if (bareLf < 0) bareLf = feed;
    if (nextCr >= 0 && nextCr < stop) fail('A carriage return inside a line.', nextCr);
    if (nextCr >= 0 && nextCr <= feed) nextCr = text.indexOf('\r', feed);
    if (line === 0) {
      const result = parseStartLine(text.slice(position, stop), position, decode);
      head.start = result.start;
      head.error ??= result.error;
      head.warnings.push(...result.warnings);
    } else if (stop === position) {
      head.bodyAt = feed + 1;
      break;
    } else {
      const first = text.charCodeAt(position);
      if (first === 0x20 || first === 0x09) {
        if (field === undefined) fail('A continuation line without a header.', position);
        else {
          if (field.more === none) field.more = [];
          field.more.push(decode(trimLws(text.slice(position, stop)), position));
        }
      } else {
        if (field !== undefined) head.headers.append(field.name, closed(field));
        field = readField(text, position, stop, decode);
        if (field === undefined) fail('A header line without a name and a colon.', position);
      }
    }
    position = feed + 1;
  }
  if (field !== undefined) head.headers.append(field.name, closed(field));
  for (let zero = text.indexOf('\0', from); zero >= 0 && zero < head.bodyAt; zero = text.indexOf('\0', zero + 1)) {
    // NUL is legal behind a backslash in a quoted string and nowhere else. RFC 3261 25.1 quoted-pair.
    if (text.charCodeAt(zero - 1) !== 0x5c) fail('A NUL in the headers.', zero);
  }
  if (bareLf >= 0) head.warnings.push({ code: 'bare-lf', message: 'A line ends with LF alone.', at: bareLf });
  return head;
}

function readField(
  text: string,
  position: number,
  stop: number,
  decode: (value: string, at: number) => string,
): OpenField | undefined {
  let colon = position;
  while (colon < stop && text.charCodeAt(colon) !== 0x3a) colon++;
  if (colon === stop) return undefined;
  const name = trimLws(text.slice(position, colon));
  if (!consistsOf(name, token)) return undefined;
  return { name, value: decode(trimLws(text.slice(colon + 1, stop)), colon + 1), more: none };
}

/** What an answer to a broken request needs, if it could be read. RFC 3261 8.2.6.2. */
export function partialRequest(head: Head): PartialRequest | undefined {
  if (head.start?.kind !== 'request') return undefined;
  const needed = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
  return needed.every((name) => head.headers.has(name))
    ? { method: head.start.method, headers: head.headers }
    : undefined;
}
