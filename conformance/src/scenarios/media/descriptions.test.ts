import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, ivr, play, waiting } from '../support/answers.ts';
import { audioSection, mediaSections, originOf, wellFormed } from '../support/description.ts';
import { between, is, that } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { withTone } from '../support/prompts.ts';
import { onWire, type Wire, type WireMessage } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'media';
const capability = 'media';
const needs = { call: true, webhook: true } as const;
const described = that('v, o, s, t and media, in this order', wellFormed);

/** The answer to one offer, of a call that is over when this returns. */
async function answerTo(ctx: TestContext, wire: Wire, body: { type: string; text: string }): Promise<WireMessage> {
  const caller = wireCaller(ctx, wire);
  const response = await caller.invite({ body });
  if (response.status === 200) {
    await caller.bye();
    await ctx.webhooks.next('sessionCompleted');
  }
  return response;
}

scenario(
  {
    id: 'media/first-common-codec',
    title: 'The answer takes the first codec of the offer that both know, whatever stands before it',
    area,
    capability,
    requirements: ['media-answer-codec', 'media-answer-origin'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', waiting());
        for (const [formats, first] of [
          ['8 0', 8],
          ['0 8', 0],
          ['18 9 8', 8],
          ['9 0 8', 0],
        ] as const) {
          const response = await answerTo(ctx, wire, audioSdp(media, { formats }));
          ctx.expect('media-answer-codec', `status of an offer of ${formats}`, response.status, is(200));
          const audio = audioSection(response.body);
          ctx.expect('media-answer-codec', `first format answered to ${formats}`, audio?.formats[0], is(first));
          const events = audio?.attributes.some((line) => /telephone-event/i.test(line)) ?? false;
          ctx.expect('media-answer-codec', 'telephone-event, which was not offered', events, is(false));
          ctx.should('media-answer-origin', 'the answer', response.body, described);
        }
      }),
    ),
);

scenario(
  {
    id: 'media/no-common-codec',
    title: 'An offer without a codec that the service knows gets 488',
    area,
    capability,
    requirements: ['media-no-common-codec'],
    needs: { call: true },
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', waiting());
        for (const formats of ['18 9', '97']) {
          const lines = formats === '97' ? ['a=rtpmap:97 opus/48000/2'] : [];
          const response = await answerTo(ctx, wire, audioSdp(media, { formats, lines }));
          ctx.expect('media-no-common-codec', `status of an offer of ${formats}`, response.status, is(488));
        }
      }),
    ),
);

scenario(
  {
    id: 'media/gsm-not-answered',
    title:
      'GSM is for devices alone: where the service has the RTP an offer is answered without it, one of GSM alone gets 488',
    area,
    capability,
    requirements: ['media-gsm-not-answered'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        const slug = 'media-gsm-not-answered';
        ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', waiting());
        for (const [formats, first] of [
          ['3 8', 8],
          ['0 3', 0],
        ] as const) {
          const response = await answerTo(ctx, wire, audioSdp(media, { formats }));
          ctx.expect(slug, `status of an offer of ${formats}`, response.status, is(200));
          const answered = audioSection(response.body)?.formats;
          ctx.expect(slug, `first format answered to ${formats}`, answered?.[0], is(first));
          ctx.expect(slug, `GSM in the answer to ${formats}`, answered?.includes(3), is(false));
        }
        const alone = await answerTo(ctx, wire, audioSdp(media, { formats: '3' }));
        ctx.expect(slug, 'status of an offer of GSM alone', alone.status, is(488));
      }),
    ),
);

