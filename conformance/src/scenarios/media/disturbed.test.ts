import { body as bodyOf } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import type { CallHandle, TestContext } from '../../harness/types.ts';
import { hangUp, play } from '../support/answers.ts';
import { collect, paramsOf } from '../support/collect.ts';
import { audioSection } from '../support/description.ts';
import { between, is } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { withTone } from '../support/prompts.ts';

const area = 'media';
const capability = 'media';
const needs = { call: true, webhook: true, rtp: true } as const;

/** An RTP header of version 2 and what follows it. */
const rtp = (payloadType: number, sequence: number, payload: Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from([0x80, payloadType, sequence >> 8, sequence & 0xff, 0, 0, 0, 1, 0xde, 0xad, 0, 1]),
    payload,
  ]);

/** What nobody should send to a media port. */
const rubbish: readonly Uint8Array[] = [
  new Uint8Array(0),
  new Uint8Array([0x80]),
  new Uint8Array(11).fill(0x80),
  Buffer.from('OPTIONS sip:x@y SIP/2.0\r\n\r\n'),
  // Fifteen contributing sources and an extension that the packet has no room for.
  new Uint8Array([0x9f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
  // Padding longer than the packet.
  Buffer.concat([Buffer.from([0xa0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1]), new Uint8Array(20).fill(255)]),
  new Uint8Array(1400).fill(0xff),
  rtp(99, 3, new Uint8Array(160)),
  rtp(0, 4, new Uint8Array(0)),
  rtp(101, 5, new Uint8Array([7])),
  // A key of a stranger.
  rtp(101 | 0x80, 6, new Uint8Array([9, 0x8a, 3, 0x20])),
];

/** Sends all of it to the media port of the target from a socket that has no part in the call. */
async function disturb(ctx: TestContext, call: CallHandle, rounds: number): Promise<void> {
  const ok = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
  const { address = '', port = 0 } = audioSection(bodyOf(ok?.raw ?? '')) ?? {};
  const socket = await ctx.harness.outside.datagrams(ctx.target.suite.host);
  for (let round = 0; round < rounds; round++) {
    for (const packet of rubbish) {
      await socket.send(packet, port, address);
    }
  }
  ctx.note(`${rounds * rubbish.length} packets from a stranger to ${address}:${port}`);
  socket.close();
}

scenario(
  {
    id: 'media/strange-packets',
    title:
      'Malformed, empty and foreign packets on the media port change nothing: prompt whole, digits those of the caller',
    area,
    capability,
    requirements: ['media-bad-rtp'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 800, 1500, async (tone) => {
      const dtmf = { terminationKey: '#', firstTimeout: 30, betweenTimeout: 30 };
      const { call } = await answeredIvr(ctx, { commands: [play([tone], collect(dtmf)), hangUp()] });
      await call.rtp.waitForTone(800, 200, ctx.target.timers.stepMs);
      await disturb(ctx, call, 20);
      await call.rtp.sendDigits('2', { durationMs: 100 });
      await disturb(ctx, call, 5);
      await call.rtp.waitForTone(800, 1400, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('4#');
      const next = await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      ctx.expect('media-bad-rtp', 'digits collected', paramsOf(next).dtmfMatch, is('24'));
      const heard = await tonesHeard(call.rtp);
      ctx.expect('media-bad-rtp', 'frequencies heard, Hz', frequenciesOf(heard), theseTones(800));
      ctx.expect('media-bad-rtp', 'ms of the prompt', heard[0]?.durationMs, asLongAs(1500));
    }),
);

scenario(
  {
    id: 'media/early-stranger',
    title: 'A stranger who sends before the caller does gets no prompt: RTP goes where the SDP says',
    area,
    capability,
    requirements: ['media-bad-rtp', 'media-rtp-address'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 800, 1200, async (tone) => {
      const commands = [play([tone], collect({ terminationKey: '#', firstTimeout: 30 })), hangUp()];
      const { call } = await answeredIvr(ctx, { call: { silent: true }, commands });
      await disturb(ctx, call, 1);
      call.rtp.keepSending(true);
      await call.rtp.waitForTone(800, 1100, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('31#');
      const next = await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      ctx.expect('media-bad-rtp', 'digits collected', paramsOf(next).dtmfMatch, is('31'));
      const { received } = await call.rtp.stats();
      ctx.expect('media-rtp-address', 'packets of the stream that went elsewhere', received.lost, is(0));
    }),
);

scenario(
  {
    id: 'media/lossy-network',
    title: 'One packet in twenty lost, late or doubled stops neither the call nor its digits',
    area,
    capability,
    requirements: ['media-rtp-loss'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 900, 2000, async (tone) => {
      const dtmf = { terminationKey: '#', firstTimeout: 30, betweenTimeout: 30 };
      const { call } = await answeredIvr(ctx, { commands: [play([tone], collect(dtmf)), hangUp()] });
      call.rtp.impair({ every: 20, how: ['lost', 'late', 'doubled'] });
      await call.rtp.waitForTone(900, 1900, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('6017#');
      const next = await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      ctx.expect('media-rtp-loss', 'digits collected', paramsOf(next).dtmfMatch, is('6017'));
      const { sent } = await call.rtp.stats();
      ctx.expect('media-rtp-loss', 'packets that were sent', sent.packets, between(100, 100_000));
    }),
);
