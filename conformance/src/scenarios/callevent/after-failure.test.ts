/** What applications do most when a called party is busy: take the caller elsewhere, who has had no answer so far. */
import { scenario } from '../../harness/scenario.ts';
import { drop, hangUp, ivr } from '../support/answers.ts';
import { callTo, connectWith, dialledCall, hears, voices } from '../support/bridge.ts';
import { is } from '../support/expected.ts';
import { waitingParty } from '../support/waiting-party.ts';

const area = 'callevent';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;
const busy = { answer: 486 } as const;

scenario(
  {
    id: 'callevent/busy-then-ivr',
    title: 'ivr in the answer to calledPartyFailure answers the caller and takes them to the IVR, in the same session',
    area,
    capability,
    requirements: ['actions-ivr-after-event', 'callevent-called-party-failure-response'],
    needs,
  },
  async (ctx) => {
    ctx.webhooks.on('getIvrCommand', [{ getIVRCommandAfter: 0.2 }, hangUp()]);
    const { caller, sessionId } = await dialledCall(ctx, { callee: busy, events: ivr() });
    const { body } = await ctx.webhooks.next('callEvent');
    ctx.expect('callevent-called-party-failure-response', 'event', body.event, is('calledPartyFailure'));
    await caller.established;
    const command = await ctx.webhooks.next('getIvrCommand');
    ctx.expect('actions-ivr-after-event', 'session of getIvrCommand', command.body.sessionId, is(sessionId));
    await caller.ended;
    await ctx.webhooks.next('sessionCompleted');
    ctx.expect('actions-ivr-after-event', 'commands asked for', ctx.webhooks.all('getIvrCommand').length, is(2));
  },
);

scenario(
  {
    id: 'callevent/busy-then-call',
    title:
      'call in the answer to calledPartyFailure calls somebody else, who answers: they and the caller hear each other',
    area,
    capability,
    requirements: ['actions-call-after-event', 'actions-call-two-way-audio'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const third = await ctx.callee({ name: 'third' });
    const { caller } = await dialledCall(ctx, { callee: busy, events: [callTo(third.uri), drop()] });
    await Promise.all([third.established, caller.established]);
    await ctx.webhooks.next('callAnswered');
    const heard = await Promise.all([
      hears(ctx, third, caller, voices.third),
      hears(ctx, caller, third, voices.caller),
    ]);
    const slugs = ['actions-call-after-event', 'actions-call-two-way-audio'];
    ctx.expect(slugs, 'the caller and the third party hear each other', heard, is([true, true]));
    await caller.hangup();
    await third.ended;
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'callevent/busy-then-connect',
    title: 'connect in the answer to calledPartyFailure joins the caller with one who waits in the IVR',
    area,
    capability,
    requirements: ['actions-connect-after-event'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const { waits, participantId } = await waitingParty(ctx);
    const { caller } = await dialledCall(ctx, { callee: busy, events: [connectWith(participantId), drop()] });
    await caller.established;
    const { body } = await ctx.webhooks.next('callAnswered');
    const parties = [body.callerParticipantId, body.calleeParticipantId];
    const joined = parties.includes(participantId);
    ctx.expect('actions-connect-after-event', 'one of the connection is who waited', joined, is(true));
    const heard = await Promise.all([
      hears(ctx, waits, caller, voices.third),
      hears(ctx, caller, waits, voices.caller),
    ]);
    ctx.expect('actions-connect-after-event', 'they hear each other', heard, is([true, true]));
    await caller.hangup();
    await waits.ended;
    await ctx.webhooks.next('sessionCompleted');
  },
);
