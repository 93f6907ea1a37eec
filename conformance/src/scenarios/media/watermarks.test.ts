import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { ivr, waiting } from '../support/answers.ts';
import { between, is } from '../support/expected.ts';
import { text } from '../support/flows.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { absentDb, mark, marksHeard, watermarks } from '../support/watermark.ts';
import { onWireBridge, type WireBridge } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp } from '../support/wire-caller.ts';
import { onWireLegs } from '../support/wire-legs.ts';

const area = 'media';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;
/** What the probe sends unless told otherwise, dBov. */
const sentDb = -16;
/** No 50 ms in which it was said are fainter by more. */
const dipDb = 12;
/** What is on its way when something changes: packets that are waited for against jitter, and one on each side. */
const underWayMs = 150;
const [first, second, third, fourth] = watermarks;

/** Waits until the run's clock is so far: audio is judged by stretches of it. */
async function listenUntil(ctx: TestContext, rtp: RtpProbe, at: number): Promise<void> {
  const { clock } = ctx.harness;
  while (clock.now() < at) {
    const { received } = await rtp.stats();
    await rtp.waitForPackets(received.packets + 5, ctx.target.timers.stepMs);
  }
}

/** The leg hears this watermark all the time from `from` to `to`, as loud as it was said, and no other. */
async function expectOnly(
  ctx: TestContext,
  slug: string | readonly string[],
  who: string,
  rtp: RtpProbe,
  wanted: number,
  [from, to]: readonly [number, number],
  payloadType = 0,
): Promise<void> {
  const marks = await marksHeard(rtp, from, to, payloadType);
  ctx.expect(slug, `watermarks that the ${who} hears, Hz`, marks.present, is([wanted]));
  const level = between(sentDb - 1, sentDb + 1);
  ctx.expect(slug, `level of it for the ${who}, dBov`, marks.median.get(wanted), level);
  // Between codecs a packet that comes late may be made up for, and the time that it took left out again.
  const faintest = between(sentDb - dipDb, sentDb + 1);
  ctx.expect(slug, `faintest 50 ms of it for the ${who}, dBov`, marks.faintest.get(wanted), faintest);
}

scenario(
  {
    id: 'media/watermark-two-calls',
    title: 'Four legs of two calls at once, each with a tone of its own: each hears its party and nobody else',
    area,
    capability,
    requirements: ['media-each-hears-the-other', 'media-calls-apart'],
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async (one) => {
      mark(one.media, first);
      mark(one.calleeMedia, second);
      await onWireBridge(ctx, async (other) => {
        mark(other.media, third);
        mark(other.calleeMedia, fourth);
        const from = ctx.harness.clock.now() + underWayMs + 100;
        const stretch = [from, from + 1200] as const;
        await listenUntil(ctx, other.media, stretch[1] + underWayMs);
        const ends = [
          ['first caller', one.media, second, [third, fourth]],
          ['first callee', one.calleeMedia, first, [third, fourth]],
          ['second caller', other.media, fourth, [first, second]],
          ['second callee', other.calleeMedia, third, [first, second]],
        ] as const;
        for (const [who, rtp, , strange] of ends) {
          const came = (await marksHeard(rtp, ...stretch)).present.filter((mark) =>
            strange.some((one) => one === mark),
          );
          ctx.expect('media-calls-apart', `watermarks of the other call that the ${who} hears, Hz`, came, is([]));
        }
        for (const [who, rtp, wanted] of ends) {
          await expectOnly(ctx, 'media-each-hears-the-other', who, rtp, wanted, stretch);
        }
      });
    }),
);

scenario(
  {
    id: 'media/first-word',
    title: 'What both say right after callAnswered is heard from its first to its last sample',
    area,
    capability,
    requirements: ['media-first-word'],
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async ({ media, calleeMedia }) => {
      const word = 300;
      const say = async (rtp: RtpProbe, frequency: number): Promise<void> => {
        await rtp.sendTone(frequency, word);
        await rtp.sendSilence(200);
      };
      await Promise.all([say(media, first), say(calleeMedia, second)]);
      for (const [who, rtp, frequency] of [
        ['caller', media, second],
        ['callee', calleeMedia, first],
      ] as const) {
        await rtp.waitForTone(frequency, word - 60, ctx.target.timers.stepMs);
        const heard = await tonesHeard(rtp);
        ctx.expect('media-first-word', `tones that the ${who} hears, Hz`, frequenciesOf(heard), theseTones(frequency));
        ctx.expect('media-first-word', `ms of it for the ${who}`, heard[0]?.durationMs, asLongAs(word));
      }
    }),
);

