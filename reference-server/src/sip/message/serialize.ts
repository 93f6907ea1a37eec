import type { SipMessage } from './types.ts';

const crlf = '\r\n';

/**
 * A value on one line: line ends become a space, as unfolding does (RFC 3261 7.3.1), so that no value can bring a header of
 * its own into a message; NUL too, unless a backslash quotes it.
 */
export function oneLine(value: string): string {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 10 || code === 13 || (code === 0 && value.charCodeAt(at - 1) !== 0x5c)) {
      return value.replace(/[ \t]*(?:[\r\n]|(?<!\\)\0)+[ \t]*/g, ' ').trim();
    }
  }
  return value;
}

/** Bytes of a message. Content-Length is computed: at its place if the message has one, else last. Never throws. RFC 3261 7. */
export function serializeMessage(message: SipMessage): Uint8Array {
  let head =
    message.kind === 'request'
      ? `${oneLine(message.method)} ${oneLine(message.uri)} SIP/2.0${crlf}`
      : `SIP/2.0 ${message.status} ${oneLine(message.reason)}${crlf}`;
  let counted = false;
  for (const { name, value } of message.headers) {
    if (name !== 'Content-Length') head += `${name}: ${oneLine(value)}${crlf}`;
    else if (!counted) {
      head += `Content-Length: ${message.body.length}${crlf}`;
      counted = true;
    }
  }
  if (!counted) head += `Content-Length: ${message.body.length}${crlf}`;
  head += crlf;
  if (message.body.length === 0) return Buffer.from(head, 'utf8');
  const size = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(size + message.body.length);
  bytes.write(head, 0, 'utf8');
  bytes.set(message.body, size);
  return bytes;
}
