import { scenario } from '../../harness/scenario.ts';
import { drop, ivr, waiting } from '../support/answers.ts';
import { between, is, oneOf } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'sip';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'sip/ok-is-retransmitted',
    title: 'A 200 to INVITE is retransmitted until its ACK comes, and no longer',
    area,
    capability: 'ivr',
    requirements: ['sip-ok-retransmitted'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr()).on('getIvrCommand', waiting());
        const caller = wireCaller(ctx, wire);
        const ok = await caller.ask('INVITE', { body: audioSdp(media) });
        ctx.expect('sip-ok-retransmitted', 'first final response', ok.status, is(200));
        talk(media, ok);
        const again = await wire.watch(1800, (m) => m.status === 200);
        // T1 and 2·T1 after the first: at 500 and 1500 ms.
        ctx.expect('sip-ok-retransmitted', 'copies within 1.8 s without ACK', again.length, is(2));
        ctx.expect('sip-ok-retransmitted', 'ms to the first copy', (again[0]?.at ?? 0) - ok.at, between(400, 700));
        await caller.acknowledge(ok);
        const late = await wire.watch(2500, (m) => m.status === 200);
        ctx.expect('sip-ok-retransmitted', 'copies after the ACK', late.length, is(0));
        const requests = wire.received().filter((m) => m.status === undefined);
        ctx.expect('sip-ok-retransmitted', 'requests of the target meanwhile', requests.length, is(0));
        await caller.bye();
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

scenario(
  {
    id: 'sip/failure-is-retransmitted',
    title: 'A final failure to INVITE is retransmitted over UDP until its ACK comes, and no longer',
    area,
    requirements: ['sip-failure-acked'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      const refused = await caller.ask('INVITE', { body: audioSdp(wire) });
      const again = await wire.watch(1800, (m) => m.status === refused.status);
      ctx.expect('sip-failure-acked', 'copies within 1.8 s without ACK', again.length, is(2));
      await caller.acknowledge(refused);
      const late = await wire.watch(2500, (m) => m.status === refused.status);
      ctx.expect('sip-failure-acked', 'copies after the ACK', late.length, is(0));
    }),
);

scenario(
  {
    id: 'sip/bye-of-no-dialog',
    title: 'A BYE of no dialog is answered 481',
    area,
    requirements: ['sip-bye-unknown-dialog'],
    needs: {},
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const caller = wireCaller(ctx, wire);
      const to = `<sip:${ctx.number}@${ctx.target.domain}>;tag=${ctx.newId()}`;
      const response = await caller.ask('BYE', { to });
      ctx.expect('sip-bye-unknown-dialog', 'response', response.status, is(481));
    }),
);

scenario(
  {
    id: 'sip/cancel-of-nothing',
    title: 'A CANCEL of no transaction is answered 481',
    area,
    requirements: ['sip-cancel-unknown'],
    needs: {},
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const caller = wireCaller(ctx, wire);
      const response = await caller.ask('CANCEL', {
        branch: `z9hG4bK${ctx.newId()}`,
        cseq: 1,
        uri: `sip:${ctx.number}@${ctx.target.domain}`,
        to: `<sip:${ctx.number}@${ctx.target.domain}>`,
      });
      ctx.expect('sip-cancel-unknown', 'response', response.status, is(481));
    }),
);

scenario(
  {
    id: 'sip/cancel-after-the-answer',
    title: 'A CANCEL that comes after the answer is answered and ends nothing',
    area,
    capability: 'ivr',
    requirements: ['sip-cancel-after-answer', 'sip-bye-200'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ wire, caller }) => {
      const response = await caller.ask('CANCEL');
      // RFC 6026 keeps the transaction, so 200; RFC 3261 17.2.1 alone ends it with the 2xx, so 481.
      ctx.expect('sip-cancel-after-answer', 'response to CANCEL', response.status, oneOf(200, 481));
      const byes = await wire.watch(700, (m) => m.status === undefined, { from: 0 });
      ctx.expect('sip-cancel-after-answer', 'requests of the target afterwards', byes.length, is(0));
      ctx.expect(
        'sip-cancel-after-answer',
        'sessionCompleted afterwards',
        ctx.webhooks.all('sessionCompleted').length,
        is(0),
      );
      ctx.expect('sip-bye-200', 'response to BYE', (await caller.bye()).status, is(200));
    }),
);

scenario(
  {
    id: 'sip/bye-retransmitted',
    title: 'A retransmitted BYE gets the same 200 again, and the session ends once',
    area,
    capability: 'ivr',
    requirements: ['sip-retransmitted-request', 'sip-bye-200'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ wire, caller }) => {
      const from = wire.received().length;
      const bye = await caller.send('BYE');
      const first = await wire.waitFor('200 to BYE', (m) => m.method === 'BYE' && m.status !== undefined, { from });
      ctx.expect('sip-bye-200', 'response to BYE', first.status, is(200));
      const before = wire.received().length;
      await wire.send(bye);
      const second = await wire.waitFor('second 200', (m) => m.method === 'BYE' && m.status !== undefined, {
        from: before,
      });
      ctx.expect('sip-retransmitted-request', 'second response', second.raw, is(first.raw));
      await ctx.webhooks.next('sessionCompleted');
      await ctx.webhooks.quiet(ctx.target.timers.quietMs);
      ctx.expect('sip-retransmitted-request', 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(1));
    }),
);

scenario(
  {
    id: 'sip/merged-request',
    title: 'A second copy of an INVITE that came another way gets 482, and the application is asked once',
    area,
    requirements: ['sip-merged-request'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', { answer: { json: drop('busy'), delayMs: 600, expectInvalid: false } });
      const caller = wireCaller(ctx, wire);
      const [one, two] = [`z9hG4bKone${ctx.newId()}`, `z9hG4bKtwo${ctx.newId()}`];
      const finalOf = (branch: string) =>
        wire.waitFor('final response', (m) => (m.status ?? 0) >= 200 && (m.header('Via', 'v') ?? '').includes(branch));
      await caller.send('INVITE', { branch: two, cseq: 1, body: audioSdp(wire) });
      await caller.send('INVITE', { branch: one, cseq: 1, body: audioSdp(wire) });
      const merged = await finalOf(one);
      await caller.send('ACK', { branch: one, cseq: 1, to: merged.header('To', 't') ?? '' });
      const kept = await finalOf(two);
      await caller.send('ACK', { branch: two, cseq: 1, to: kept.header('To', 't') ?? '' });
      ctx.should('sip-merged-request', 'response to the second copy', merged.status, is(482));
      ctx.should('sip-merged-request', 'response to the first', kept.status, is(486));
      ctx.should('sip-merged-request', 'newCalls', ctx.webhooks.all('newCall').length, is(1));
    }),
);
