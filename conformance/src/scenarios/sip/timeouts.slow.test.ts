// What RFC 3261 gives 64·T1 = 32 s for.
import { scenario } from '../../harness/scenario.ts';
import { ivr, waiting } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { onWire, type WireMessage } from '../support/wire.ts';
import { audioSdp, responseTo, wireCaller } from '../support/wire-caller.ts';

const area = 'sip';
const timeoutMs = 45_000;
const within = 38_000;
const isRequest = (method: string) => (m: WireMessage) => m.status === undefined && m.method === method;

scenario(
  {
    id: 'sip/ok-never-acked',
    title: 'A 200 that is not acknowledged for 32 s is given up: BYE is sent and the session ends',
    area,
    capability: 'ivr',
    requirements: ['sip-ok-never-acked'],
    needs: { call: true, webhook: true },
    timeoutMs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr()).on('getIvrCommand', waiting());
        const caller = wireCaller(ctx, wire);
        const ok = await caller.ask('INVITE', { body: audioSdp(media) });
        talk(media, ok);
        const bye = await wire.waitFor('BYE', isRequest('BYE'), { within });
        ctx.expect('sip-ok-never-acked', 'ms from the 200 to the BYE', bye.at - ok.at, between(31_000, 35_000));
        await wire.send(responseTo(bye, 200));
        const completed = await ctx.webhooks.next('sessionCompleted');
        ctx.expect('sip-ok-never-acked', 'callback', completed.name, is('sessionCompleted'));
      }),
    ),
);

scenario(
  {
    id: 'sip/outbound-nobody-answers',
    title: 'An outbound INVITE that gets no response at all ends the session after 32 s',
    area,
    capability: 'outbound',
    requirements: ['sip-outbound-timeout', 'sessioncompleted-duration-unanswered'],
    needs: { webhook: true, rest: true },
    timeoutMs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      await ctx.rest.send('placeivrcall', {
        destAddr: `sip:callee@${wire.host}:${wire.port}`,
        sipFrom: ctx.number,
        sessionReferenceId: ctx.reference,
      });
      const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
      const completed = await ctx.webhooks.next('sessionCompleted', { within });
      ctx.expect(
        'sip-outbound-timeout',
        'ms from INVITE to sessionCompleted',
        completed.at - invite.at,
        between(30_000, 36_000),
      );
      const zero = that('0', (value: unknown) => Number(value) === 0);
      ctx.expect('sessioncompleted-duration-unanswered', 'sessionDuration', completed.body.sessionDuration, zero);
    }),
);

scenario(
  {
    id: 'alarms/cancel-failed',
    title: 'A CANCEL that nobody answers for 32 s leads to the alarm cancelFailed',
    area: 'alarms',
    capability: 'outbound',
    requirements: ['alarms-call-cancel-failed', 'alarm-type'],
    needs: { webhook: true, rest: true },
    timeoutMs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      await ctx.rest.send('placeivrcall', {
        destAddr: `sip:callee@${wire.host}:${wire.port}`,
        sipFrom: ctx.number,
        sessionReferenceId: ctx.reference,
        maxRingTime: 1,
      });
      const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
      await wire.send(
        responseTo(invite, 180, { toTag: 'callee', headers: [`Contact: <sip:callee@${wire.host}:${wire.port}>`] }),
      );
      const cancel = await wire.waitFor('CANCEL', isRequest('CANCEL'));
      const alarm = await ctx.webhooks.next('alarm', { within });
      ctx.expect('alarm-type', 'type', alarm.body.type, is('callError'));
      ctx.expect('alarms-call-cancel-failed', 'error', alarm.body.error, is('cancelFailed'));
      ctx.expect(
        'alarms-call-cancel-failed',
        'ms from CANCEL to the alarm',
        alarm.at - cancel.at,
        between(30_000, 36_000),
      );
      await ctx.webhooks.next('sessionCompleted');
    }),
);
