/** The replyId of callbacks: a JWT signed with the server's own key, opaque to the application (D-REPLY). */
import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { ConnectionId, ParticipantId, SessionId } from '../session/ids.ts';
import type { IdPort, ReplyClaims } from '../session/ports/reply-id.ts';

interface ReplyIdOptions {
  /** At least 32 characters. */
  readonly secret: string;
  /** Id of this node among several, else its IP address. */
  readonly node: string;
  readonly now: () => Date;
  /** How long a replyId of the domain is good, in seconds: as long as its calls can last. */
  readonly lifetimeSeconds: (domain: string) => number;
}

export interface VerifiedReply {
  readonly claims: ReplyClaims;
  /** The node that made it, whose session it speaks for. */
  readonly node: string | undefined;
}

export interface ReplyIds extends IdPort {
  /** Undefined: forged, damaged, expired or no replyId at all. */
  verify(replyId: string): Promise<VerifiedReply | undefined>;
}

/** Keeps a bearer token that happens to share the key from passing as a replyId. */
const audience = 'replyId';

export function createReplyIds(options: ReplyIdOptions): ReplyIds {
  // As an object: from bytes it would be made anew for each signature, which costs more than the signature.
  const key = createSecretKey(options.secret, 'utf8');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'HS256', typ: 'JWT' });
  return {
    uuid: randomUUID,
    // The session layer needs the text at once, and jose signs with a promise: RFC 7515 3.1 is three lines.
    replyId(claims) {
      const issued = Math.floor(options.now().getTime() / 1000);
      const body = part({
        aud: audience,
        iat: issued,
        exp: issued + options.lifetimeSeconds(claims.domain),
        node: options.node,
        ...claims,
      });
      const signature = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url');
      return `${head}.${body}.${signature}`;
    },
    async verify(replyId) {
      const verified = await jwtVerify(replyId, key, {
        algorithms: ['HS256'],
        audience,
        requiredClaims: ['exp'],
        currentDate: options.now(),
      }).catch(() => undefined);
      return verified === undefined ? undefined : claimsOf(verified.payload);
    },
  };
}

function claimsOf(payload: Readonly<Record<string, unknown>>): VerifiedReply | undefined {
  const { domain, session, participant, connection, command, node } = payload;
  if (typeof domain !== 'string' || typeof session !== 'string') return undefined;
  // The signature is ours, so what it covers was of these types when it was signed.
  const claims = {
    domain,
    session: session as SessionId,
    ...(typeof participant === 'string' ? { participant: participant as ParticipantId } : {}),
    ...(typeof connection === 'string' ? { connection: connection as ConnectionId } : {}),
    ...(typeof command === 'number' ? { command } : {}),
  };
  return { claims, node: typeof node === 'string' ? node : undefined };
}