scenario(
  {
    id: 'media/watermark-after-split',
    title: 'Two parties go on talking while they are split: not a packet of either reaches the other',
    area,
    capability,
    requirements: ['media-nothing-after-split', 'splitconnection-silence'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    onWireBridge(ctx, async ({ media, calleeMedia, answered }: WireBridge) => {
      ctx.webhooks.on('callEvent', ivr()).on('getIvrCommand', waiting());
      mark(media, first);
      mark(calleeMedia, second);
      const { clock } = ctx.harness;
      await calleeMedia.waitForTone(first, 300, ctx.target.timers.stepMs);
      const connectionId = text(answered.body.connectionId);
      const { status } = await ctx.rest.send('splitconnection', { connectionId });
      ctx.expect('media-nothing-after-split', 'status of splitconnection', status, is(200));
      const from = clock.now() + underWayMs;
      await ctx.webhooks.next('getIvrCommand');
      await ctx.webhooks.next('getIvrCommand');
      await listenUntil(ctx, media, from + 600);
      for (const [who, rtp] of [
        ['caller', media],
        ['callee', calleeMedia],
      ] as const) {
        const marks = await marksHeard(rtp, from, from + 600);
        const silent = ['media-nothing-after-split', 'splitconnection-silence'];
        ctx.expect(silent, `stretches of 50 ms that the ${who} got`, marks.windows, between(8, 13));
        ctx.expect(silent, `watermarks above ${absentDb} dBov for the ${who}`, marks.present, is([]));
      }
      // Each is in a call of its own now: the caller ends one, this the other.
      const participantId = text(answered.body.calleeParticipantId);
      await ctx.rest.send('hangupparticipant', { participantId });
    }),
);

for (const who of ['caller', 'callee'] as const) {
  for (const [direction, answer] of [
    ['sendonly', 'recvonly'],
    ['inactive', 'inactive'],
  ] as const) {
    scenario(
      {
        id: `media/watermark-hold-${direction}-${who}`,
        title: `Both go on talking while the ${who} holds by ${direction}: nothing reaches ${direction === 'sendonly' ? 'the one who holds' : 'either of them'}`,
        area,
        capability,
        requirements: ['media-nothing-on-hold'],
        needs,
      },
      (ctx) =>
        onWireBridge(ctx, async ({ wire, caller, callee, invite, media, calleeMedia }) => {
          const slug = 'media-nothing-on-hold';
          const far = wireCallee(callee, invite);
          const [own, other] = who === 'caller' ? [media, calleeMedia] : [calleeMedia, media];
          mark(own, first);
          mark(other, second);
          await own.waitForTone(second, 300, ctx.target.timers.stepMs);
          await other.waitForTone(first, 300, ctx.target.timers.stepMs);
          const seen = (who === 'caller' ? callee : wire).received().length;
          const back = audioSdp(other, { version: 2, direction: answer });
          const told = who === 'caller' ? far.reinvited(seen, 200, back) : caller.answerOffer(back, seen);
          // Waited for at the end: whoever holds is held at once, whatever becomes of the other party's re-INVITE.
          told.catch(() => {});
          const body = audioSdp(own, { version: 2, direction });
          const ok = await (who === 'caller' ? caller.ask('INVITE', { body }) : far.ask('INVITE', { body }));
          await (who === 'caller' ? caller.acknowledge(ok) : far.acknowledge(ok));
          ctx.expect(slug, `response to ${direction}`, ok.status, is(200));
          const from = ctx.harness.clock.now() + underWayMs;
          // Nobody may get a packet any more that could be waited for.
          await wire.watch(underWayMs + 600);
          const stretch = [from, from + 600] as const;
          const heard = (await marksHeard(own, ...stretch)).present;
          ctx.expect(slug, 'watermarks that the one who holds hears, Hz', heard, is([]));
          if (direction === 'sendonly') await expectOnly(ctx, slug, 'one who is held', other, first, stretch);
          else {
            const crossed = (await marksHeard(other, ...stretch)).present;
            ctx.expect(slug, 'watermarks that the one who is held hears, Hz', crossed, is([]));
          }
          await told;
        }),
    );
  }
}

scenario(
  {
    id: 'media/watermark-transcoded',
    title:
      'A caller of PCMU and a callee of PCMA hear each other, each in its own codec, at the level at which it is said',
    area,
    capability,
    requirements: ['media-transcoded', 'media-each-hears-the-other'],
    needs,
  },
  (ctx) =>
    onWireLegs(ctx, { caller: { codec: 'PCMU' }, callee: { codec: 'PCMA' } }, async ({ callerMedia, calleeMedia }) => {
      mark(callerMedia, first);
      mark(calleeMedia, second);
      await callerMedia.waitForTone(second, 100, ctx.target.timers.stepMs);
      const from = ctx.harness.clock.now() + underWayMs;
      const stretch = [from, from + 800] as const;
      await listenUntil(ctx, callerMedia, stretch[1] + underWayMs);
      for (const [who, rtp, wanted, payloadType] of [
        ['caller', callerMedia, second, 0],
        ['callee', calleeMedia, first, 8],
      ] as const) {
        const { received } = await rtp.stats();
        ctx.expect('media-transcoded', `payload types that the ${who} gets`, received.payloadTypes, is([payloadType]));
        const slugs = ['media-transcoded', 'media-each-hears-the-other'];
        await expectOnly(ctx, slugs, who, rtp, wanted, stretch, payloadType);
      }
    }),
);
