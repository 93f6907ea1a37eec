import { contentLength } from './content-length.ts';
import { type Head, parseError, parseHead, partialRequest } from './head.ts';
import { noBody } from './no-body.ts';
import type { StartLine } from './start-line.ts';
import type { ParseError, ParseResult, SipMessage } from './types.ts';

/** First byte that is no CR or LF: empty lines before a message are skipped. RFC 3261 7.5. */
function firstByte(data: Uint8Array): number {
  let at = 0;
  while (data[at] === 13 || data[at] === 10) at++;
  return at;
}

export function failure(error: ParseError, head: Head): ParseResult {
  const partial = partialRequest(head);
  return partial === undefined ? { ok: false, error } : { ok: false, error, partial };
}

export function messageOf(start: StartLine, head: Head, body: Uint8Array): SipMessage {
  return start.kind === 'request'
    ? { kind: 'request', method: start.method, uri: start.uri, headers: head.headers, body }
    : { kind: 'response', status: start.status, reason: start.reason, headers: head.headers, body };
}

/**
 * One whole message in a datagram: without Content-Length the body is all that follows, bytes behind the body are left
 * out with a warning. `body` is a view of `data`. Never throws: RFC 3261 7, 18.3.
 */
export function parseMessage(data: Uint8Array): ParseResult {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const from = firstByte(data);
  if (from === data.length) return { ok: false, error: parseError('empty', 'No message.', 0) };
  const head = parseHead(bytes, from);
  if (head.error !== undefined) return failure(head.error, head);
  if (head.start === undefined) return failure(parseError('start-line', 'No start line.', from), head);
  const length = contentLength(head.headers);
  if (length === 'bad') return failure(parseError('content-length', 'Content-Length is no single number.', from), head);
  const available = data.length - head.bodyAt;
  const size = length === 'absent' ? available : length;
  if (size > available) {
    const message = `Content-Length says ${size} bytes, ${available} came.`;
    return failure(parseError('truncated-body', message, data.length), head);
  }
  if (size < available) {
    const message = `${available - size} bytes behind the body.`;
    head.warnings.push({ code: 'trailing-bytes', message, at: head.bodyAt + size });
  }
  const body = size === 0 ? noBody : new Uint8Array(data.buffer, data.byteOffset + head.bodyAt, size);
  return { ok: true, message: messageOf(head.start, head, body), warnings: head.warnings };
}
