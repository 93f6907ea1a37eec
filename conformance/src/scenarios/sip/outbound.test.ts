import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, waiting } from '../support/answers.ts';
import { between, is, oneOf } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { onWire, type Wire, type WireMessage } from '../support/wire.ts';
import { audioSdp, responseTo } from '../support/wire-caller.ts';

const area = 'sip';
const capability = 'outbound';
const needs = { call: true, webhook: true, rest: true } as const;

const contactOf = (wire: Wire): string => `Contact: <sip:callee@${wire.host}:${wire.port}>`;
const isRequest =
  (method: string) =>
  (m: WireMessage): boolean =>
    m.status === undefined && m.method === method;
const branchOf = (m: WireMessage | undefined): string | undefined =>
  /;branch=([^;,\s]+)/.exec(m?.header('Via', 'v') ?? '')?.[1];

/** Has the target call this end, and gives its INVITE. */
async function invited(ctx: TestContext, wire: Wire, more: object = {}): Promise<WireMessage> {
  ctx.webhooks.on('getIvrCommand', waiting());
  await ctx.rest.send('placeivrcall', {
    destAddr: `sip:callee@${wire.host}:${wire.port}`,
    sipFrom: ctx.number,
    sessionReferenceId: ctx.reference,
    ...more,
  });
  return wire.waitFor('INVITE', isRequest('INVITE'));
}

