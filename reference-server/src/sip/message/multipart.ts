import { parseHead } from './head.ts';
import { parseParams } from './params.ts';
import { unquote } from './quoted.ts';
import type { BodyPart } from './types.ts';

/** The boundary that a multipart Content-Type names. */
function boundaryOf(contentType: string): string | undefined {
  const semicolon = contentType.indexOf(';');
  if (semicolon < 0 || !/^\s*multipart\s*\//i.test(contentType)) return undefined;
  const boundary = parseParams(contentType.slice(semicolon))?.get('boundary');
  return typeof boundary === 'string' ? unquote(boundary) : undefined;
}

/** Where the line break before a delimiter begins, so that it does not count as content. */
function contentEnd(body: Buffer, delimiter: number): number {
  if (body[delimiter - 1] !== 10) return delimiter;
  return body[delimiter - 2] === 13 ? delimiter - 2 : delimiter - 1;
}

/** Starts of the lines that are delimiters, each with the index behind it; `last` is the closing one. */
function* delimiters(body: Buffer, mark: string): Generator<{ start: number; after: number; last: boolean }> {
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 1)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    const behind = at + mark.length;
    const feed = body.indexOf(10, behind);
    const tail = body.toString('latin1', behind, feed < 0 ? body.length : feed).trim();
    const after = feed < 0 ? body.length : feed + 1;
    if (tail === '' || tail === '--') yield { start: at, after, last: tail === '--' };
    if (tail === '--') return;
  }
}

function parsePart(bytes: Buffer): BodyPart {
  // A part has no start line: one is put before it to read its headers with.
  const framed = Buffer.concat([Buffer.from('X x:x SIP/2.0\r\n'), bytes]);
  const head = parseHead(framed, 0);
  return { headers: head.headers, body: Uint8Array.from(framed.subarray(head.bodyAt)) };
}

/**
 * Parts of a multipart body in their order; undefined when `contentType` names no boundary or the body lacks the opening
 * or the closing delimiter. Parts may be binary. RFC 2046 5.1, RFC 5621.
 */
export function parseMultipart(contentType: string, body: Uint8Array): BodyPart[] | undefined {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined || boundary === '') return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts: BodyPart[] = [];
  let open: number | undefined;
  for (const { start, after, last } of delimiters(bytes, `--${boundary}`)) {
    if (open !== undefined) parts.push(parsePart(bytes.subarray(open, Math.max(open, contentEnd(bytes, start)))));
    if (last) return open === undefined ? undefined : parts;
    open = after;
  }
  return undefined;
}
