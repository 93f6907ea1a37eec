import type { WireMessage } from './wire.ts';

/** Values of Privacy; a header may have several (RFC 3323 section 4.2). */
export const privacyValues = (invite: Pick<WireMessage, 'headers'>): readonly string[] =>
  invite.headers('Privacy').flatMap((value) => value.split(/[;\s]+/));
