import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'actions';
const slug = 'actions-unused-properties';

scenario(
  {
    id: 'actions/drop-with-a-destination',
    title: 'drop ignores the properties of call: nobody is called',
    area,
    requirements: [slug],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, (wire) =>
      onWire(ctx, { name: 'bystander' }, async (bystander) => {
        ctx.webhooks.on('newCall', {
          action: 'drop',
          dropCode: 'busy',
          destAddr: `sip:bystander@${bystander.host}:${bystander.port}`,
          maxRingTime: 5,
          ringbackTone: 'default',
          sipFrom: 'somebody',
          xHeaders: { 'x-trunk': 'a' },
        });
        const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        ctx.expect(slug, 'final response', refused.status, is(486));
        const came = await bystander.watch(500, () => true, { from: 0 });
        ctx.expect(slug, 'messages to destAddr', came.length, is(0));
        const early = wire.received().filter((m) => (m.status ?? 0) > 100 && (m.status ?? 0) < 200);
        ctx.expect(slug, 'ringing', early.length, is(0));
      }),
    ),
);

scenario(
  {
    id: 'actions/ivr-with-a-drop-code',
    title: 'ivr ignores the properties of drop and call: the call is answered and goes to the IVR',
    area,
    capability: 'ivr',
    requirements: [slug],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWireIvr(
      ctx,
      {
        newCall: { dropCode: 'busy', destAddr: 'sip:nobody@192.0.2.1', maxRingTime: 1, callerPrivacy: true },
        commands: [{ getIVRCommandAfter: 0.2 }, hangUp()],
      },
      async ({ caller, ok }) => {
        ctx.expect(slug, 'response to INVITE', ok.status, is(200));
        await caller.answer('BYE');
        const completed = await ctx.webhooks.next('sessionCompleted');
        ctx.expect(slug, 'reason', completed.body.reason, is('completed'));
      },
    ),
);
