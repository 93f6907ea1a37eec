import { scenario } from '../../harness/scenario.ts';
import { drop, hangUp, ivr } from '../support/answers.ts';
import { bridgedCall, callTo, connectWith, hears, voices } from '../support/bridge.ts';
import { is } from '../support/expected.ts';
import { waitingParty } from '../support/waiting-party.ts';

const area = 'callevent';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'callevent/drop-code',
    title: 'drop with a dropCode ends an answered party with BYE',
    area,
    capability,
    requirements: ['actions-drop-code-callevent'],
    needs,
  },
  async (ctx) => {
    const { caller, callee } = await bridgedCall(ctx, { events: drop('busy') });
    await callee.hangup();
    const isBye = (m: { method: string; direction: string; status?: number }): boolean =>
      m.method === 'BYE' && m.direction === 'received' && m.status === undefined;
    const came = await caller.sipp.waitFor('BYE', isBye, ctx.target.timers.stepMs).then(
      () => true,
      () => false,
    );
    ctx.expect('actions-drop-code-callevent', 'BYE to the caller', came, is(true));
    await caller.ended;
    await ctx.webhooks.next('sessionCompleted');
    const requests = caller.sipp.messages().filter((m) => m.direction === 'received' && m.status === undefined);
    const methods = requests.map((m) => m.method);
    ctx.expect('actions-drop-code-callevent', 'requests that the caller received', methods, is(['BYE']));
  },
);

scenario(
  {
    id: 'callevent/ivr',
    title: 'ivr in the answer to callEvent takes the party that is left to the IVR, in the same session',
    area,
    capability,
    requirements: ['actions-ivr-after-event', 'callevent-applies-to-remaining'],
    needs,
  },
  async (ctx) => {
    ctx.webhooks.on('getIvrCommand', [{ getIVRCommandAfter: 0.2 }, hangUp()]);
    const { caller, callee, sessionId } = await bridgedCall(ctx, { events: ivr() });
    await callee.hangup();
    const command = await ctx.webhooks.next('getIvrCommand');
    ctx.expect('actions-ivr-after-event', 'session of getIvrCommand', command.body.sessionId, is(sessionId));
    await caller.ended;
    await ctx.webhooks.next('sessionCompleted');
    const commands = ctx.webhooks.all('getIvrCommand').length;
    ctx.expect('actions-ivr-after-event', 'commands asked for', commands, is(2));
    ctx.expect('callevent-applies-to-remaining', 'commands asked for', commands, is(2));
  },
);

scenario(
  {
    id: 'callevent/call',
    title:
      'call in the answer to callEvent connects the party that is left with somebody else, and they hear each other',
    area,
    capability,
    requirements: ['actions-call-after-event', 'actions-call-two-way-audio', 'callanswered-connection'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const third = await ctx.callee({ name: 'third' });
    const { caller, callee, connectionId } = await bridgedCall(ctx, { events: [callTo(third.uri), drop()] });
    await callee.hangup();
    await third.established;
    const { body } = await ctx.webhooks.next('callAnswered');
    const differs = body.connectionId !== connectionId;
    ctx.expect('callanswered-connection', 'the connection is another one', differs, is(true));
    const heard = await Promise.all([
      hears(ctx, third, caller, voices.third),
      hears(ctx, caller, third, voices.caller),
    ]);
    ctx.expect('actions-call-after-event', 'the caller and the third party hear each other', heard, is([true, true]));
    ctx.expect('actions-call-two-way-audio', 'they hear each other', heard, is([true, true]));
    await caller.hangup();
    await third.ended;
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'callevent/connect',
    title: 'connect in the answer to callEvent joins the party that is left with one who waits in the IVR',
    area,
    capability,
    requirements: ['actions-connect-after-event', 'actions-connect'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const { waits, participantId } = await waitingParty(ctx);
    const { caller, callee, connectionId } = await bridgedCall(ctx, { events: [connectWith(participantId), drop()] });
    await callee.hangup();
    const { body } = await ctx.webhooks.next('callAnswered');
    const parties = [body.callerParticipantId, body.calleeParticipantId];
    ctx.expect('actions-connect', 'one of the new connection is who waited', parties.includes(participantId), is(true));
    ctx.expect('actions-connect', 'the connection is another one', body.connectionId !== connectionId, is(true));
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