scenario(
  {
    id: 'sip/outbound-ack',
    title: 'The 200 to an outbound INVITE gets an ACK, and a copy of the 200 another one',
    area,
    capability,
    requirements: ['sip-outbound-ack'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (wire) =>
      withMedia(ctx, async (media) => {
        const invite = await invited(ctx, wire);
        ctx.webhooks.on('getIvrCommand', [{ getIVRCommandAfter: 1.2 }, hangUp()]);
        await wire.send(responseTo(invite, 180, { toTag: 'callee', headers: [contactOf(wire)] }));
        const ok = responseTo(invite, 200, {
          toTag: 'callee',
          headers: [contactOf(wire)],
          body: audioSdp(media, { formats: '0' }),
        });
        await wire.send(ok);
        const ack = await wire.waitFor('ACK', isRequest('ACK'));
        ctx.expect(
          'sip-outbound-ack',
          'CSeq number of the ACK',
          Number.parseInt(ack.header('CSeq') ?? '', 10),
          is(Number.parseInt(invite.header('CSeq') ?? '', 10)),
        );
        const from = wire.received().length;
        await wire.send(ok);
        const second = await wire.waitFor('ACK for the copy', isRequest('ACK'), { from });
        ctx.expect('sip-outbound-ack', 'To of the second ACK', second.header('To', 't'), is(ack.header('To', 't')));
        const bye = await wire.waitFor('BYE', isRequest('BYE'));
        await wire.send(responseTo(bye, 200));
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

for (const [status, words] of [
  [486, 'a busy callee'],
  [503, 'a server that is down'],
] as const) {
  scenario(
    {
      id: `sip/outbound-failure-${status}`,
      title: `${status} of ${words} gets an ACK with the branch of the INVITE, and the session ends`,
      area,
      capability,
      requirements: ['sip-outbound-ack-failure', 'sessioncompleted-sent', 'sessioncompleted-duration-unanswered'],
      needs,
    },
    (ctx) =>
      onWire(ctx, { name: 'callee' }, async (wire) => {
        const invite = await invited(ctx, wire);
        await wire.send(responseTo(invite, status, { toTag: 'callee' }));
        const ack = await wire.waitFor('ACK', isRequest('ACK'));
        ctx.expect('sip-outbound-ack-failure', 'branch of the ACK', branchOf(ack), is(branchOf(invite)));
        const completed = await ctx.webhooks.next('sessionCompleted');
        ctx.expect('sessioncompleted-sent', 'callback', completed.name, is('sessionCompleted'));
        ctx.expect(
          'sessioncompleted-duration-unanswered',
          'sessionDuration',
          Number(completed.body.sessionDuration),
          is(0),
        );
      }),
  );
}

scenario(
  {
    id: 'sip/outbound-retransmission',
    title: 'An outbound INVITE that nobody answers is retransmitted after 0.5, 1 and 2 s',
    area,
    capability,
    requirements: ['sip-outbound-retransmits'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      const invite = await invited(ctx, wire);
      const copies = await wire.watch(3800, isRequest('INVITE'));
      ctx.expect('sip-outbound-retransmits', 'copies within 3.8 s', copies.length, is(3));
      const at = [invite, ...copies].map((m) => m.at);
      for (const [i, expected] of [500, 1000, 2000].entries()) {
        const gap = (at[i + 1] ?? 0) - (at[i] ?? 0);
        ctx.expect(
          'sip-outbound-retransmits',
          `ms before copy ${i + 1}`,
          gap,
          between(expected * 0.85, expected * 1.15 + 60),
        );
      }
      ctx.expect('sip-outbound-retransmits', 'branch of the last copy', branchOf(copies.at(-1)), is(branchOf(invite)));
      await wire.send(responseTo(invite, 486, { toTag: 'callee' }));
      await ctx.webhooks.next('sessionCompleted');
    }),
);

scenario(
  {
    id: 'sip/outbound-cancel-waits',
    title: 'An outbound call is not cancelled before a provisional response has come; then it is',
    area,
    capability,
    requirements: ['sip-outbound-cancel-waits'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      const invite = await invited(ctx, wire, { maxRingTime: 1 });
      const early = await wire.watch(1800, isRequest('CANCEL'), { from: 0 });
      ctx.expect('sip-outbound-cancel-waits', 'CANCELs before any response', early.length, is(0));
      await wire.send(responseTo(invite, 180, { toTag: 'callee', headers: [contactOf(wire)] }));
      const cancel = await wire.waitFor('CANCEL', isRequest('CANCEL'));
      ctx.expect('sip-outbound-cancel-waits', 'branch of the CANCEL', branchOf(cancel), is(branchOf(invite)));
      await wire.send(responseTo(cancel, 200, { toTag: 'callee' }));
      await wire.send(responseTo(invite, 487, { toTag: 'callee' }));
      await wire.waitFor('ACK', isRequest('ACK'));
      await ctx.webhooks.next('sessionCompleted');
    }),
);

scenario(
  {
    id: 'sip/outbound-answer-crosses-cancel',
    title: 'A 200 that crosses with CANCEL gets ACK and BYE',
    area,
    capability,
    requirements: ['sip-outbound-late-200'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (wire) =>
      withMedia(ctx, async (media) => {
        const invite = await invited(ctx, wire, { maxRingTime: 1 });
        await wire.send(responseTo(invite, 180, { toTag: 'callee', headers: [contactOf(wire)] }));
        const cancel = await wire.waitFor('CANCEL', isRequest('CANCEL'));
        await wire.send(
          responseTo(invite, 200, {
            toTag: 'callee',
            headers: [contactOf(wire)],
            body: audioSdp(media, { formats: '0' }),
          }),
        );
        await wire.send(responseTo(cancel, 200, { toTag: 'callee' }));
        const ack = await wire.waitFor('ACK', isRequest('ACK'));
        const bye = await wire.waitFor('BYE', isRequest('BYE'));
        await wire.send(responseTo(bye, 200));
        ctx.expect('sip-outbound-late-200', 'ACK before BYE', ack.at <= bye.at, is(true));
        ctx.expect(
          'sip-outbound-late-200',
          'To of the BYE has the tag of the 200',
          bye.header('To', 't')?.includes('tag=callee'),
          is(true),
        );
        await ctx.webhooks.next('sessionCompleted');
        ctx.expect('sip-outbound-late-200', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(0));
      }),
    ),
);

scenario(
  {
    id: 'sip/outbound-redirect',
    title: 'A 302 to an outbound INVITE ends the call as rejected; its Contact is not called',
    area,
    capability,
    requirements: ['sip-redirect-not-followed'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'elsewhere' }, (elsewhere) =>
      onWire(ctx, { name: 'callee' }, async (wire) => {
        const invite = await invited(ctx, wire);
        await wire.send(responseTo(invite, 302, { toTag: 'callee', headers: [contactOf(elsewhere)] }));
        await wire.waitFor('ACK', isRequest('ACK'));
        const completed = await ctx.webhooks.next('sessionCompleted');
        ctx.should('sip-redirect-not-followed', 'reason', completed.body.reason, oneOf('rejected'));
        const followed = await elsewhere.watch(500, () => true, { from: 0 });
        ctx.should('sip-redirect-not-followed', 'messages at the Contact', followed.length, is(0));
      }),
    ),
);
