/** Usual reason phrase of a status. RFC 3261 21. */
export function reasonPhrase(_status: number): string {
  throw new Error('not yet');
}
