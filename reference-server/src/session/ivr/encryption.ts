/** D-CRYPT: digits as a salted digest, so that what a caller typed is in no request and no log. */
import { createHash } from 'node:crypto';

export interface Encryption {
  readonly type: 'md5';
  readonly salt: string;
}

/** Lower-case hex MD5 of salt and digits; the digits themselves where no encryption was asked for. */
export const encrypt = (digits: string, encryption: Encryption | undefined): string =>
  encryption === undefined
    ? digits
    : createHash('md5')
        .update(encryption.salt + digits)
        .digest('hex');
