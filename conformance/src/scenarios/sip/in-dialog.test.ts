import { scenario } from '../../harness/scenario.ts';
import { hangUp, ivr, longSpeech, play, waiting } from '../support/answers.ts';
import { between, is, oneOf, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { talk, withMedia } from '../support/media.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'sip';
const needs = { call: true, webhook: true } as const;
const speech = play([longSpeech], waiting());
const directionOf = (sdp: string): string =>
  /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(sdp)?.[1] ?? 'sendrecv';
const portOf = (sdp: string): number => Number(/^m=audio (\d+) /m.exec(sdp)?.[1] ?? 0);
const anAudioSection = that('a description with an audio port', (sdp: string) => portOf(sdp) > 0);

scenario(
  {
    id: 'sip/bye-stops-rtp',
    title: 'BYE in the middle of a prompt gets 200, and RTP stops at once',
    area,
    capability: 'tts',
    requirements: ['sip-bye-200'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx, { commands: speech });
    await call.rtp.waitForPackets(25, ctx.target.timers.stepMs);
    await hangupAndComplete(ctx, call);
    const bye = call.sipp.messages().find((m) => m.method === 'BYE' && m.status !== undefined);
    ctx.expect('sip-bye-200', 'response to BYE', bye?.status, is(200));
    const endedAt = (bye?.at ?? 0) - ctx.harness.clock.epoch;
    await call.rtp.waitForSilenceOnWire(300, 2000);
    const { lastAt = 0 } = (await call.rtp.stats()).received;
    ctx.expect('sip-bye-200', 'ms from the response to the last RTP packet', lastAt - endedAt, between(-60_000, 100));
  },
);

scenario(
  {
    id: 'sip/reinvite',
    title: 'A re-INVITE with another address gets 200 with an answer, and RTP goes there from then on',
    area,
    capability: 'tts',
    requirements: ['sip-reinvite', 'sip-to-tag'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, { commands: speech }, async ({ caller, ok, media, spare }) => {
      await media.waitForPackets(10, ctx.target.timers.stepMs);
      const again = await caller.invite({ body: audioSdp(spare, { version: 2 }) });
      ctx.expect('sip-reinvite', 'response', again.status, is(200));
      ctx.expect('sip-reinvite', 'body of the 200', again.body, anAudioSection);
      media.keepSending(false);
      talk(spare, again);
      ctx.expect('sip-to-tag', 'To of the second 200', again.header('To', 't'), is(ok.header('To', 't')));
      await spare.waitForPackets(25, ctx.target.timers.stepMs);
      await media.waitForSilenceOnWire(300, 2000);
      const { received } = await spare.stats();
      ctx.expect('sip-reinvite', 'RTP packets at the new address', received.packets, between(25, 100_000));
      ctx.expect('sip-reinvite', 'response to BYE', (await caller.bye()).status, is(200));
    }),
);

scenario(
  {
    id: 'sip/reinvite-without-offer',
    title: 'A re-INVITE without SDP gets 200 with an offer',
    area,
    capability: 'ivr',
    requirements: ['sip-reinvite'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ wire, caller, media }) => {
      const again = await caller.ask('INVITE');
      ctx.expect('sip-reinvite', 'response', again.status, is(200));
      ctx.expect('sip-reinvite', 'offer in the 200', again.body, anAudioSection);
      const [branch, cseq] = ['z9hG4bKlateanswer', 2];
      await caller.send('ACK', { branch, cseq, body: audioSdp(media, { version: 3 }) });
      const copies = await wire.watch(700, (m) => m.status === 200);
      ctx.expect('sip-reinvite', 'copies of the 200 after its ACK', copies.length, is(0));
      ctx.expect('sip-reinvite', 'response to BYE', (await caller.bye()).status, is(200));
    }),
);

scenario(
  {
    id: 'sip/invite-without-offer',
    title: 'An INVITE without SDP gets 200 with an offer, and RTP goes where the ACK says',
    area,
    capability: 'tts',
    requirements: ['actions-ivr-answers'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr()).on('getIvrCommand', speech);
        const caller = wireCaller(ctx, wire);
        const ok = await caller.ask('INVITE');
        ctx.expect('actions-ivr-answers', 'response', ok.status, is(200));
        ctx.expect('actions-ivr-answers', 'offer in the 200', ok.body, anAudioSection);
        talk(media, ok);
        await caller.acknowledge(ok, { body: audioSdp(media) });
        await media.waitForPackets(25, ctx.target.timers.stepMs);
        ctx.expect('actions-ivr-answers', 'RTP packets', (await media.stats()).received.packets, between(25, 100_000));
        await caller.bye();
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

scenario(
  {
    id: 'sip/hold',
    title: 'A re-INVITE with sendonly is answered recvonly and stops RTP; sendrecv starts it again',
    area,
    capability: 'tts',
    requirements: ['sip-reinvite-hold', 'sip-reinvite'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, { commands: speech }, async ({ caller, media }) => {
      await media.waitForPackets(10, ctx.target.timers.stepMs);
      const held = await caller.invite({ body: audioSdp(media, { version: 2, direction: 'sendonly' }) });
      ctx.expect('sip-reinvite', 'response', held.status, is(200));
      ctx.should('sip-reinvite-hold', 'direction of the answer to sendonly', directionOf(held.body), is('recvonly'));
      const quiet = await media.waitForSilenceOnWire(400, 2000).then(
        () => true,
        () => false,
      );
      ctx.should('sip-reinvite-hold', 'RTP stops while held', quiet, is(true));
      const before = (await media.stats()).received.packets;
      const back = await caller.invite({ body: audioSdp(media, { version: 3 }) });
      ctx.should('sip-reinvite-hold', 'direction of the answer to sendrecv', directionOf(back.body), is('sendrecv'));
      await media.waitForPackets(before + 10, ctx.target.timers.stepMs);
      ctx.expect('sip-reinvite', 'response to BYE', (await caller.bye()).status, is(200));
    }),
);

scenario(
  {
    id: 'sip/update',
    title: 'UPDATE in a dialog gets 200, with an answer where it has an offer',
    area,
    capability: 'ivr',
    requirements: ['sip-update'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ caller, media }) => {
      const plain = await caller.ask('UPDATE');
      ctx.expect('sip-update', 'response to an UPDATE without SDP', plain.status, is(200));
      const offering = await caller.ask('UPDATE', { body: audioSdp(media, { version: 2 }) });
      ctx.expect('sip-update', 'response to an UPDATE with an offer', offering.status, is(200));
      ctx.expect('sip-update', 'body of that response', offering.body, anAudioSection);
      ctx.expect('sip-update', 'response to BYE', (await caller.bye()).status, is(200));
    }),
);

scenario(
  {
    id: 'sip/cseq-order',
    title: 'A request with a lower CSeq than the one before gets 500, and the call goes on',
    area,
    capability: 'ivr',
    requirements: ['sip-cseq-order'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ caller }) => {
      const ahead = await caller.ask('UPDATE', { cseq: 20 });
      ctx.expect('sip-cseq-order', 'response to CSeq 20', ahead.status, is(200));
      const behind = await caller.ask('UPDATE', { cseq: 10 });
      ctx.expect('sip-cseq-order', 'response to CSeq 10 after it', behind.status, is(500));
      const bye = await caller.ask('BYE', { cseq: 21 });
      ctx.expect('sip-cseq-order', 'response to BYE with CSeq 21', bye.status, is(200));
    }),
);

scenario(
  {
    id: 'sip/contact-is-reached',
    title: 'The Contact of the 200 is where the requests of the dialog arrive',
    area,
    capability: 'ivr',
    requirements: ['sip-contact-in-200'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, { commands: [{ getIVRCommandAfter: 0.3 }, hangUp()] }, async ({ wire, caller, ok }) => {
      const uri = /<([^>]+)>/.exec(ok.header('Contact', 'm') ?? '')?.[1] ?? '';
      const response = await caller.ask('OPTIONS', { uri });
      ctx.expect('sip-contact-in-200', `response to OPTIONS in the dialog, to ${uri}`, response.status, oneOf(200));
      const bye = await caller.answer('BYE');
      ctx.expect(
        'sip-contact-in-200',
        'From of the BYE of the target',
        bye.header('From', 'f'),
        is(ok.header('To', 't')),
      );
      await ctx.webhooks.next('sessionCompleted');
      ctx.expect('sip-contact-in-200', 'BYEs', wire.received().filter((m) => m.method === 'BYE').length, is(1));
    }),
);
