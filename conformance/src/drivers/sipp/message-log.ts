import { signalMethod } from './elements.ts';
import type { SippMessage } from './types.ts';

/**
 * Reads SIPp's message log as it grows. An entry is a line of hyphens with the time (UTC, because the driver sets TZ), a
 * line that tells direction and length in bytes, an empty line, and the message.
 */
export class MessageLog {
  private pending = Buffer.alloc(0);
  private readonly leg: string;

  constructor(leg: string) {
    this.leg = leg;
  }

  /** Messages that are whole now. The suite's own signals are left out. */
  push(chunk: Uint8Array): SippMessage[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const found: SippMessage[] = [];
    for (;;) {
      const entry = this.next();
      if (entry === undefined) return found;
      const message = entry.raw === undefined ? undefined : describe(this.leg, entry.raw, entry.at, entry.direction);
      if (message && message.method !== signalMethod) found.push(message);
    }
  }

  private next(): { raw?: string; at: number; direction: SippMessage['direction'] } | undefined {
    const text = this.pending.toString('latin1');
    const header = entryHeader.exec(text);
    if (!header) return undefined;
    const [all, date = '', time = '', direction = '', sentLength, receivedLength] = header;
    const start = header.index + all.length;
    const end = start + Number(sentLength ?? receivedLength);
    if (text.length < end) return undefined;
    const raw = this.pending.subarray(start, end).toString('utf8');
    this.pending = this.pending.subarray(end);
    return { raw, at: wallClock(date, time), direction: direction === 'sent' ? 'sent' : 'received' };
  }
}

const entryHeader =
  /-{20,} (\d{4}-\d\d-\d\d)[ \t](\d\d:\d\d:\d\d\.\d+)\r?\n\S+ message (sent|received) (?:\((\d+) bytes\)|\[(\d+)\] bytes) ?:\r?\n\r?\n/;

/** Milliseconds since 1970, with the microseconds as fraction. */
function wallClock(date: string, time: string): number {
  const [clock = '', fraction = '0'] = time.split('.');
  return Date.parse(`${date}T${clock}Z`) + Number(`0.${fraction}`) * 1000;
}

/** Undefined for what is no SIP message. */
export function describe(
  leg: string,
  raw: string,
  at: number,
  direction: SippMessage['direction'],
): SippMessage | undefined {
  const first = raw.slice(0, raw.search(/\r?\n|$/));
  const callId = header(raw, 'Call-ID', 'i') ?? '';
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first);
  const base = { type: 'sip', leg, callId, raw, at, direction } as const;
  if (response) {
    const method = /\d+\s+(\S+)/.exec(header(raw, 'CSeq') ?? '')?.[1] ?? '';
    return { ...base, method, status: Number(response[1]), reason: response[2] ?? '' };
  }
  const request = /^(\S+) \S+ SIP\/2\.0$/.exec(first);
  return request ? { ...base, method: request[1] ?? '' } : undefined;
}

/** First value of a header, in long or compact form. */
export function header(raw: string, name: string, compact?: string): string | undefined {
  return headers(raw, name, compact)[0];
}

/** All values of a header, one for each line; folded lines are joined (RFC 3261 7.3.1). */
export function headers(raw: string, name: string, compact?: string): readonly string[] {
  const head = raw.slice(0, raw.search(/\r?\n\r?\n|$/)).replace(/\r?\n[ \t]+/g, ' ');
  const wanted = [name, compact].filter((one) => one !== undefined).map((one) => one.toLowerCase());
  return head
    .split(/\r?\n/)
    .slice(1)
    .map(
      (line) =>
        [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
    )
    .filter(([key]) => wanted.includes(key))
    .map(([, value]) => value);
}

/** What follows the empty line. */
export const body = (raw: string): string => /\r?\n\r?\n([\s\S]*)$/.exec(raw)?.[1] ?? '';
