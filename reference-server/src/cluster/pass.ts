/**
 * What a node shows another: a JWT over the very bytes that it sends, signed with the key that the nodes share. The clocks of two
 * machines may be minutes apart: the time in it only ends its life some day.
 */
import { createHash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

export interface Passes {
  issue(bytes: string): Promise<string>;
  /** The id of the node that sent these bytes; undefined: no node of ours. */
  check(pass: string, bytes: string): Promise<string | undefined>;
}

const audience = 'nodes';
const lifetimeSeconds = 60;
const clockToleranceSeconds = 300;
const digest = (bytes: string): string => createHash('sha256').update(bytes).digest('base64url');

export function createPasses(options: {
  readonly key: Uint8Array;
  readonly node: string;
  readonly now: () => Date;
}): Passes {
  const { key, node, now } = options;
  return {
    issue: (bytes) => {
      const issued = Math.floor(now().getTime() / 1000);
      return new SignJWT({ digest: digest(bytes) })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(node)
        .setAudience(audience)
        .setIssuedAt(issued)
        .setExpirationTime(issued + lifetimeSeconds)
        .sign(key);
    },
    async check(pass, bytes) {
      const verified = await jwtVerify(pass, key, {
        algorithms: ['HS256'],
        audience,
        requiredClaims: ['exp', 'iss', 'digest'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now(),
      }).catch(() => undefined);
      return verified?.payload.digest === digest(bytes) ? verified.payload.iss : undefined;
    },
  };
}
