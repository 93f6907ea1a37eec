import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { deviceAt, expectDirect } from '../support/cloud.ts';
import { audioSection } from '../support/description.ts';
import { is, nonEmptyText, numberOf } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { accept, isRequest } from '../support/outbound.ts';
import { onWire, type WireMessage } from '../support/wire.ts';
import { ofCallee, onWireDial } from '../support/wire-bridge.ts';
import { audioSdp, responseTo, wireCaller } from '../support/wire-caller.ts';

const area = 'actions';
const capability = 'httpcall';
const needs = { call: true, webhook: true } as const;

/** The device handles RTP itself, at the address of this probe. */
const toDevice = (device: RtpProbe): Json => ({ action: 'httpcall', ...deviceAt(device) });

/** What the target describes as its own audio must be the device's. */
function expectDevice(ctx: TestContext, slug: string, { body }: WireMessage, { host, port }: RtpProbe): void {
  const told = [/^c=IN IP4 (\S+)/m.exec(body)?.[1], Number(/^m=audio (\d+) /m.exec(body)?.[1])];
  ctx.expect(slug, 'address and port in the SDP', told, is([host, port]));
  const formats = /^m=audio \d+ \S+ ([\d ]+)/m.exec(body)?.[1]?.split(' ') ?? [];
  ctx.expect(slug, 'first format', formats[0], is('0'));
}

const farEnd = ['callanswered-remote-rtp-ip', 'callanswered-remote-rtp-port', 'callanswered-codec'];

/** callAnswered tells the device where the far end wants its RTP: each property for itself, and all of them together. */
async function expectFarEnd(ctx: TestContext, media: RtpProbe, first: 'each' | 'whole'): Promise<void> {
  const { body } = await ctx.webhooks.next('callAnswered');
  const each = (): void => {
    ctx.expect('callanswered-remote-rtp-ip', 'remoteRtpIp', body.remoteRtpIp, is(media.host));
    ctx.expect('callanswered-remote-rtp-port', 'remoteRtpPort', numberOf(body.remoteRtpPort), is(media.port));
    ctx.expect('callanswered-codec', 'codec', body.codec, is('PCMU'));
  };
  const whole = (): void => {
    const slug = 'actions-httpcall-callanswered';
    const told = [body.remoteRtpIp, numberOf(body.remoteRtpPort), body.codec];
    ctx.expect(slug, 'remoteRtpIp, remoteRtpPort and codec', told, is([media.host, media.port, 'PCMU']));
    ctx.expect(slug, 'replyId', body.replyId, nonEmptyText);
  };
  for (const tell of first === 'each' ? [each, whole] : [whole, each]) tell();
}

scenario(
  {
    id: 'actions/httpcall',
    title:
      'httpcall in the answer to newCall answers with the address of the device, and callAnswered names the far end',
    area,
    capability,
    requirements: ['actions-httpcall-newcall', 'actions-httpcall', 'actions-httpcall-callanswered', ...farEnd],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, device) =>
      onWire(ctx, { name: 'caller' }, async (wire) => {
        ctx.webhooks.on('newCall', { ...toDevice(device), sessionReferenceId: ctx.reference });
        const caller = wireCaller(ctx, wire);
        const ok = await caller.invite({ body: audioSdp(media) });
        ctx.expect('actions-httpcall-newcall', 'final response', ok.status, is(200));
        expectDevice(ctx, 'actions-httpcall-newcall', ok, device);
        expectDevice(ctx, 'actions-httpcall', ok, device);
        await expectFarEnd(ctx, media, 'each');
        talk(media, ok);
        await device.waitForPackets(10, ctx.target.timers.stepMs);
        await caller.bye();
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

scenario(
  {
    id: 'actions/httpcall-gsm',
    title:
      'httpcall with GSM answers an offer that has it with GSM alone, and its RTP goes between party and device both ways',
    area,
    capability,
    requirements: ['actions-httpcall-gsm'],
    needs,
  },
  (ctx) =>
    withMedia(
      ctx,
      (media, device) =>
        onWire(ctx, { name: 'caller' }, async (wire) => {
          const slug = 'actions-httpcall-gsm';
          ctx.webhooks.on('newCall', { ...toDevice(device), sessionReferenceId: ctx.reference });
          const caller = wireCaller(ctx, wire);
          const ok = await caller.invite({ body: audioSdp(media, { formats: '0 3' }) });
          ctx.expect(slug, 'final response', ok.status, is(200));
          const codecs = audioSection(ok.body)?.formats.filter((format) => format < 96);
          ctx.expect(slug, 'codecs of the answer', codecs, is([3]));
          const { body } = await ctx.webhooks.next('callAnswered');
          const told = [body.codec, body.remoteRtpIp, numberOf(body.remoteRtpPort)];
          ctx.expect(slug, 'codec and address of the party in callAnswered', told, is(['GSM', media.host, media.port]));
          talk(media, ok);
          await expectDirect(ctx, slug, { farEnd: media, device, told: body, payloadType: 3 });
          await caller.bye();
          await ctx.webhooks.next('sessionCompleted');
        }),
      'GSM',
    ),
);

scenario(
  {
    id: 'actions/httpcall-after-event',
    title: 'httpcall in the answer to callEvent gives the party that is left the address of the device by re-INVITE',
    area,
    capability,
    requirements: ['actions-httpcall', 'actions-httpcall-callanswered', ...farEnd],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, device) =>
      withMedia(ctx, (calleeMedia) =>
        onWireDial(ctx, { media, events: toDevice(device) }, async ({ wire, caller, final, callee, invite }) => {
          await accept(callee, invite, calleeMedia);
          talk(media, await final);
          await ctx.webhooks.next('callAnswered');
          await callee.send(ofCallee(callee, invite, 'BYE', { cseq: 1, branch: `bye${callee.port}` }));
          const again = await wire.waitFor('re-INVITE', isRequest('INVITE'));
          expectDevice(ctx, 'actions-httpcall', again, device);
          const body = audioSdp(media, { version: 2 });
          const contact = `Contact: <sip:caller@${wire.host}:${wire.port}>`;
          const from = wire.received().length;
          await wire.send(responseTo(again, 200, { headers: [contact], body }));
          await wire.waitFor('ACK', isRequest('ACK'), { from });
          await expectFarEnd(ctx, media, 'whole');
          await caller.bye();
          await ctx.webhooks.next('sessionCompleted');
        }),
      ),
    ),
);
