import { header } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import type { CalleeHandle, TestContext } from '../../harness/types.ts';
import { hangUp } from '../support/answers.ts';
import {
  challenge,
  challenging,
  credentialsIn,
  cseqOf,
  invites,
  newNonce,
  ownNonce,
  type Refusal,
  rightResponse,
} from '../support/challenge.ts';
import { is } from '../support/expected.ts';

const area = 'sip';
const capability = 'digest-auth';
const needs = { call: true, webhook: true, rest: true } as const;

/** Has the target call somebody who challenges, until the session is over; gives the reason. */
async function called(
  ctx: TestContext,
  refusals: readonly Refusal[],
  answers = true,
): Promise<[CalleeHandle, unknown]> {
  ctx.webhooks.on('getIvrCommand', hangUp());
  const callee = await challenging(ctx, refusals, answers);
  await ctx.rest.send('placeivrcall', {
    destAddr: callee.uri,
    sipFrom: ctx.number,
    sessionReferenceId: ctx.reference,
  });
  await callee.ended;
  const { body } = await ctx.webhooks.next('sessionCompleted');
  return [callee, body.reason];
}

for (const { status, name: answer, hash, slugs } of [
  { status: 401, name: 'Authorization', hash: 'md5', slugs: [] },
  { status: 407, name: 'Proxy-Authorization', hash: 'md5', slugs: [] },
  { status: 401, name: 'Authorization', hash: 'sha256', slugs: ['sip-digest-sha256'] },
] as const) {
  scenario(
    {
      id: `sip/digest-${status}-${hash}`,
      title: `A ${status} to an outbound INVITE is answered with credentials, made with ${hash.toUpperCase()}, and the call is answered`,
      area,
      capability,
      requirements: ['sip-digest-challenge', 'sip-digest-response', 'sip-digest-same-call', ...slugs],
      needs,
    },
    async (ctx) => {
      const nonce = newNonce(ctx);
      const algorithm = (name: string) => challenge(ctx, nonce, `, algorithm=${name}`);
      // What nobody knows, and what is weaker, must not get in the way.
      const challenges =
        hash === 'md5' ? [challenge(ctx, nonce)] : ['X-NEW-1', 'SHA-256', 'MD5'].map((name) => algorithm(name));
      const [callee] = await called(ctx, [{ status, challenges }]);
      const [first, second, ...more] = invites(callee);
      const given = credentialsIn(second, answer);
      ctx.expect('sip-digest-challenge', 'credentials of the first INVITE', credentialsIn(first, answer), is({}));
      ctx.expect('sip-digest-challenge', 'INVITEs after the second', more.length, is(0));
      const higher = second !== undefined && first !== undefined && cseqOf(second) > cseqOf(first);
      ctx.expect('sip-digest-challenge', 'CSeq of the second is higher', higher, is(true));
      ctx.expect('sip-digest-challenge', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
      for (const name of ['Call-ID', 'From', 'To']) {
        const [before, after] = [first, second].map((one) => header(one?.raw ?? '', name));
        ctx.should('sip-digest-same-call', name, after, is(before));
      }
      const { realm, username } = ctx.target.sipCredentials ?? {};
      const { nc, qop, opaque } = given;
      const facts = { realm: given.realm, username: given.username, nonce: given.nonce, opaque, qop, nc };
      const expected = { realm, username, nonce, opaque: `o${nonce}`, qop: 'auth', nc: '00000001' };
      ctx.expect('sip-digest-response', 'what they repeat', facts, is(expected));
      ctx.expect('sip-digest-response', 'uri', given.uri, is(/^INVITE (\S+)/.exec(second?.raw ?? '')?.[1]));
      ctx.expect('sip-digest-response', 'cnonce', given.cnonce, ownNonce(nonce));
      for (const slug of slugs) ctx.should(slug, 'algorithm', given.algorithm?.toUpperCase(), is('SHA-256'));
      ctx.expect('sip-digest-response', 'response', given.response, rightResponse(ctx, hash, given));
    },
  );
}

scenario(
  {
    id: 'sip/digest-stale',
    title: 'A challenge that calls the nonce stale is answered once more, with the new nonce',
    area,
    capability,
    requirements: ['sip-digest-stale', 'sip-digest-response'],
    needs,
  },
  async (ctx) => {
    const [old, fresh] = [newNonce(ctx), newNonce(ctx)];
    const [callee] = await called(ctx, [
      { status: 401, challenges: [challenge(ctx, old)] },
      { status: 401, challenges: [challenge(ctx, fresh, ', stale=true')] },
    ]);
    const [, second, third] = invites(callee).map((invite) => credentialsIn(invite));
    const nonces = [second, third].map((given) => given?.nonce);
    ctx.should('sip-digest-stale', 'nonces that were answered', nonces, is([old, fresh]));
    ctx.should('sip-digest-stale', 'nc of the new one', third?.nc, is('00000001'));
    ctx.expect('sip-digest-response', 'response', third?.response, rightResponse(ctx, 'md5', third ?? {}));
  },
);

scenario(
  {
    id: 'sip/digest-refused',
    title: 'Credentials that are challenged again are not sent again, and the call ends as rejected',
    area,
    capability,
    requirements: ['sip-digest-gives-up'],
    needs,
  },
  async (ctx) => {
    const refusals = [newNonce(ctx), newNonce(ctx)].map(
      (nonce): Refusal => ({ status: 401, challenges: [challenge(ctx, nonce)] }),
    );
    const [callee, reason] = await called(ctx, refusals, false);
    ctx.expect('sip-digest-gives-up', 'INVITEs', invites(callee).length, is(2));
    ctx.expect('sip-digest-gives-up', 'reason', reason, is('rejected'));
    ctx.expect('sip-digest-gives-up', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(0));
  },
);
