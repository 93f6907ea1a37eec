import { scenario } from '../../harness/scenario.ts';
import { audioSection } from '../support/description.ts';
import { atLeast, is } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import type { WireMessage } from '../support/wire.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp, responseTo } from '../support/wire-caller.ts';

const area = 'b2bua';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;
const ringing = (m: WireMessage): boolean => (m.status ?? 0) > 100 && (m.status ?? 0) < 200;
const described = (m: WireMessage): boolean => ringing(m) && audioSection(m.body) !== undefined;

scenario(
  {
    id: 'b2bua/ringback-after-183',
    title: 'No RTP goes to a caller who has no description yet; with the 183 the ringing tone of the service starts',
    area,
    capability,
    requirements: ['b2bua-rtp-after-description'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media) =>
      onWireDial(ctx, { media, newCall: { ringbackTone: 'default' } }, async (call) => {
        const { wire, callee, invite, final } = call;
        // Time in which RTP could come too early.
        await media.waitForSilenceOnWire(ctx.target.timers.quietMs, ctx.target.timers.stepMs);
        const slug = 'b2bua-rtp-after-description';
        ctx.expect(slug, 'packets before the callee rings', (await media.stats()).received.packets, is(0));
        await wireCallee(callee, invite).progress(180);
        const progress = await wire.waitFor('a response with SDP', described);
        await media.waitForPackets(10, ctx.target.timers.stepMs);
        const { firstAt = 0 } = (await media.stats()).received;
        // Both are sent at once, but come by different ways.
        ctx.expect(slug, 'ms from the description to the first packet', firstAt - progress.at, atLeast(-250));
        await callee.send(responseTo(invite, 486, { toTag: 'callee' }));
        await final;
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

scenario(
  {
    id: 'b2bua/httpcall-after-early-media',
    title:
      'httpcall after a callee who was heard and then refused: the 200 repeats the 183, the device comes in by a re-INVITE',
    area,
    capability: 'httpcall',
    requirements: ['b2bua-description-kept'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) =>
      withMedia(ctx, (device) => {
        const { host, port } = device;
        const events = { action: 'httpcall', codec: 'PCMU', receiveIp: host, receivePort: port };
        return onWireDial(ctx, { media, events }, async ({ wire, caller, final, callee, invite }) => {
          const slug = 'b2bua-description-kept';
          await wireCallee(callee, invite).progress(183, { body: audioSdp(calleeMedia) });
          const progress = await wire.waitFor('a response with SDP', described);
          await callee.send(responseTo(invite, 486, { toTag: 'callee' }));
          const ok = await final;
          ctx.expect(slug, 'status', ok.status, is(200));
          ctx.expect(slug, 'body of the 200', ok.body, is(progress.body));
          const led = await caller.answerOffer(audioSdp(media, { version: 2 }));
          const audio = audioSection(led.body);
          ctx.expect(slug, 'where RTP is to go', [audio?.address, audio?.port], is([host, port]));
          const { body } = await ctx.webhooks.next('callAnswered');
          ctx.expect(slug, 'remoteRtpPort', Number(body.remoteRtpPort), is(media.port));
          talk(media, led);
          await device.waitForPackets(10, ctx.target.timers.stepMs);
          await caller.bye();
          await ctx.webhooks.next('sessionCompleted');
        });
      }),
    ),
);
