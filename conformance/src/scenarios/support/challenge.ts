/** Callees who challenge, and what came in answer, read and worked out by a library that the server does not use. */
import { DIGEST, parseAuthorizationHeader } from 'http-auth-utils';
import { header } from '../../drivers/sipp/message-log.ts';
import { type Callee, callee } from '../../drivers/sipp/scenario.ts';
import { sdp } from '../../drivers/sipp/sdp.ts';
import type { SippMessage } from '../../drivers/sipp/types.ts';
import type { CalleeHandle, Expected, TestContext } from '../../harness/types.ts';
import { that } from './expected.ts';

/** A 401 or 407 and what it asks for. */
export interface Refusal {
  readonly status: 401 | 407;
  readonly challenges: readonly string[];
}

/** A nonce that nobody has used before. */
export const newNonce = (ctx: TestContext): string => ctx.harness.outside.random(16);

/** The value of a challenge in the target's realm. */
export function challenge(ctx: TestContext, nonce: string, more = ''): string {
  return `Digest realm="${ctx.target.sipCredentials?.realm}", qop="auth", nonce="${nonce}", opaque="o${nonce}"${more}`;
}

/** A callee that refuses with each of these in turn, and then answers, unless it is to go on refusing. */
export function challenging(ctx: TestContext, refusals: readonly Refusal[], answers: boolean): Promise<CalleeHandle> {
  const refused = refusals.reduce<Callee>(
    (flow, { status, challenges }) => {
      const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
      return flow.invited().refuse(status, { headers: challenges.map((value) => `${name}: ${value}`) });
    },
    callee(ctx.meta.title, 'callee'),
  );
  const media = { codecs: ['PCMU'] as const };
  const scenario = answers
    ? refused
        .invited()
        .provisional(180)
        .answer({ sdp: sdp(media) })
        .hold(sdp({ ...media, version: 2 }))
        .bye()
    : refused;
  return ctx.callee({ scenario: scenario.source() });
}

/** The INVITEs that came, copies left out. */
export function invites({ sipp }: CalleeHandle): readonly SippMessage[] {
  const received = sipp.messages().filter((m) => m.direction === 'received' && m.method === 'INVITE');
  return received.filter((m, i) => received.findIndex((other) => cseqOf(other) === cseqOf(m)) === i);
}

export const cseqOf = ({ raw }: SippMessage): number => Number.parseInt(header(raw, 'CSeq') ?? '', 10);

const names = ['username', 'realm', 'nonce', 'uri', 'response', 'algorithm', 'cnonce', 'opaque', 'qop', 'nc'] as const;
/** Properties of digest credentials; whatever is expected of those of a header that is none fails. */
export type Given = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** The credentials in a request. */
export function credentialsIn(invite: SippMessage | undefined, name = 'Authorization'): Given {
  const value = header(invite?.raw ?? '', name);
  if (value === undefined) return {};
  try {
    return parseAuthorizationHeader(value, [DIGEST], { strict: false }).data;
  } catch {
    return {};
  }
}

/** The response that the target's password gives with everything else as it was sent. */
export function rightResponse(ctx: TestContext, hash: 'md5' | 'sha256', given: Given): Expected<unknown> {
  const { realm = '', username = '', password = '' } = ctx.target.sipCredentials ?? {};
  const { uri = '', nonce = '', nc = '', cnonce = '', qop = '' } = given;
  const asked = { method: 'INVITE', algorithm: hash, realm, username, password };
  return { equals: ctx.harness.outside.digest({ ...asked, uri, nonce, nc, cnonce, qop }) };
}

export const ownNonce = (nonce: string): Expected<unknown> =>
  that('a text of its own', (value: unknown) => typeof value === 'string' && value !== '' && value !== nonce);
