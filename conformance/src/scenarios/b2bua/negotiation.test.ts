import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { audioSection, mediaSections } from '../support/description.ts';
import { between, is, that } from '../support/expected.ts';
import { speakAgreed, talk, withMedia } from '../support/media.ts';
import type { WireMessage } from '../support/wire.ts';
import { onWireBridge, onWireDial, type WireBridge } from '../support/wire-bridge.ts';
import { type WireCallee, wireCallee } from '../support/wire-callee.ts';
import { audioSdp } from '../support/wire-caller.ts';
import { bothWays } from '../support/wire-voices.ts';

const area = 'b2bua';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

type Description = ReturnType<typeof audioSdp>;

/** One end of the call as it asks for a change: re-INVITE, or UPDATE. */
interface Side {
  readonly media: RtpProbe;
  ask(method: 'INVITE' | 'UPDATE', body?: Description, headers?: readonly string[]): Promise<WireMessage>;
  acknowledge(response: WireMessage, body?: Description): Promise<void>;
}

const sidesOf = ({ caller, callee, invite, media, calleeMedia }: WireBridge): Record<'caller' | 'callee', Side> => {
  const far: WireCallee = wireCallee(callee, invite);
  const more = (body?: Description, headers?: readonly string[]) => ({
    ...(body && { body }),
    ...(headers && { headers }),
  });
  return {
    caller: {
      media,
      ask: (method, body, headers) => caller.ask(method, more(body, headers)),
      acknowledge: (response, body) => caller.acknowledge(response, more(body)),
    },
    callee: {
      media: calleeMedia,
      ask: (method, body, headers) => far.ask(method, more(body, headers)),
      acknowledge: (response, body) => far.acknowledge(response, body),
    },
  };
};

/** re-INVITE and its ACK; from the answer on this end sends what was agreed. */
async function reinvite(side: Side, body: Description): Promise<WireMessage> {
  const response = await side.ask('INVITE', body);
  await speakAgreed(side.media, response);
  await side.acknowledge(response);
  return response;
}

/** Payload types of audio that comes from now on. */
async function typesNow(ctx: TestContext, media: RtpProbe): Promise<number[]> {
  const { packets } = (await media.stats()).received;
  await media.waitForPackets(packets + 10, ctx.target.timers.stepMs);
  return [...new Set((await media.packets()).slice(-5).map(({ payloadType }) => payloadType))];
}

for (const who of ['caller', 'callee'] as const) {
  scenario(
    {
      id: `b2bua/codec-change-${who}`,
      title: `The ${who} changes to PCMA by a re-INVITE, then back by UPDATE: both go on hearing each other, the other one is not asked`,
      area,
      capability,
      requirements: ['b2bua-codec-per-leg', 'b2bua-other-media'],
      needs,
    },
    (ctx) =>
      onWireBridge(ctx, async (call) => {
        const sides = sidesOf(call);
        const [side, other] = who === 'caller' ? [sides.caller, sides.callee] : [sides.callee, sides.caller];
        const otherWire = who === 'caller' ? call.callee : call.wire;
        const before = otherWire.received().length;
        const slug = 'b2bua-codec-per-leg';
        // Ports of their own, which nobody has: whoever decodes the audio would take it for what was announced there last.
        const extra = ['m=image 9 udptl t38', 'a=T38FaxVersion:0', 'm=video 11 RTP/AVP 96', 'a=rtpmap:96 VP8/90000'];
        const changed = await reinvite(side, audioSdp(side.media, { version: 2, formats: '8', lines: extra }));
        ctx.expect(slug, 'response to the re-INVITE', changed.status, is(200));
        const sections = mediaSections(changed.body);
        ctx.expect(slug, 'codecs of the answer', sections[0]?.formats, is([8]));
        const ports = sections.map(({ kind, port }) => `${kind} ${port === 0 ? 'refused' : 'taken'}`);
        ctx.expect(
          'b2bua-other-media',
          'streams of the answer',
          ports,
          is(['audio taken', 'image refused', 'video refused']),
        );
        ctx.expect(slug, `payload types to the ${who}`, await typesNow(ctx, side.media), is([8]));
        ctx.expect(slug, 'payload types to the other one', await typesNow(ctx, other.media), is([0]));
        const heard = await bothWays(ctx, side.media, other.media);
        ctx.expect(slug, 'they hear each other', heard, is([true, true]));
        ctx.expect('b2bua-other-media', 'they hear each other', heard, is([true, true]));
        const back = await side.ask(
          'UPDATE',
          audioSdp(side.media, {
            version: 3,
            formats: '0',
            lines: extra.map((line) => line.replace(/^(m=\w+) \d+/, '$1 0')),
          }),
        );
        await speakAgreed(side.media, back);
        ctx.expect(slug, 'response to the UPDATE', back.status, is(200));
        ctx.expect(slug, `payload types to the ${who} after it`, await typesNow(ctx, side.media), is([0]));
        ctx.expect(
          slug,
          'they hear each other after it',
          await bothWays(ctx, side.media, other.media, [800, 1600]),
          is([true, true]),
        );
        const requests = otherWire
          .received()
          .slice(before)
          .filter(({ status }) => status === undefined);
        ctx.expect(
          slug,
          'requests to the other one',
          requests.map(({ method }) => method),
          is([]),
        );
      }),
  );

  scenario(
    {
      id: `b2bua/offer-on-request-${who}`,
      title: `A re-INVITE of the ${who} without SDP gets an offer of everything, also after a hold, and RTP goes where the ACK says`,
      area,
      capability,
      requirements: ['b2bua-offer-on-request'],
      needs,
    },
    (ctx) =>
      onWireBridge(ctx, async (call) => {
        const slug = 'b2bua-offer-on-request';
        const sides = sidesOf(call);
        const side = sides[who];
        const other = who === 'caller' ? sides.callee : sides.caller;
        await reinvite(side, audioSdp(side.media, { version: 2, formats: '8', direction: 'sendonly' }));
        const far = wireCallee(call.callee, call.invite);
        if (who === 'caller') await far.reinvited(0, 200, audioSdp(other.media, { version: 2, direction: 'recvonly' }));
        else await answerCaller(call, audioSdp(other.media, { version: 2, direction: 'recvonly' }));
        await withMedia(ctx, async (moved) => {
          const offered = await side.ask('INVITE');
          ctx.expect(slug, 'response', offered.status, is(200));
          const audio = audioSection(offered.body);
          const codecs = [audio?.formats.includes(0), audio?.formats.includes(8)];
          ctx.expect(slug, 'PCMU and PCMA in the offer', codecs, is([true, true]));
          const direction =
            audio?.attributes.find((line) => /^(?:sendonly|recvonly|inactive)$/.test(line)) ?? 'sendrecv';
          ctx.expect(slug, 'direction of the offer', direction, is('sendrecv'));
          talk(moved, offered);
          side.media.keepSending(false);
          const resumed =
            who === 'caller'
              ? far.reinvited(call.callee.received().length, 200, audioSdp(other.media, { version: 3 }))
              : answerCaller(call, audioSdp(other.media, { version: 3 }), call.wire.received().length);
          await side.acknowledge(offered, audioSdp(moved, { version: 3, formats: '0' }));
          await resumed;
          ctx.expect(slug, 'they hear each other', await bothWays(ctx, moved, other.media), is([true, true]));
        });
      }),
  );
}

