import { scenario } from '../../harness/scenario.ts';
import { hangUp, ivr, play, waiting } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { withTone } from '../support/prompts.ts';

const area = 'media';
const capability = 'media';
const needs = { call: true, webhook: true, rtp: true } as const;

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
