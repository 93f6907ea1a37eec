import { scenario } from '../../harness/scenario.ts';
import { hangUp, ivr, play, waiting } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { withTone } from '../support/prompts.ts';
import { drift, placedPackets } from '../support/stream.ts';

const area = 'media';
const capability = 'media';
const needs = { call: true, webhook: true, rtp: true } as const;

scenario(
  {
    id: 'media/ten-seconds',
    title: "Over ten seconds the sender's clock stays within a packet of ours, and RTCP reports come",
    area,
    capability,
    requirements: ['media-rtp-no-drift', 'media-rtcp', 'media-rtp-marker'],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx, { commands: [{ getIVRCommandAfter: 10.5 }, hangUp()] });
    await ctx.webhooks.next('getIvrCommand', { within: 12_000 });
    await call.ended;
    const packets = await placedPackets(call.rtp, 0);
    const long = that('at least ten seconds', (ms: number) => ms >= 10_000);
    ctx.expect('media-rtp-no-drift', 'ms of stream, by its timestamps', packets.at(-1)?.offsetMs ?? 0, long);
    ctx.expect('media-rtp-no-drift', 'ms of drift', drift(packets), between(-20, 20));
    const { received } = await call.rtp.stats();
    ctx.should('media-rtcp', 'RTCP packets', received.rtcp, between(1, 100));
    ctx.should('media-rtp-marker', 'marker of the first packet', packets[0]?.marker, is(true));
  },
);

scenario(
  {
    id: 'media/stops-with-bye',
    title: 'No RTP is sent once the BYE of a caller has been answered in the middle of a prompt',
    area,
    capability,
    requirements: ['media-rtp-stops'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 700, 6000, async (tone) => {
      const { call } = await answeredIvr(ctx, { commands: [play([tone]), waiting()] });
      await call.rtp.waitForTone(700, 200, ctx.target.timers.stepMs);
      await hangupAndComplete(ctx, call);
      await call.rtp.waitForSilenceOnWire(500, 3000);
      const bye = call.sipp.messages().find((m) => m.method === 'BYE' && m.status === 200);
      const answered = (bye?.at ?? Number.NaN) - ctx.harness.clock.epoch;
      const packets = await call.rtp.packets();
      // What was under way when the answer was sent may still arrive.
      const late = packets.filter(({ at }) => at > answered + 100);
      ctx.expect('media-rtp-stops', 'packets later than 100 ms after the answer to BYE', late.length, is(0));
      ctx.expect('media-rtp-stops', 'packets before it', packets.length - late.length, between(10, 100_000));
    }),
);

scenario(
  {
    id: 'media/no-rtp-before-the-answer',
    title: 'No RTP is sent before the 200 of a call that takes its time to be answered',
    area,
    capability,
    requirements: ['media-early-media-none'],
    needs,
  },
  async (ctx) => {
    const late = { answer: { json: ivr({ sessionReferenceId: ctx.reference }), delayMs: 800 } };
    ctx.webhooks.on('newCall', late).on('getIvrCommand', [{ getIVRCommandAfter: 0.5 }, hangUp()]);
    const call = await ctx.call();
    await call.ended;
    const ok = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
    const answered = (ok?.at ?? Number.NaN) - ctx.harness.clock.epoch;
    const [first] = await call.rtp.packets();
    // Two sockets, two readers: a packet sent behind the 200 may be seen a moment before it.
    const behind = that('not before the 200', (ms: number) => ms > -50);
    ctx.expect('media-early-media-none', 'ms from the 200 to the first packet', (first?.at ?? 0) - answered, behind);
  },
);
