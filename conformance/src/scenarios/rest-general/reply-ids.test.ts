import { scenario } from '../../harness/scenario.ts';
import { expectRefused } from '../support/errors.ts';
import { is, that } from '../support/expected.ts';
import { answeredIvr, text } from '../support/flows.ts';
import { foreignIvr } from '../support/foreign.ts';

const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

/** A signed token whose last part says something else. */
function forged(replyId: string): string {
  const [head = '', claims = '', signature = ''] = replyId.split('.');
  return [head, claims, [...signature].toReversed().join('')].join('.');
}

scenario(
  {
    id: 'rest-general/reply-id-of-another-domain',
    title: "A replyId of another domain's call is refused with 403, and that call goes on",
    area: 'rest-general',
    capability: 'ivr',
    tenant: 'foreign',
    requirements: ['rest-general-replyid-other-domain', ...refusal],
    needs: { rest: true, call: true, webhook: true },
  },
  async (ctx) => {
    const { call, app } = await foreignIvr(ctx);
    const { body } = await app.next('getIvrCommand');
    const response = await ctx.rest.send('hangupparticipant', { replyId: body.replyId });
    expectRefused(ctx, 'rest-general-replyid-other-domain', "another domain's replyId", response, 403);
    const bye = call.sipp.messages().some(({ method }) => method === 'BYE');
    ctx.expect('rest-general-replyid-other-domain', 'BYE to that call', bye, is(false));
    await call.hangup();
    await app.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'rest-general/reply-id-forged',
    title: 'A replyId with another signature is refused with 403, and the call goes on',
    area: 'rest-general',
    capability: 'ivr',
    requirements: [
      'rest-general-replyid-forged',
      'rest-general-replyid-is-jwt',
      'rest-general-auth-no-side-effect',
      ...refusal,
    ],
    needs: { rest: true, call: true, webhook: true },
  },
  async (ctx) => {
    const { call, command } = await answeredIvr(ctx);
    const replyId = text(command.body.replyId);
    ctx.should(
      'rest-general-replyid-is-jwt',
      'form of the replyId of getIvrCommand',
      replyId,
      that('three parts of base64url with dots between', (value: string) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value)),
    );
    const response = await ctx.rest.send('hangupparticipant', { replyId: forged(replyId) });
    expectRefused(ctx, 'rest-general-replyid-forged', 'a forged replyId', response, 403);
    const again = await ctx.rest.send('interruptivrcommand', { replyId });
    ctx.expect('rest-general-auth-no-side-effect', 'the right replyId still finds the call', again.status, is(200));
    await ctx.webhooks.next('getIvrCommand');
    await call.hangup();
  },
);

scenario(
  {
    id: 'rest-general/reply-id-garbage',
    title: 'A replyId that is no token of the service is refused with 403',
    area: 'rest-general',
    requirements: ['rest-general-replyid-garbage', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const token = await ctx.rest.token();
    for (const replyId of ['x', 'x.y.z', '00000000-0000-4000-8000-000000000000', token]) {
      const response = await ctx.rest.send('hangupparticipant', { replyId });
      const what = replyId === token ? 'the REST token as replyId' : `replyId ${replyId}`;
      expectRefused(ctx, 'rest-general-replyid-garbage', what, response, 403);
    }
  },
);

scenario(
  {
    id: 'rest-general/reply-id-of-a-call-that-is-over',
    title: 'A replyId is refused with 404 once its call is over',
    area: 'rest-general',
    capability: 'ivr',
    requirements: ['rest-general-replyid-call-gone', ...refusal],
    needs: { rest: true, call: true, webhook: true },
  },
  async (ctx) => {
    const { call, command, sessionId } = await answeredIvr(ctx);
    const replyId = text(command.body.replyId);
    await call.hangup();
    await ctx.webhooks.next('sessionCompleted');
    for (const body of [{ replyId }, { sessionId }]) {
      const response = await ctx.rest.send('hangupparticipant', body);
      expectRefused(
        ctx,
        'rest-general-replyid-call-gone',
        `${Object.keys(body)[0]} of a call that is over`,
        response,
        404,
      );
    }
  },
);
