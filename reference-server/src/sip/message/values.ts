import type { CSeq, NameAddr, Params, RAck, SessionExpires } from './types.ts';

/** RFC 3261 20.16. */
export function parseCSeq(_value: string): CSeq | undefined {
  throw new Error('not yet');
}

/** RFC 3261 20.10, 25.1. */
export function parseNameAddr(_value: string): NameAddr | undefined {
  throw new Error('not yet');
}

/** Inverse of `parseNameAddr`. */
export function serializeNameAddr(_value: NameAddr): string {
  throw new Error('not yet');
}

/** `;a=b;c` from its first semicolon on. */
export function parseParams(_text: string): Params | undefined {
  throw new Error('not yet');
}

/** Inverse of `parseParams`. */
export function serializeParams(_params: Params): string {
  throw new Error('not yet');
}

/** RFC 3262 7.2. */
export function parseRAck(_value: string): RAck | undefined {
  throw new Error('not yet');
}

/** RFC 4028 4. */
export function parseSessionExpires(_value: string): SessionExpires | undefined {
  throw new Error('not yet');
}

/** Inverse of `parseSessionExpires`. */
export function serializeSessionExpires(_value: SessionExpires): string {
  throw new Error('not yet');
}
