import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import { is } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { placedPackets, sequenceSteps, timestampSteps } from '../support/stream.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp } from '../support/wire-caller.ts';
import { bothWays } from '../support/wire-voices.ts';

const samplesPerMs = 8;

for (const [callerMs, calleeMs] of [
  [40, 20],
  [20, 40],
] as const) {
  scenario(
    {
      id: `b2bua/ptime-${callerMs}-${calleeMs}`,
      title: `A caller who asks for ${callerMs} ms and a callee who asks for ${calleeMs} ms, both in PCMU, each get packets of that length in one stream`,
      area: 'b2bua',
      capability: 'call-control',
      requirements: ['b2bua-ptime-per-leg', 'b2bua-ptime-stream'],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      withMedia(ctx, (media, calleeMedia) => {
        const asking = (end: RtpProbe, ms: number) => audioSdp(end, { formats: '0', lines: [`a=ptime:${ms}`] });
        const invite = { body: asking(media, callerMs) };
        return onWireDial(ctx, { media, invite }, async ({ caller, final, callee, invite }) => {
          const far = wireCallee(callee, invite);
          await far.accept(asking(calleeMedia, calleeMs));
          talk(media, await final);
          talk(calleeMedia, invite);
          await ctx.webhooks.next('callAnswered');
          const from = ctx.harness.clock.now();
          const heard = await bothWays(ctx, media, calleeMedia);
          ctx.expect('b2bua-ptime-per-leg', 'they hear each other', heard, is([true, true]));
          for (const [who, end, ms] of [
            ['caller', media, callerMs],
            ['callee', calleeMedia, calleeMs],
          ] as const) {
            const samples = ms * samplesPerMs;
            const packets = (await placedPackets(end, 0)).filter(({ at }) => at >= from);
            const sizes = new Set(packets.map(({ payloadBytes }) => payloadBytes));
            ctx.expect('b2bua-ptime-per-leg', `octets in packets to the ${who}`, [...sizes], is([samples]));
            const numbers = new Set(sequenceSteps(packets));
            ctx.expect('b2bua-ptime-stream', `steps of numbers to the ${who}`, [...numbers], is([1]));
            const times = new Set(timestampSteps(packets));
            ctx.expect('b2bua-ptime-stream', `steps of timestamps to the ${who}`, [...times], is([samples]));
            const sources = new Set(packets.map(({ ssrc }) => ssrc));
            ctx.expect('b2bua-ptime-stream', `streams to the ${who}`, sources.size, is(1));
          }
          const bye = caller.bye();
          await far.ended();
          await bye;
          await ctx.webhooks.next('sessionCompleted');
        });
      }),
  );
}
