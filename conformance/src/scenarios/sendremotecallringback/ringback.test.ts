import { scenario } from '../../harness/scenario.ts';
import { incomingRemote, received } from '../support/cloud.ts';
import { audioSection } from '../support/description.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';

const area = 'sendremotecallringback';
const capability = 'cloud-ua';

scenario(
  {
    id: 'sendremotecallringback/sent',
    title: 'sendremotecallringback sends 180 without SDP to the caller, once it is asked for',
    area,
    capability,
    tenant: 'cloudUa',
    requirements: ['sendremotecallringback-sends-180', 'sendremotecallringback-status-180'],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const { call, replyId } = await incomingRemote(ctx);
    const early = received(call, 'INVITE', 180);
    ctx.expect('sendremotecallringback-sends-180', '180 before it was asked for', early, is(undefined));
    expectTaken(ctx, 'sendremotecallringback', await ctx.rest.send('sendremotecallringback', { replyId }));
    const { status, raw } = await call.sipp.waitFor(
      'a ringing response',
      (m) => m.direction === 'received' && (m.status ?? 0) > 100,
      ctx.target.timers.stepMs,
    );
    ctx.expect('sendremotecallringback-sends-180', 'status', status, is(180));
    ctx.expect('sendremotecallringback-status-180', 'status', status, is(180));
    ctx.expect('sendremotecallringback-status-180', 'SDP', audioSection(raw), is(undefined));
    await call.hangup();
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'sendremotecallringback/without-reply-id',
    title: 'sendremotecallringback without replyId is refused with 400',
    area,
    capability,
    requirements: [
      'sendremotecallringback-missing-replyid',
      ...['rest-general-error-shape', 'rest-general-answer-content-type'],
    ],
    needs: { rest: true },
  },
  async (ctx) => {
    const response = await ctx.rest.send('sendremotecallringback', {}, { expectInvalid: true });
    expectRefused(ctx, 'sendremotecallringback-missing-replyid', 'an empty object', response, 400);
  },
);
