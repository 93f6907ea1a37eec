import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
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
