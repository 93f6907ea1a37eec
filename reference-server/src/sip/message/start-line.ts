import { consistsOf, decimal, token } from './chars.ts';
import type { ParseError, ParseWarning } from './types.ts';

export type StartLine =
  | { kind: 'request'; method: string; uri: string }
  | { kind: 'response'; status: number; reason: string };

interface StartLineResult {
  start: StartLine | undefined;
  error: ParseError | undefined;
  warnings: ParseWarning[];
}

const space = ' ';

/** A version that is not 2.0 is answered with 505, what is no version at all with 400. */
function versionError(version: string, at: number): ParseError | undefined {
  if (version === 'SIP/2.0' || version.toUpperCase() === 'SIP/2.0') return undefined;
  return /^SIP\/\d+\.\d+$/i.test(version)
    ? { code: 'version', message: `The version is ${version}, not SIP/2.0.`, at, status: 505 }
    : { code: 'start-line', message: 'The start line has no SIP version.', at, status: 400 };
}

const failed = (message: string, at: number, start?: StartLine): StartLineResult => ({
  start,
  error: { code: 'start-line', message, at, status: 400 },
  warnings: [],
});

/** `Method SP Request-URI SP SIP-Version`. RFC 3261 7.1. */
function parseRequestLine(line: string, at: number): StartLineResult {
  const first = line.indexOf(space);
  const method = first < 0 ? line : line.slice(0, first);
  if (!consistsOf(method, token)) return failed('The start line does not begin with a method.', at);
  const last = line.lastIndexOf(space);
  const start: StartLine = { kind: 'request', method, uri: line.slice(first + 1, Math.max(last, first + 1)) };
  if (first < 0 || last === first) return failed('The start line does not have three parts.', at);
  if (start.uri === '' || /\s/.test(start.uri))
    return failed('White space in or around the Request-URI.', at + first + 1, start);
  const error = versionError(line.slice(last + 1), at + last + 1);
  // Without any SIP version it is another protocol, to which nothing is answered.
  return { start: error?.code === 'start-line' ? undefined : start, error, warnings: [] };
}

/** `SIP-Version SP Status-Code SP Reason-Phrase`; the second space may be missing. RFC 3261 7.2. */
function parseStatusLine(line: string, at: number, decode: (text: string, at: number) => string): StartLineResult {
  const first = line.indexOf(space);
  const second = first < 0 ? -1 : line.indexOf(space, first + 1);
  const digits = first < 0 ? '' : line.slice(first + 1, second < 0 ? line.length : second);
  const error = versionError(first < 0 ? line : line.slice(0, first), at);
  const status = digits.length === 3 ? decimal(digits, 699) : undefined;
  if (error !== undefined) return { start: undefined, error, warnings: [] };
  if (status === undefined || status < 100) {
    const code = {
      code: 'status',
      message: 'The status is no number from 100 to 699.',
      at: at + first + 1,
      status: 400,
    } as const;
    return { start: undefined, error: code, warnings: [] };
  }
  const warning: ParseWarning = {
    code: 'start-line-space',
    message: 'No space behind the status.',
    at: at + line.length,
  };
  return {
    start: { kind: 'response', status, reason: second < 0 ? '' : decode(line.slice(second + 1), at + second + 1) },
    error: undefined,
    warnings: second < 0 ? [warning] : [],
  };
}

/** First line of a message; `at` is its byte offset. A method cannot hold a slash, so `SIP/` tells the two apart. */
export function parseStartLine(
  line: string,
  at: number,
  decode: (text: string, at: number) => string,
): StartLineResult {
  const prefix = line.slice(0, 4);
  return prefix === 'SIP/' || prefix.toUpperCase() === 'SIP/'
    ? parseStatusLine(line, at, decode)
    : parseRequestLine(line, at);
}
