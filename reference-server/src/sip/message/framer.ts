import { contentLength } from './content-length.ts';
import { type Head, parseError, parseHead, partialRequest } from './head.ts';
import { messageOf } from './parse.ts';
import type { FrameEvent, ParseError } from './types.ts';

export interface FramerLimits {
  /** Bytes of start line and headers, default 65536. */
  head?: number;
  /** Bytes of a body, default 1048576. */
  body?: number;
}

/** Cuts a byte stream into messages. After a fatal error everything is ignored. RFC 3261 18.3, RFC 5626 3.5.1. */
export interface StreamFramer {
  /** What became whole with these bytes. Bodies do not share memory with later ones. */
  push(bytes: Uint8Array): FrameEvent[];
  /** The stream has ended: an error event when a message is incomplete. */
  end(): FrameEvent[];
}

const empty = Buffer.alloc(0);
const lf = 10;
const cr = 13;

class Framer implements StreamFramer {
  private readonly headLimit: number;
  private readonly bodyLimit: number;
  /** Bytes received; those from `start` to `stop` are not yet used. */
  private buffer: Buffer = empty;
  private start = 0;
  private stop = 0;
  /** Where the search for the end of the headers goes on. */
  private searched = 0;
  /** A head that waits for its body of `size` bytes. */
  private pending: { head: Head; size: number } | undefined;
  /** The last thing used was a single CRLF, which a second one makes a ping. */
  private halfPing = false;
  private dead = false;

  constructor(limits: FramerLimits) {
    this.headLimit = limits.head ?? 65_536;
    this.bodyLimit = limits.body ?? 1_048_576;
  }

  push(bytes: Uint8Array): FrameEvent[] {
    if (this.dead) return [];
    this.take(bytes);
    const events: FrameEvent[] = [];
    while (!this.dead && this.step(events));
    if (this.start === this.stop) this.forget();
    return events;
  }

  end(): FrameEvent[] {
    if (this.dead || this.start === this.stop) return [];
    this.dead = true;
    const code = this.pending === undefined ? 'truncated-head' : 'truncated-body';
    return [
      {
        type: 'error',
        error: parseError(code, 'The stream ended inside a message.', this.stop - this.start),
        fatal: true,
      },
    ];
  }

  /** Appends to the bytes not yet used; room doubles, so that a slow sender costs no more than a fast one. */
  private take(bytes: Uint8Array): void {
    const held = this.stop - this.start;
    if (this.stop + bytes.length > this.buffer.length) {
      const room = Buffer.allocUnsafe(
        Math.max(held + bytes.length, Math.min(held * 2, this.headLimit + this.bodyLimit)),
      );
      room.set(this.buffer.subarray(this.start, this.stop));
      this.searched -= this.start;
      this.buffer = room;
      this.start = 0;
      this.stop = held;
    }
    this.buffer.set(bytes, this.stop);
    this.stop += bytes.length;
  }

  private forget(): void {
    this.buffer = empty;
    this.start = 0;
    this.stop = 0;
    this.searched = 0;
  }

  /** One message, keep-alive or error; false when more bytes are needed. */
  private step(events: FrameEvent[]): boolean {
    if (this.pending !== undefined) return this.finish(this.pending.head, this.pending.size, events);
    if (this.start === this.stop) return false;
    const first = this.buffer[this.start];
    if (first === cr || first === lf) return this.keepAlive(first, events);
    this.halfPing = false;
    const end = this.headEnd();
    const length = (end < 0 ? this.stop : end) - this.start;
    if (length > this.headLimit)
      return this.kill(parseError('too-large', 'The headers are too long.', length, 513), events);
    if (end < 0) return false;
    return this.open(parseHead(this.buffer.subarray(this.start, end), 0), events);
  }

  private keepAlive(first: number, events: FrameEvent[]): boolean {
    if (first === cr && this.stop - this.start < 2) return false;
    this.start += first === cr && this.buffer[this.start + 1] === lf ? 2 : 1;
    this.searched = this.start;
    const next = this.buffer[this.start];
    if (this.halfPing) events.push({ type: 'ping' });
    // A second CRLF that is here already makes one ping of the two.
    else if (this.start === this.stop || (next !== cr && next !== lf)) events.push({ type: 'pong' });
    this.halfPing = !this.halfPing;
    return true;
  }

  /** Index behind the empty line, -1 when it has not come. Lines may end with LF alone. */
  private headEnd(): number {
    let at = Math.max(this.searched, this.start);
    for (;;) {
      const feed = this.buffer.indexOf(lf, at);
      if (feed < 0 || feed >= this.stop) break;
      let next = feed + 1;
      if (next < this.stop && this.buffer[next] === cr) next++;
      if (next >= this.stop) {
        this.searched = feed;
        return -1;
      }
      if (this.buffer[next] === lf) return next + 1;
      at = feed + 1;
    }
    this.searched = this.stop;
    return -1;
  }

  /** The headers are whole: how long is the body? */
  private open(head: Head, events: FrameEvent[]): boolean {
    const length = contentLength(head.headers);
    const bodyless = length === 'absent' && !head.headers.has('Content-Type');
    if (head.start === undefined && head.error !== undefined) return this.kill(head.error, events);
    if (length === 'bad' || (length === 'absent' && !bodyless)) {
      // RFC 3261 18.3: a stream has no other sign of where a message ends.
      return this.kill(
        parseError('content-length', 'A message in a stream needs its Content-Length.', 0),
        events,
        head,
      );
    }
    const size = length === 'absent' ? 0 : length;
    if (size > this.bodyLimit) return this.kill(parseError('too-large', 'The body is too long.', 0, 513), events, head);
    if (bodyless) head.warnings.push({ code: 'bad-content-length', message: 'No Content-Length in a stream.', at: 0 });
    return this.finish(head, size, events);
  }

  private finish(head: Head, size: number, events: FrameEvent[]): boolean {
    const end = head.bodyAt + size;
    this.pending = { head, size };
    if (this.start + end > this.stop) return false;
    this.pending = undefined;
    const body = Uint8Array.from(this.buffer.subarray(this.start + head.bodyAt, this.start + end));
    this.start += end;
    this.searched = this.start;
    if (head.error !== undefined || head.start === undefined) {
      return this.report(head.error ?? parseError('start-line', 'No start line.', 0), events, false, head);
    }
    events.push({ type: 'message', message: messageOf(head.start, head, body), warnings: head.warnings, size: end });
    return true;
  }

  private report(error: ParseError, events: FrameEvent[], fatal: boolean, head?: Head): boolean {
    const partial = head === undefined ? undefined : partialRequest(head);
    events.push(partial === undefined ? { type: 'error', error, fatal } : { type: 'error', error, partial, fatal });
    return !fatal;
  }

  private kill(error: ParseError, events: FrameEvent[], head?: Head): boolean {
    this.dead = true;
    this.forget();
    return this.report(error, events, true, head);
  }
}

/** A framer for one connection. */
export function createStreamFramer(limits: FramerLimits = {}): StreamFramer {
  return new Framer(limits);
}
