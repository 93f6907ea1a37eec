import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { atWork, collect, paramsOf } from '../support/collect.ts';
import { expectTaken } from '../support/errors.ts';
import { absent, ipAddress, is, nonEmptyText, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';

const area = 'getivrcommand';
const capability = 'ivr';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'getivrcommand/first-request',
    title: 'The first request names session, reference, node and replyId, and has no digits',
    area,
    capability,
    requirements: [
      'getivrcommand-asked',
      'getivrcommand-session-id',
      'getivrcommand-session-reference',
      'getivrcommand-ivr-server',
      'getivrcommand-dtmf-buffer-empty',
      'getivrcommand-dtmf-params-first',
      'getivrcommand-reply-id-present',
    ],
    needs,
  },
  async (ctx) => {
    const { call, newCall, command } = await answeredIvr(ctx, { commands: hangUp() });
    const ok = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
    const after = command.at + ctx.harness.clock.epoch - (ok?.at ?? Number.NaN);
    // Told by two programs; a request that crosses the 200 on its way may be seen a moment before it.
    const answered = that('not before the 200', (ms: number) => ms > -100);
    ctx.expect('getivrcommand-asked', 'ms from the 200 to the request', after, answered);
    const { body } = command;
    ctx.expect('getivrcommand-session-id', 'sessionId', body.sessionId, is(newCall.body.sessionId));
    ctx.expect('getivrcommand-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
    ctx.expect('getivrcommand-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
    ctx.expect('getivrcommand-dtmf-buffer-empty', 'dtmfBuffer', body.dtmfBuffer, absent);
    ctx.expect('getivrcommand-dtmf-params-first', 'dtmfParams', body.dtmfParams, absent);
    ctx.expect('getivrcommand-reply-id-present', 'replyId', body.replyId, nonEmptyText);
    await call.ended;
  },
);

scenario(
  {
    id: 'getivrcommand/after-collecting',
    title: 'The request after a collecting tells digits, reason and key; the one after that tells none of it',
    area,
    capability,
    requirements: [
      'getivrcommand-dtmf-params',
      'getivrcommand-dtmf-match',
      'getivrcommand-reason',
      'getivrcommand-matched-termination-key',
      'getivrcommand-dtmf-buffer',
      'getivrcommand-reply-id',
      'getivrcommand-reply-id-present',
      'getivrcommand-encryption-absent',
    ],
    needs: { ...needs, rest: true },
  },
  async (ctx) => {
    const dtmf = { terminationKey: '#', firstTimeout: 30, betweenTimeout: 30 };
    const { call, command } = await answeredIvr(ctx, {
      commands: [collect(dtmf), { getIVRCommandAfter: 30 }, hangUp()],
    });
    await atWork(ctx, command);
    await call.rtp.sendDigits('31#');
    const next = await ctx.webhooks.next('getIvrCommand');
    const params = paramsOf(next);
    ctx.expect('getivrcommand-dtmf-match', 'dtmfMatch', params.dtmfMatch, is('31'));
    ctx.expect('getivrcommand-reason', 'reason', params.reason, nonEmptyText);
    ctx.expect('getivrcommand-matched-termination-key', 'matchedTerminationKey', params.matchedTerminationKey, is('#'));
    ctx.expect(
      'getivrcommand-dtmf-buffer',
      'dtmfBuffer',
      next.body.dtmfBuffer,
      that('31, then the key', (value: unknown) => /^31#?$/.test(String(value))),
    );
    ctx.should('getivrcommand-encryption-absent', 'encryption', params.encryption, absent);
    ctx.expect('getivrcommand-reply-id-present', 'replyId', next.body.replyId, nonEmptyText);
    await atWork(ctx, next);
    const response = await ctx.rest.send('interruptivrcommand', { replyId: next.body.replyId });
    expectTaken(ctx, 'interruptivrcommand with the replyId', response);
    ctx.expect('getivrcommand-reply-id', 'status of interruptivrcommand', response.status, is(200));
    const last = await ctx.webhooks.next('getIvrCommand');
    ctx.expect(
      'getivrcommand-dtmf-params',
      'dtmfMatch, when nothing was collected',
      paramsOf(last).dtmfMatch ?? '',
      is(''),
    );
    await call.ended;
  },
);
