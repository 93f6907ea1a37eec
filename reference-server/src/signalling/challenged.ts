/** The challenges that one call has met so far, and what its next INVITE answers to them (RFC 3261 section 22.3). */
import type { Headers } from '../sip/message/index.ts';
import { authorization, type Challenge, type Credentials, challengesOf, keyOf } from './digest.ts';
import type { SrfHeaders } from './srf.ts';

interface ChallengedOptions {
  /** What is known for a realm; undefined: nothing, and the challenge is a refusal. */
  readonly credentials: (realm: string) => Credentials | undefined;
  readonly newNonce: () => string;
}

interface Met {
  readonly challenge: Challenge;
  readonly credentials: Credentials;
  /** Requests with its nonce. */
  count: number;
}

export class Challenged {
  readonly #options: ChallengedOptions;
  readonly #met = new Map<string, Met>();

  constructor(options: ChallengedOptions) {
    this.#options = options;
  }

  /**
   * Takes in the challenges of a 401 or 407.
   * @returns false when nothing new can be answered: no credentials, an algorithm that is not known, or the same
   * realm once more, which means that the credentials are wrong unless it calls the nonce stale (RFC 3261 section 22.1).
   */
  take(response: Headers): boolean {
    const fresh = challengesOf(response).flatMap((challenge): Met[] => {
      const before = this.#met.get(keyOf(challenge));
      if (before !== undefined && (!challenge.stale || before.challenge.nonce === challenge.nonce)) return [];
      const credentials = this.#options.credentials(challenge.realm);
      return credentials === undefined ? [] : [{ challenge, credentials, count: 0 }];
    });
    for (const met of fresh) this.#met.set(keyOf(met.challenge), met);
    return fresh.length > 0;
  }

  /** The credentials for the next request, all realms that asked so far. */
  headers(method: string, uri: string): SrfHeaders {
    const headers: SrfHeaders = {};
    for (const met of this.#met.values()) {
      met.count += 1;
      const asking = { method, uri, cnonce: this.#options.newNonce(), count: met.count };
      const { header } = met.challenge;
      const value = authorization(met.challenge, met.credentials, asking);
      const before = headers[header];
      headers[header] = before === undefined ? value : `${before}\r\n${header}: ${value}`;
    }
    return headers;
  }
}
