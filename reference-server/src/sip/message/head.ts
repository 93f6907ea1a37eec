import { isAscii, isUtf8 } from 'node:buffer';
import { consistsOf, token, trimLws } from './chars.ts';
import { Headers } from './headers.ts';
import { headerName } from './names.ts';
import { parseStartLine, type StartLine } from './start-line.ts';
import { tolerate } from './tolerate.ts';
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
const space = 0x20;
const tab = 0x09;
const colonSign = 0x3a;
const backslash = 0x5c;
const headEnd = Buffer.from('\r\n\r\n');

/** A header that continuation lines may still follow. */
interface OpenField {
  at: number;
  name: string;
  value: string;
  /** Continuation lines; joined once at the end, so that thousands of them cost no more than one long line. */
  more: string[];
}

/** Most headers have one line: they share this. */
const none: string[] = [];

/**
 * Reads a head line by line. It was decoded at once as one character a byte, so that offsets are byte offsets; values that
 * are not ASCII are decoded again as UTF-8.
 */
class HeadReader {
  readonly head: Head;
  private readonly text: string;
  private readonly ascii: boolean;
  private position: number;
  private nextCr: number;
  private bareLf = -1;
  private field: OpenField | undefined;

  constructor(data: Buffer, from: number) {
    const end = data.indexOf(headEnd, from);
    // Without CRLF CRLF the sender may end its lines with LF alone: then all there is is looked through.
    this.text = data.toString('latin1', 0, end < 0 ? data.length : end + headEnd.length);
    this.ascii = isAscii(end < 0 ? data : data.subarray(0, end));
    this.position = from;
    this.nextCr = this.text.indexOf('\r', from);
    this.head = { start: undefined, headers: new Headers(), bodyAt: data.length, warnings: [], error: undefined };
  }

  read(): Head {
    const { head, text } = this;
    const from = this.position;
    for (let line = 0; ; line++) {
      const start = this.position;
      const stop = this.nextLine();
      if (stop < 0) {
        this.fail('The headers do not end with an empty line.', text.length, 'truncated-head');
        break;
      }
      if (line === 0) this.readStart(start, stop);
      else if (stop === start) {
        head.bodyAt = this.position;
        break;
      } else this.readLine(start, stop);
    }
    this.close();
    this.checkZeros(from);
    if (this.bareLf >= 0) this.warn('bare-lf', 'A line ends with LF alone.', this.bareLf);
    return head;
  }

  /** Goes behind the next line end; gives where the line stops, -1 when there is none. */
  private nextLine(): number {
    const { text, position } = this;
    const feed = text.indexOf('\n', position);
    if (feed < 0) return -1;
    const stop = feed > position && text.charCodeAt(feed - 1) === cr ? feed - 1 : feed;
    if (stop === feed && this.bareLf < 0) this.bareLf = feed;
    if (this.nextCr >= 0 && this.nextCr < stop) this.fail('A carriage return inside a line.', this.nextCr);
    if (this.nextCr >= 0 && this.nextCr < feed) this.nextCr = text.indexOf('\r', feed);
    this.position = feed + 1;
    return stop;
  }

  private readStart(start: number, stop: number): void {
    const result = parseStartLine(this.text.slice(start, stop), start, (text, at) => this.decode(text, at));
    this.head.start = result.start;
    this.head.error ??= result.error;
    this.head.warnings.push(...result.warnings);
  }

  private readLine(start: number, stop: number): void {
    const first = this.text.charCodeAt(start);
    if (first !== space && first !== tab) {
      this.close();
      this.field = this.readField(start, stop);
      if (this.field === undefined) this.fail('A header line without a name and a colon.', start);
    } else if (this.field === undefined) this.fail('A continuation line without a header.', start);
    else {
      if (this.field.more === none) this.field.more = [];
      this.field.more.push(this.decode(trimLws(this.text.slice(start, stop)), start));
    }
  }

  private readField(start: number, stop: number): OpenField | undefined {
    const { text } = this;
    let colon = start;
    while (colon < stop && text.charCodeAt(colon) !== colonSign) colon++;
    if (colon === stop) return undefined;
    const name = trimLws(text.slice(start, colon));
    if (!consistsOf(name, token)) return undefined;
    return { at: start, name, value: this.decode(trimLws(text.slice(colon + 1, stop)), colon + 1), more: none };
  }

  /** No continuation line follows any more. */
  private close(): void {
    if (this.field === undefined) return;
    const { name, more, at } = this.field;
    const value = more === none ? this.field.value : trimLws([this.field.value, ...more].join(' '));
    const mended = tolerate(headerName(name).key, value);
    for (const code of mended?.codes ?? []) this.warn(code, `${name} is not as it should be written.`, at);
    this.head.headers.append(name, mended?.value ?? value);
    this.field = undefined;
  }

  /** NUL is legal behind a backslash in a quoted string and nowhere else. RFC 3261 25.1 quoted-pair. */
  private checkZeros(from: number): void {
    const { text, head } = this;
    for (let at = text.indexOf('\0', from); at >= 0 && at < head.bodyAt; at = text.indexOf('\0', at + 1)) {
      if (text.charCodeAt(at - 1) !== backslash) this.fail('A NUL in the headers.', at);
    }
  }

  private decode(value: string, at: number): string {
    if (this.ascii) return value;
    const bytes = Buffer.from(value, 'latin1');
    if (!isUtf8(bytes)) this.warn('invalid-utf8', 'Bytes that are no UTF-8.', at);
    return bytes.toString('utf8');
  }

  private warn(code: ParseWarning['code'], message: string, at: number): void {
    this.head.warnings.push({ code, message, at });
  }

  /** The first fault counts; reading goes on. */
  private fail(message: string, at: number, code: ParseErrorCode = 'header'): void {
    this.head.error ??= parseError(code, message, at);
  }
}

/** Start line and headers from `from` up to the first empty line. RFC 3261 7.3. */
export function parseHead(data: Buffer, from: number): Head {
  return new HeadReader(data, from).read();
}

/** What an answer to a broken request needs, if it could be read. RFC 3261 8.2.6.2. */
export function partialRequest(head: Head): PartialRequest | undefined {
  if (head.start?.kind !== 'request') return undefined;
  const needed = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
  return needed.every((name) => head.headers.has(name))
    ? { method: head.start.method, headers: head.headers }
    : undefined;
}