/** Answers the re-INVITE that the caller gets. */
async function answerCaller({ wire, caller }: WireBridge, body: Description, from = 0): Promise<void> {
  await caller.answerOffer(body, from);
  await wire.waitFor('ACK', (m) => m.status === undefined && m.method === 'ACK', { from });
}

scenario(
  {
    id: 'b2bua/late-offer',
    title: 'A caller without an offer is rung by 180, gets an offer in the 200, and talks after its ACK',
    area,
    capability,
    requirements: ['b2bua-late-offer'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) =>
      onWireDial(
        ctx,
        { media, lateOffer: true, newCall: { ringbackTone: 'default' } },
        async ({ wire, caller, final, callee, invite }) => {
          const slug = 'b2bua-late-offer';
          const far = wireCallee(callee, invite);
          talk(calleeMedia, invite);
          await far.progress(183, { body: audioSdp(calleeMedia) });
          const ringing = await wire.waitFor('ringing', (m) => (m.status ?? 0) > 100 && (m.status ?? 0) < 200);
          ctx.expect(slug, 'ringing', [ringing.status, ringing.body], is([180, '']));
          await far.accept(audioSdp(calleeMedia));
          const ok = await final;
          ctx.expect(slug, 'codecs offered in the 200', audioSection(ok.body)?.formats.slice(0, 2), is([0, 8]));
          const early = (await media.stats()).received.packets;
          ctx.expect(slug, 'RTP packets before the ACK', early, is(0));
          await media.speak('PCMA');
          talk(media, ok);
          await caller.acknowledge(ok, { body: audioSdp(media, { formats: '8' }) });
          await ctx.webhooks.next('callAnswered');
          ctx.expect(slug, 'they hear each other', await bothWays(ctx, media, calleeMedia), is([true, true]));
          ctx.expect(slug, 'payload types to the caller', await typesNow(ctx, media), is([8]));
          const bye = caller.bye();
          await far.ended();
          await bye;
          await ctx.webhooks.next('sessionCompleted');
        },
      ),
    ),
);

scenario(
  {
    id: 'b2bua/refresh-by-update',
    title:
      'Each leg agrees on its own session interval, and an UPDATE without SDP refreshes it and asks nothing of the other leg',
    area,
    capability: 'session-timers',
    requirements: ['b2bua-refresh'],
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async (call) => {
      const slug = 'b2bua-refresh';
      const sides = sidesOf(call);
      const before = [call.wire.received().length, call.callee.received().length];
      for (const [who, seconds] of [
        ['caller', 600],
        ['callee', 900],
      ] as const) {
        const ok = await sides[who].ask('UPDATE', undefined, [
          'Supported: timer',
          `Session-Expires: ${seconds};refresher=uac`,
        ]);
        ctx.expect(slug, `response to the ${who}`, ok.status, is(200));
        const value = ok.header('Session-Expires', 'x') ?? '';
        ctx.expect(slug, `Session-Expires to the ${who}, s`, Number.parseInt(value, 10), between(90, seconds));
        ctx.expect(
          slug,
          'refresher',
          value,
          that('a value with refresher=uac', (text: string) => /refresher=uac/.test(text)),
        );
      }
      const [wire = 0, callee = 0] = before;
      const asked = [...call.wire.received().slice(wire), ...call.callee.received().slice(callee)];
      const requests = asked.filter(({ status }) => status === undefined);
      ctx.expect(slug, 'requests of the target meanwhile', requests.length, is(0));
      ctx.expect(slug, 'they hear each other', await bothWays(ctx, call.media, call.calleeMedia), is([true, true]));
    }),
);
