import { scenario } from '../../harness/scenario.ts';
import { expectDirect, placeRemote } from '../support/cloud.ts';
import { audioSection } from '../support/description.ts';
import { is, nonEmptyText, numberOf } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp } from '../support/wire-caller.ts';

const area = 'cloud-ua';
const capability = 'cloud-ua';
const needs = { call: true, webhook: true, rest: true } as const;

scenario(
  {
    id: 'cloud-ua/outgoing',
    title: 'Ringing, answer and end of an outbound call are told in order; RTP flows past the service',
    area,
    capability,
    requirements: [
      ...['cloud-ua-outgoing-ringing', 'cloud-ua-outgoing-answered', 'cloud-ua-outgoing-far-end-hangs-up'],
      ...['placeremotecall-callback-sequence', 'cloud-ua-rtp-direct', 'placeremotecall-session-reference'],
    ],
    needs,
  },
  (ctx) =>
    withMedia(ctx, async (device) => {
      const callee = await ctx.callee();
      await placeRemote(ctx, callee, device);
      await callee.established;
      const ringing = await ctx.webhooks.next('callNotify');
      ctx.expect('cloud-ua-outgoing-ringing', 'event', ringing.body.event, is('ringing'));
      const { body } = await ctx.webhooks.next('callAnswered');
      const slug = 'cloud-ua-outgoing-answered';
      ctx.expect(slug, 'codec', body.codec, is('PCMU'));
      ctx.expect(slug, 'remoteRtpIp', body.remoteRtpIp, is(callee.rtp.host));
      ctx.expect(slug, 'remoteRtpPort', numberOf(body.remoteRtpPort), is(callee.rtp.port));
      ctx.expect(slug, 'replyId', body.replyId, nonEmptyText);
      const { sessionReferenceId } = body;
      ctx.expect('placeremotecall-session-reference', 'sessionReferenceId', sessionReferenceId, is(ctx.reference));
      await device.waitForPackets(10, ctx.target.timers.stepMs);
      await callee.hangup();
      const from = (await device.stats()).received.sources;
      ctx.expect('cloud-ua-rtp-direct', 'who sent to the device', from, is([`${callee.rtp.host}:${callee.rtp.port}`]));
      const { received } = await callee.rtp.stats();
      ctx.expect('cloud-ua-rtp-direct', 'RTP of anybody else at the far end', received.packets, is(0));
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('cloud-ua-outgoing-far-end-hangs-up', 'reason', completed.body.reason, is('calledPartyDrop'));
      const order = ['callNotify', 'callAnswered', 'sessionCompleted'];
      ctx.expect('placeremotecall-callback-sequence', 'callbacks', [...ctx.webhooks.sequence()], is(order));
    }),
);

scenario(
  {
    id: 'cloud-ua/gsm',
    title: 'A call that is placed with GSM: far end and device agree on it, and its RTP goes between them both ways',
    area,
    capability,
    requirements: ['cloud-ua-gsm'],
    needs,
  },
  (ctx) =>
    withMedia(
      ctx,
      (media, device) =>
        onWire(ctx, { name: 'callee' }, async (wire) => {
          const slug = 'cloud-ua-gsm';
          await placeRemote(ctx, { uri: uriOf(wire) }, device);
          const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
          const offered = audioSection(invite.body)?.formats.filter((format) => format < 96);
          ctx.expect(slug, 'codecs offered', offered, is([3]));
          const far = wireCallee(wire, invite);
          talk(media, invite);
          await far.accept(audioSdp(media, { formats: '3' }));
          const { body } = await ctx.webhooks.next('callAnswered');
          const { codec, remoteRtpIp, remoteRtpPort } = body;
          const told = [codec, remoteRtpIp, numberOf(remoteRtpPort)];
          ctx.expect(
            slug,
            'codec and address of the far end in callAnswered',
            told,
            is(['GSM', media.host, media.port]),
          );
          await expectDirect(ctx, slug, { farEnd: media, device, told: body, payloadType: 3 });
          await far.ask('BYE');
          await ctx.webhooks.next('sessionCompleted');
        }),
      'GSM',
    ),
);

scenario(
  {
    id: 'cloud-ua/two-at-once',
    title: 'Two Cloud UA calls at the same time have callbacks of their own',
    area,
    capability,
    requirements: ['cloud-ua-sessions-apart'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, async (one, two) => {
      const [first, second] = await Promise.all([ctx.callee(), ctx.callee()]);
      const other = `${ctx.reference}-other`;
      const app = ctx.alsoClaim({ reference: other });
      await Promise.all([
        placeRemote(ctx, first, one),
        placeRemote(ctx, second, two, { sessionReferenceId: other, sourceUser: `${ctx.number}0` }),
      ]);
      await Promise.all([first.established, second.established]);
      for (const [webhooks, callee] of [[ctx.webhooks, first] as const, [app, second] as const]) {
        const { body } = await webhooks.next('callAnswered');
        ctx.expect('cloud-ua-sessions-apart', 'remotePartyNumber', body.remotePartyNumber, is(callee.user));
        ctx.expect('cloud-ua-sessions-apart', 'remoteRtpPort', numberOf(body.remoteRtpPort), is(callee.rtp.port));
      }
      await Promise.all([first.hangup(), second.hangup()]);
      await Promise.all([ctx.webhooks.next('sessionCompleted'), app.next('sessionCompleted')]);
      const sessions = new Set([...ctx.webhooks.sessions(), ...app.sessions()]);
      ctx.expect('cloud-ua-sessions-apart', 'sessions', sessions.size, is(2));
    }),
);
