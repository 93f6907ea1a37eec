import { scenario } from '../../harness/scenario.ts';
import { drop } from '../support/answers.ts';
import { bridgedCall, dialledCall } from '../support/bridge.ts';
import { atLeast, between, is } from '../support/expected.ts';

const area = 'callevent';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'callevent/callee-refuses',
    title: 'A callee who refuses leads to calledPartyFailure, and the answer decides what the caller hears of it',
    area,
    capability,
    requirements: ['callevent-called-party-failure-response', 'callevent-applies-to-remaining', 'actions-drop-code'],
    needs,
  },
  async (ctx) => {
    const { caller, callee } = await dialledCall(ctx, {
      call: { expectStatus: 404 },
      callee: { answer: 486 },
      events: drop('notFound'),
    });
    const { body } = await ctx.webhooks.next('callEvent');
    ctx.expect('callevent-called-party-failure-response', 'event', body.event, is('calledPartyFailure'));
    const isFinal = (m: { method: string; status?: number }): boolean =>
      m.method === 'INVITE' && (m.status ?? 0) >= 200;
    const { status } = await caller.sipp.waitFor('a final response', isFinal, ctx.target.timers.stepMs);
    ctx.expect(
      ['callevent-applies-to-remaining', 'actions-drop-code'],
      'final response to the caller',
      status,
      is(404),
    );
    await Promise.all([callee.ended, caller.ended]);
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'callevent/nobody-answers',
    title: 'A callee who does not answer within maxRingTime gets CANCEL, and callEvent says calledPartyFailure',
    area,
    capability,
    requirements: [
      'callevent-called-party-failure-ring-timeout',
      'actions-max-ring-time',
      'actions-max-ring-time-cancel',
    ],
    needs,
  },
  async (ctx) => {
    const { caller, callee, newCall } = await dialledCall(ctx, {
      call: { expectStatus: 480 },
      callee: { answer: 'never' },
      newCall: { maxRingTime: 2 },
      events: drop('unavailable'),
    });
    await Promise.all([callee.ended, caller.ended]);
    const { body } = await ctx.webhooks.next('callEvent');
    await ctx.webhooks.next('sessionCompleted');
    const came = (method: string) =>
      callee.sipp.messages().find((m) => m.direction === 'received' && m.method === method && m.status === undefined);
    const [invite, cancel] = [came('INVITE'), came('CANCEL')];
    ctx.expect('actions-max-ring-time-cancel', 'CANCEL came', cancel !== undefined, is(true));
    // SIPp tells the time of day. Not shorter since newCall, for an INVITE may be noticed late; not longer since the INVITE, for
    // what the target did before it is no ringing.
    const at = (cancel?.at ?? Number.NaN) - ctx.harness.clock.epoch;
    const rang = (cancel?.at ?? Number.NaN) - (invite?.at ?? Number.NaN);
    ctx.expect('actions-max-ring-time', 'ms from newCall to CANCEL', at - newCall.at, atLeast(2000));
    ctx.expect('actions-max-ring-time', 'ms from INVITE to CANCEL', rang, between(0, 3500));
    ctx.expect('callevent-called-party-failure-ring-timeout', 'event', body.event, is('calledPartyFailure'));
  },
);

scenario(
  {
    id: 'callevent/zero-ring-time',
    title: 'maxRingTime 0 counts as absent: the callee rings and answers',
    area,
    capability,
    requirements: ['actions-max-ring-time-zero'],
    needs,
  },
  async (ctx) => {
    const { caller, callee } = await dialledCall(ctx, { callee: { answer: 'signal' }, newCall: { maxRingTime: 0 } });
    await ctx.webhooks.next('callNotify');
    await callee.answer();
    await Promise.all([caller.established, callee.established]);
    const answered = await ctx.webhooks.next('callAnswered');
    await caller.hangup();
    await ctx.webhooks.next('sessionCompleted');
    ctx.should('actions-max-ring-time-zero', 'callAnswered came', answered.name, is('callAnswered'));
  },
);

for (const { side, event, slug } of [
  { side: 'callee', event: 'calledPartyFailure', slug: 'callevent-failure-rtp-timeout' },
  { side: 'caller', event: 'callingPartyFailure', slug: 'callevent-calling-party-failure' },
] as const) {
  scenario(
    {
      id: `callevent/silent-${side}`,
      title: `A ${side} who sends no RTP for the configured time is ended, and callEvent says ${event}`,
      area,
      capability,
      tenant: 'silent',
      requirements: [slug, 'callevent-failure-rtp-timeout'],
      needs,
    },
    async (ctx) => {
      const number = ctx.harness.takeNumber('silent');
      ctx.webhooks.claim({ number });
      const { caller, callee } = await bridgedCall(ctx, {
        call: { to: number, domain: ctx.target.tenants.silent?.domain ?? 'silent', silent: side === 'caller' },
        callee: { silent: side === 'callee' },
      });
      const { body } = await ctx.webhooks.next('callEvent');
      await Promise.all([caller.ended, callee.ended]);
      await ctx.webhooks.next('sessionCompleted');
      ctx.expect('callevent-failure-rtp-timeout', 'event', body.event, is(event));
      ctx.expect(slug, 'event', body.event, is(event));
    },
  );
}
