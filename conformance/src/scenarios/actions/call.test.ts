import { scenario } from '../../harness/scenario.ts';
import type { CallHandle } from '../../harness/types.ts';
import { dialledCall, endBridge, hears, voices } from '../support/bridge.ts';
import { between, is, nonEmptyText } from '../support/expected.ts';

const area = 'actions';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

/** When the leg got or sent the final answer to its INVITE, on the run's clock. */
const answeredAt = (leg: CallHandle): number | undefined =>
  leg.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200)?.at;

scenario(
  {
    id: 'actions/call',
    title: 'call sends an INVITE to destAddr, answers the caller after the callee, and both hear each other',
    area,
    capability,
    requirements: [
      'actions-call',
      'actions-call-two-way-audio',
      'actions-call-caller-answered-with-callee',
      'callanswered-connection',
      'callanswered-callee-participant-id',
      'callanswered-participants-differ',
    ],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const call = await dialledCall(ctx, { callee: { answer: 'signal' } });
    const { caller, callee } = call;
    const invite = callee.sipp.messages().find((m) => m.method === 'INVITE' && m.status === undefined);
    const user = /^INVITE sips?:([^@;>\s]+)@/.exec(invite?.raw ?? '')?.[1];
    ctx.expect('actions-call', 'user of the Request-URI', user, is(callee.user));
    const ringing = await ctx.webhooks.next('callNotify');
    ctx.expect(
      'callanswered-connection',
      'callAnswered while it rings',
      ctx.webhooks.all('callAnswered').length,
      is(0),
    );
    const slug = 'actions-call-caller-answered-with-callee';
    // What the target tells the caller and what it tells the application may come one after the other.
    await ctx.webhooks.quiet(300);
    ctx.expect(slug, 'caller answered while the callee rings', answeredAt(caller), is(undefined));
    await callee.answer();
    await Promise.all([caller.established, callee.established]);
    // Each SIPp writes down what it sent a moment after sending it: the two logs can be that much apart.
    const lead = (answeredAt(caller) ?? Number.NaN) - (answeredAt(callee) ?? Number.NaN);
    ctx.expect(slug, 'ms from the answer of the callee to that of the caller', lead, between(-20, 5000));
    const { body } = await ctx.webhooks.next('callAnswered');
    ctx.expect('actions-call', 'connection', body.connectionId, nonEmptyText);
    const { callerParticipantId, calleeParticipantId } = body;
    ctx.expect('callanswered-callee-participant-id', 'calleeParticipantId', calleeParticipantId, nonEmptyText);
    ctx.expect(
      'callanswered-callee-participant-id',
      'calleeParticipantId and the one who rang',
      calleeParticipantId,
      is(ringing.body.participantId),
    );
    const differ = callerParticipantId !== calleeParticipantId;
    ctx.expect('callanswered-participants-differ', 'the two participants differ', differ, is(true));
    const [callerHears, calleeHears] = await Promise.all([
      hears(ctx, callee, caller, voices.callee),
      hears(ctx, caller, callee, voices.caller),
    ]);
    ctx.expect('actions-call-two-way-audio', 'the caller hears the callee', callerHears, is(true));
    ctx.expect('actions-call-two-way-audio', 'the callee hears the caller', calleeHears, is(true));
    await endBridge(ctx, call);
    ctx.expect('callanswered-connection', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
  },
);
