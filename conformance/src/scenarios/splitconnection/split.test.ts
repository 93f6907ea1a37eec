import type { Callback } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop, ivr, type Json, waiting } from '../support/answers.ts';
import { bridgedCall, hears, voices } from '../support/bridge.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

const area = 'splitconnection';
const capability = 'call-control';
const needs = { call: true, webhook: true, rest: true } as const;

/** The answer for the event of each party; what comes later is dropped. */
const forEach =
  (caller: Json, callee: Json) =>
  ({ body }: Callback): Json =>
    body.event === 'callerConnectionSplit' ? caller : body.event === 'calleeConnectionSplit' ? callee : drop();

const events = (ctx: TestContext): readonly unknown[] => ctx.webhooks.all('callEvent').map(({ body }) => body.event);

scenario(
  {
    id: 'splitconnection/both-to-ivr',
    title: 'splitconnection parts two parties: a callEvent for each, both calls go on, and nobody hears the other',
    area,
    capability,
    requirements: [
      'splitconnection-parts-the-parties',
      'splitconnection-event-per-participant',
      'splitconnection-silence',
      'callevent-caller-connection-split',
      'callevent-callee-connection-split',
    ],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    ctx.webhooks.on('getIvrCommand', waiting());
    const call = await bridgedCall(ctx, { events: forEach(ivr(), ivr()) });
    const { caller, callee, connectionId } = call;
    expectTaken(ctx, 'splitconnection', await ctx.rest.send('splitconnection', { connectionId }));
    const told = [await ctx.webhooks.next('callEvent'), await ctx.webhooks.next('callEvent')].map(({ body }) => body);
    const of = (event: string): Readonly<Record<string, unknown>> => told.find((one) => one.event === event) ?? {};
    ctx.expect(
      'callevent-caller-connection-split',
      'who',
      of('callerConnectionSplit').participantId,
      is(call.callerId),
    );
    ctx.expect(
      'callevent-callee-connection-split',
      'who',
      of('calleeConnectionSplit').participantId,
      is(call.calleeId),
    );
    await ctx.webhooks.next('getIvrCommand');
    await ctx.webhooks.next('getIvrCommand');
    const heard = await Promise.all([
      hears(ctx, callee, caller, voices.callee),
      hears(ctx, caller, callee, voices.caller),
    ]);
    ctx.expect('splitconnection-silence', 'the caller and the callee hear each other', heard, is([false, false]));
    ctx.expect('splitconnection-parts-the-parties', 'they hear each other', heard, is([false, false]));
    const over = [caller, callee].map(({ sipp }) => sipp.messages().some((m) => m.method === 'BYE'));
    ctx.expect('splitconnection-parts-the-parties', 'BYE to the caller, to the callee', over, is([false, false]));
    await Promise.all([caller.hangup(), callee.hangup()]);
    await ctx.webhooks.next('sessionCompleted');
    ctx.expect(
      'splitconnection-event-per-participant',
      'callEvents',
      events(ctx).toSorted(),
      is(['calleeConnectionSplit', 'callerConnectionSplit']),
    );
  },
);

for (const { stays, by, slugs } of [
  { stays: 'caller', by: 'replyId', slugs: ['splitconnection-by-replyid'] },
  { stays: 'callee', by: 'connectionId', slugs: [] },
] as const) {
  scenario(
    {
      id: `splitconnection/${stays}-stays`,
      title: `After a split by ${by} ivr keeps the ${stays}, while drop ends the other party alone`,
      area,
      capability,
      requirements: ['splitconnection-answers-apart', ...slugs],
      needs,
    },
    async (ctx) => {
      ctx.webhooks.on('getIvrCommand', waiting());
      const answers = stays === 'caller' ? forEach(ivr(), drop()) : forEach(drop(), ivr());
      const { caller, callee, connectionId, replyId } = await bridgedCall(ctx, { events: answers });
      const body = by === 'replyId' ? { replyId } : { connectionId };
      const response = await ctx.rest.send('splitconnection', body);
      ctx.expect(slugs, 'status', response.status, is(200));
      const [kept, dropped] = stays === 'caller' ? [caller, callee] : [callee, caller];
      await dropped.ended;
      await ctx.webhooks.next('getIvrCommand');
      const byes = [kept, dropped].map(({ sipp }) => sipp.messages().some((m) => m.method === 'BYE'));
      ctx.expect('splitconnection-answers-apart', 'BYE to the one kept, to the other', byes, is([false, true]));
      await hangupAndComplete(ctx, kept);
      const commands = ctx.webhooks.all('getIvrCommand').length;
      ctx.expect('splitconnection-answers-apart', 'getIvrCommand', commands, is(1));
    },
  );
}

scenario(
  {
    id: 'splitconnection/nothing-to-split',
    title: 'splitconnection of an unknown connection gets 404, that names none 400',
    area,
    capability,
    requirements: ['splitconnection-unknown-connection', 'splitconnection-nothing-named', 'rest-general-error-shape'],
    needs: { rest: true },
  },
  async (ctx) => {
    const connectionId = '00000000-0000-4000-8000-000000000002';
    const unknown = await ctx.rest.send('splitconnection', { connectionId });
    expectRefused(ctx, 'splitconnection-unknown-connection', 'an unknown connectionId', unknown, 404);
    const nothing = await ctx.rest.send('splitconnection', {}, { expectInvalid: true });
    expectRefused(ctx, 'splitconnection-nothing-named', 'an empty object', nothing, 400);
  },
);

scenario(
  {
    id: 'splitconnection/ivr',
    title: 'The connection of an IVR call has one party and cannot be split: 409',
    area,
    capability: 'ivr',
    requirements: ['splitconnection-ivr-session', 'rest-general-error-shape'],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    const { body } = await ctx.webhooks.next('callAnswered');
    const refused = await ctx.rest.send('splitconnection', { connectionId: body.connectionId });
    expectRefused(ctx, 'splitconnection-ivr-session', 'the connection of an IVR call', refused, 409);
    await hangupAndComplete(ctx, call);
  },
);