scenario(
  {
    id: 'media/gsm-not-offered',
    title: 'Neither to an INVITE without SDP nor to such a re-INVITE does the service offer GSM',
    area,
    capability,
    requirements: ['media-gsm-not-offered'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', waiting());
        const caller = wireCaller(ctx, wire);
        for (const request of ['INVITE', 're-INVITE']) {
          const ok = await caller.ask('INVITE');
          const formats = audioSection(ok.body)?.formats;
          ctx.expect('media-gsm-not-offered', `status of the ${request}`, ok.status, is(200));
          ctx.expect('media-gsm-not-offered', `GSM in the offer to the ${request}`, formats?.includes(3), is(false));
          await caller.acknowledge(ok, { body: audioSdp(media, { formats: '0' }) });
          if (request === 'INVITE') await ctx.webhooks.next('getIvrCommand');
        }
        await caller.bye();
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

scenario(
  {
    id: 'media/other-media',
    title: 'Further streams of an offer are answered with port 0, each at its place',
    area,
    capability,
    requirements: ['media-other-media-refused'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media, spare) => {
        ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', waiting());
        const video = [`m=video ${spare.port} RTP/AVP 96`, 'a=rtpmap:96 VP8/90000'];
        const offers = [
          { kinds: ['audio', 'video'], text: audioSdp(media, { lines: video }).text },
          {
            kinds: ['video', 'audio'],
            text: audioSdp(media).text.replace(/^(?=m=audio)/m, `${video.join('\r\n')}\r\n`),
          },
        ];
        for (const { kinds, text } of offers) {
          const response = await answerTo(ctx, wire, { type: 'application/sdp', text });
          const slug = 'media-other-media-refused';
          ctx.expect(slug, 'status', response.status, is(200));
          const sections = mediaSections(response.body);
          ctx.expect(
            slug,
            'streams answered',
            sections.map(({ kind }) => kind),
            is(kinds),
          );
          const video = sections.find(({ kind }) => kind === 'video')?.port;
          ctx.expect(slug, 'port of video', video, is(0));
          ctx.expect(slug, 'port of audio', sections.find(({ kind }) => kind === 'audio')?.port, between(1, 65_535));
        }
      }),
    ),
);

scenario(
  {
    id: 'media/late-offer',
    title: 'An INVITE without SDP gets an offer of PCMU, PCMA and telephone-event, and the codec of the ACK is used',
    area,
    capability,
    requirements: ['media-no-offer', 'media-answer-origin'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 700, 400, (tone) =>
      onWire(ctx, { name: 'caller' }, async (wire) => {
        const media = await ctx.harness.probes.open({ name: 'pcma', host: wire.host, codec: 'PCMA' });
        try {
          ctx.webhooks
            .on('newCall', ivr({ sessionReferenceId: ctx.reference }))
            .on('getIvrCommand', [play([tone], { getIVRCommandAfter: 2 }), hangUp()]);
          const caller = wireCaller(ctx, wire);
          const ok = await caller.ask('INVITE');
          ctx.expect('media-no-offer', 'status', ok.status, is(200));
          const offer = audioSection(ok.body);
          const [pcmu, pcma] = [offer?.formats.includes(0), offer?.formats.includes(8)];
          ctx.expect('media-no-offer', 'PCMU and PCMA in the offer', [pcmu, pcma], is([true, true]));
          const events = offer?.attributes.some((line) => /^rtpmap:\d+ telephone-event\/8000/i.test(line));
          ctx.expect('media-no-offer', 'telephone-event in the offer', events, is(true));
          ctx.should('media-answer-origin', 'the offer', ok.body, described);
          await caller.acknowledge(ok, { body: audioSdp(media, { formats: '8' }) });
          await media.waitForTone(700, 350, ctx.target.timers.stepMs);
          const types = new Set((await media.packets()).map(({ payloadType }) => payloadType));
          ctx.expect('media-no-offer', 'payload types that came', [...types], is([8]));
          await caller.answer('BYE');
        } finally {
          await media.close();
        }
      }),
    ),
);

scenario(
  {
    id: 'media/version-grows',
    title: 'The version of the description grows when it changes, and its session id stays',
    area,
    capability,
    requirements: ['media-answer-origin'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ caller, ok, media }) => {
      const before = originOf(ok.body);
      const held = await caller.invite({ body: audioSdp(media, { version: 2, direction: 'sendonly' }) });
      const after = originOf(held.body);
      const slug = 'media-answer-origin';
      ctx.should(slug, 'the answer to a hold', held.body, described);
      ctx.should(slug, 'session id in o=', after.id, is(before.id));
      const grown = that(`greater than ${before.version}`, (version: bigint) => version > before.version);
      ctx.should(slug, 'version in o=', after.version, grown);
      await caller.bye();
    }),
);
