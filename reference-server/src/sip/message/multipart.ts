import type { BodyPart } from './types.ts';

/** Parts of a multipart body, undefined when `contentType` names no boundary or the body does not hold to it. RFC 2046 5.1. */
export function parseMultipart(_contentType: string, _body: Uint8Array): BodyPart[] | undefined {
  throw new Error('not yet');
}

/** Body and Content-Type of a multipart message; the boundary is the caller's. */
export function serializeMultipart(
  _parts: readonly BodyPart[],
  _boundary: string,
  _subtype?: string,
): { contentType: string; body: Uint8Array } {
  throw new Error('not yet');
}
