import type { RestResponse } from '../../drivers/rest/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, play } from '../support/answers.ts';
import { atWork, collect, paramsOf } from '../support/collect.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { between, is } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { endOfLast } from '../support/heard.ts';
import { withTone } from '../support/prompts.ts';

const area = 'interruptivrcommand';
const capability = 'ivr';
const needs = { call: true, webhook: true, rest: true } as const;
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];
const taken = 'rest-general-answers-success-true';
const long = { maxDigits: 9, firstTimeout: 30, betweenTimeout: 30 };

const interrupt = (ctx: TestContext, body: Readonly<Record<string, unknown>>): Promise<RestResponse> =>
  ctx.rest.send('interruptivrcommand', body);

scenario(
  {
    id: 'interruptivrcommand/nothing-running',
    title:
      'While the application still thinks about its answer no command runs, and an interruption is refused with 409',
    area,
    capability,
    requirements: ['interruptivrcommand-nothing-running', ...refusal],
    needs,
  },
  async (ctx) => {
    const refused = Promise.withResolvers<void>();
    const { call, sessionId } = await answeredIvr(ctx, { commands: () => refused.promise.then(() => hangUp()) });
    const response = await interrupt(ctx, { sessionId });
    refused.resolve();
    expectRefused(ctx, 'interruptivrcommand-nothing-running', 'an interruption before the answer', response, 409);
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    const asked = ctx.webhooks.all('getIvrCommand').length;
    ctx.expect('interruptivrcommand-nothing-running', 'commands asked for', asked, is(1));
  },
);

scenario(
  {
    id: 'interruptivrcommand/while-playing',
    title: 'An interrupted command stops its phrase and the next one is asked for at once',
    area,
    capability,
    requirements: ['interruptivrcommand-interrupts', 'interruptivrcommand-stops-phrases', taken],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withTone(ctx, 600, 5000, async (tone) => {
      const { call, command } = await answeredIvr(ctx, {
        commands: [play([tone]), { getIVRCommandAfter: 1.2 }, hangUp()],
      });
      await call.rtp.waitForTone(600, 300, ctx.target.timers.stepMs);
      const start = ctx.harness.clock.now();
      expectTaken(ctx, 'interruptivrcommand', await interrupt(ctx, { replyId: command.body.replyId }));
      const next = await ctx.webhooks.next('getIvrCommand');
      ctx.expect('interruptivrcommand-interrupts', 'ms until the next request', next.at - start, between(-50, 1000));
      await call.ended;
      const stopped = (await endOfLast(call.rtp)) - next.at;
      const slug = 'interruptivrcommand-stops-phrases';
      ctx.expect(slug, 'ms from the next request to the end of the phrase', stopped, between(-300, 300));
    }),
);

scenario(
  {
    id: 'interruptivrcommand/while-collecting',
    title: 'A collecting that is interrupted by the sessionId has reason interrupted, and keeps its digits',
    area,
    capability,
    requirements: [
      'interruptivrcommand-by-sessionid',
      'interruptivrcommand-reason-interrupted',
      'interruptivrcommand-keeps-digits',
      taken,
    ],
    needs,
  },
  async (ctx) => {
    const { call, command, sessionId } = await answeredIvr(ctx, { commands: [collect(long), hangUp()] });
    await atWork(ctx, command);
    await call.rtp.sendDigits('27');
    expectTaken(ctx, 'interruptivrcommand', await interrupt(ctx, { sessionId }));
    const next = await ctx.webhooks.next('getIvrCommand');
    const params = paramsOf(next);
    ctx.expect('interruptivrcommand-by-sessionid', 'session of the next request', next.body.sessionId, is(sessionId));
    ctx.expect('interruptivrcommand-reason-interrupted', 'reason', params.reason, is('interrupted'));
    ctx.should('interruptivrcommand-keeps-digits', 'dtmfMatch', params.dtmfMatch, is('27'));
    await call.ended;
  },
);

scenario(
  {
    id: 'interruptivrcommand/nobody-there',
    title: 'A session that is over or never was gets 404, and a body that names nothing 400',
    area,
    capability,
    requirements: [
      'interruptivrcommand-call-gone',
      'interruptivrcommand-unknown-session',
      'interruptivrcommand-nothing-named',
      ...refusal,
    ],
    needs,
  },
  async (ctx) => {
    const nothing = await ctx.rest.send('interruptivrcommand', {}, { expectInvalid: true });
    expectRefused(ctx, 'interruptivrcommand-nothing-named', 'a body without replyId and sessionId', nothing, 400);
    const unknown = await interrupt(ctx, { sessionId: ctx.newId() });
    expectRefused(ctx, 'interruptivrcommand-unknown-session', 'a sessionId of nobody', unknown, 404);
    const { call, command, sessionId } = await answeredIvr(ctx);
    await hangupAndComplete(ctx, call);
    const gone = await interrupt(ctx, { replyId: command.body.replyId });
    expectRefused(ctx, 'interruptivrcommand-call-gone', 'the replyId of a session that is over', gone, 404);
    const over = await interrupt(ctx, { sessionId });
    expectRefused(ctx, 'interruptivrcommand-unknown-session', 'the sessionId of a session that is over', over, 404);
  },
);
