import type { ReportRecord, RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { between, is, nonEmptyText, that } from '../support/expected.ts';
import { clocksParted, receiverSaid, senderSaid } from '../support/reports.ts';
import { onWireBridge } from '../support/wire-bridge.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'media';
const needs = { call: true, webhook: true } as const;
const requirements = [
  'media-rtcp',
  'media-rtcp-compound',
  'media-rtcp-sender',
  'media-rtcp-receiver',
  'media-rtcp-bye',
];
/** One packet of ten, lost or late in turn: 5 % are lost, and the others are not even. */
const harm = { every: 10, how: ['lost', 'late'] } as const;
/** Reports come every 2.5 to 7.5 s, the first one after half of that (RFC 3550 section 6.2). */
const longestPackets = 650;
/** Packets that may be under way between a count and ours. */
const underWay = 5;

/** Until two reports with figures have come, or could have. */
async function listen(...ends: readonly RtpProbe[]): Promise<void> {
  for (const rtp of ends) {
    for (let count = 0; count < longestPackets && (await rtp.reports()).length < 2; count += 25) {
      await rtp.waitForPackets((await rtp.stats()).received.packets + 25, 5000);
    }
  }
}

const thisYear = ({ harness: { clock } }: TestContext): number => new Date(clock.epoch + clock.now()).getUTCFullYear();

function expectSender(ctx: TestContext, who: string, report: ReportRecord, said: ReturnType<typeof senderSaid>): void {
  const slug = 'media-rtcp-sender';
  if (said === undefined) return;
  ctx.expect(slug, `SSRC of the report to the ${who}`, said.ssrcs[1], is([said.ssrcs[0]]));
  const [packets, came] = said.packets;
  ctx.expect(slug, `packets told to the ${who}, less what came`, packets - came, between(-underWay, underWay));
  const [octets, bytes] = said.octets;
  const few = underWay * 160;
  ctx.expect(slug, `octets told to the ${who}, less what came`, octets - bytes, between(-few, few));
  ctx.expect(slug, `ms that the timestamp is ahead for the ${who}`, Math.round(said.aheadMs), between(-150, 150));
  const year = new Date(report.sender?.ntpMs ?? 0).getUTCFullYear();
  ctx.should(slug, 'year of the NTP time', year, between(thisYear(ctx) - 1, 2100));
}

function expectReceiver(ctx: TestContext, who: string, said: ReturnType<typeof receiverSaid>): void {
  const slug = 'media-rtcp-receiver';
  if (said === undefined) return;
  ctx.expect(slug, `packets of the ${who} behind the highest number`, said.behind, between(-1, 2 * underWay));
  ctx.expect(slug, `wraps of the numbers of the ${who}`, said.cycles[0], is(said.cycles[1]));
  const [lost, were] = said.lost;
  // A packet that is late is lost until it comes.
  ctx.expect(slug, `packets of the ${who} lost`, lost, between(were - 1, were + 2));
  const [fraction, wanted] = said.fraction;
  const slack = Math.ceil((2 * 256) / Math.max(1, said.interval));
  ctx.expect(slug, `fraction of the ${who} lost, of 256`, fraction, between(wanted - slack, wanted + slack));
  ctx.expect(slug, `jitter of the ${who}, ms`, said.jitterMs, between(0.5, 60));
}

/** All that one end was told, and the goodbye if there is one. */
async function expectReports(ctx: TestContext, who: string, rtp: RtpProbe): Promise<void> {
  const [reports, packets, sent] = [await rtp.reports(), await rtp.packets(), await rtp.sent()];
  const first = that('SR or RR', (kind: unknown) => kind === 'SR' || kind === 'RR');
  ctx.should('media-rtcp', `reports to the ${who}`, reports.length, between(1, 10));
  const streams = [...new Set(packets.map(({ ssrc }) => ssrc))];
  for (const [i, report] of reports.entries()) {
    ctx.expect('media-rtcp-compound', `first packet of a compound to the ${who}`, report.kinds[0], first);
    ctx.expect('media-rtcp-compound', `CNAME told to the ${who}`, report.cname, nonEmptyText);
    expectSender(ctx, who, report, senderSaid(report, packets));
    expectReceiver(ctx, who, receiverSaid(report, reports[i - 1], sent));
    if (report.bye.length === 0) continue;
    ctx.expect('media-rtcp-bye', `who says goodbye to the ${who}`, report.bye, is(streams));
    const later = packets.filter(({ at }) => at > report.at + 40).length;
    ctx.expect('media-rtcp-bye', `packets for the ${who} behind the goodbye`, later, is(0));
  }
  const names = new Set(reports.map(({ cname }) => cname));
  if (reports.length > 0) ctx.expect('media-rtcp-compound', 'names of the source', names.size, is(1));
  const senders = reports.filter(({ sender }) => sender !== undefined);
  for (const [i, report] of senders.slice(1).entries()) {
    const { rtpMs, ntpMs } = clocksParted(senders[i] ?? report, report);
    ctx.expect('media-rtcp-sender', 'ms by which timestamps and NTP part', Math.round(rtpMs), between(-60, 60));
    ctx.expect('media-rtcp-sender', 'ms by which NTP and our clock part', Math.round(ntpMs), between(-150, 150));
  }
}

scenario(
  {
    id: 'media/rtcp-ivr',
    title: 'RTCP of an IVR call tells what was sent and, of a stream with losses, what was received',
    area,
    capability: 'media',
    requirements,
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ caller, media }) => {
      media.impair(harm);
      await listen(media);
      await caller.bye();
      await ctx.webhooks.next('sessionCompleted');
      await media.waitForSilenceOnWire(300, ctx.target.timers.stepMs);
      await expectReports(ctx, 'caller', media);
    }),
);

scenario(
  {
    id: 'media/rtcp-bridge',
    title: 'RTCP of two parties who talk: each is told of its own leg, also where packets are only passed on',
    area,
    capability: 'call-control',
    requirements,
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async ({ caller, media, calleeMedia }) => {
      for (const rtp of [media, calleeMedia]) rtp.impair(harm);
      await listen(media, calleeMedia);
      await caller.bye();
      await media.waitForSilenceOnWire(300, ctx.target.timers.stepMs);
      await expectReports(ctx, 'caller', media);
      await expectReports(ctx, 'callee', calleeMedia);
    }),
);
