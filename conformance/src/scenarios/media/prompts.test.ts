import { tones, wave } from '@mediaservice/fixtures';
import type { ToneSegment } from '../../drivers/rtp-probe/types.ts';
import { body as bodyOf } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import type { CallHandle, TestContext } from '../../harness/types.ts';
import { hangUp, play } from '../support/answers.ts';
import { audioSection } from '../support/description.ts';
import { between, is, ofMany, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { asLongAs, frequenciesOf, near, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, toneLevel, withPrompts } from '../support/prompts.ts';
import {
  bursts,
  distances,
  during,
  fewOf,
  longGaps,
  medianOf,
  placedPackets,
  sequenceSteps,
  timestampSteps,
} from '../support/stream.ts';

const area = 'media';
const needs = { call: true, webhook: true, rtp: true } as const;
const payloadTypes = { PCMU: 0, PCMA: 8 } as const;

const prompt = ['media-prompt-frequency', 'media-prompt-level', 'media-prompt-duration'];
const stream = [
  'media-rtp-version',
  'media-rtp-sequence',
  'media-rtp-timestamp',
  'media-rtp-ptime',
  'media-rtp-pacing',
  'media-rtp-no-burst',
  'media-rtp-address',
];

function expectPrompt(
  ctx: TestContext,
  heard: ToneSegment | undefined,
  frequency: number,
  ms: number,
  level: number,
): void {
  const pitch = that(`${frequency} Hz`, (hz: number | undefined) => near(hz ?? 0, frequency));
  ctx.expect('media-prompt-frequency', 'frequency heard, Hz', heard?.frequency, pitch);
  ctx.expect('media-prompt-duration', 'duration heard, ms', heard?.durationMs, asLongAs(ms));
  ctx.expect('media-prompt-level', 'level heard, dBov', heard?.levelDb, between(level - 1, level + 1));
}

const onlyStep = (step: number) =>
  that(
    `steps of ${step} and no others`,
    (steps: readonly number[]) => steps.length > 0 && steps.every((one) => one === step),
  );

/**
 * 100 ms (D-RTP), and what the machine took: by as much as our own packets were late in the same call ours may have been
 * read late, and those of a target on the same machine sent late.
 */
async function longestDistance(call: CallHandle): Promise<number> {
  const { sent } = await call.rtp.stats();
  return 100 + 2 * Math.round(sent.lateMs);
}

/** What RTP has to be while a prompt plays. */
async function expectStream(ctx: TestContext, call: CallHandle, payloadType: number, tone: ToneSegment): Promise<void> {
  const all = await call.rtp.packets();
  const packets = await placedPackets(call.rtp, payloadType);
  ctx.expect(
    'media-rtp-version',
    'payload types',
    [...new Set(all.map((packet) => packet.payloadType))],
    is([payloadType]),
  );
  ctx.expect('media-rtp-version', 'number of SSRCs', new Set(all.map(({ ssrc }) => ssrc)).size, is(1));
  const { received } = await call.rtp.stats();
  ctx.expect('media-rtp-version', 'packets that are no RTP of version 2', received.malformed, is(0));
  ctx.expect('media-rtp-sequence', 'steps of sequence numbers', [...new Set(sequenceSteps(packets))], onlyStep(1));
  const played = during(packets, tone);
  ctx.expect('media-rtp-timestamp', 'steps of timestamps', [...new Set(timestampSteps(played))], onlyStep(160));
  ctx.expect(
    'media-rtp-ptime',
    'bytes of audio a packet',
    [...new Set(played.map(({ payloadBytes }) => payloadBytes))],
    is([160]),
  );
  const gaps = distances(played);
  ctx.expect('media-rtp-pacing', 'median distance, ms', medianOf(gaps), ofMany(between(18, 22), gaps.length));
  const longest = await longestDistance(call);
  ctx.expect('media-rtp-no-burst', 'longest distance, ms', Math.max(...gaps), between(0, longest));
  const { late } = (await call.rtp.stats()).sent;
  const few = that(`no more than ${fewOf(played)}`, (found: readonly number[]) => found.length <= fewOf(played));
  ctx.expect('media-rtp-no-burst', 'gaps above 60 ms', longGaps(played, late).map(Math.round), few);
  ctx.expect('media-rtp-no-burst', 'packets that came at once', bursts(played, late), few);
}

/** RTP came from the port that the answer names. That it came at all shows that it went where the offer says. */
async function expectAddress(ctx: TestContext, call: CallHandle): Promise<void> {
  const ok = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
  const named = audioSection(bodyOf(ok?.raw ?? ''));
  const { sources } = (await call.rtp.stats()).received;
  ctx.expect('media-rtp-address', 'sources of RTP', sources, is([`${named?.address}:${named?.port}`]));
}

for (const codec of ['PCMU', 'PCMA'] as const) {
  const slug = codec === 'PCMU' ? 'media-pcmu' : 'media-pcma';
  scenario(
    {
      id: `media/prompt-${codec.toLowerCase()}`,
      title: `A prompt is heard over ${codec} as it was stored, in an even stream of RTP`,
      area,
      capability: 'media',
      requirements: [slug, 'media-answer-codec', ...prompt, ...stream],
      needs,
    },
    (ctx) =>
      withPrompts(ctx, { tone: sine(1000, 3000) }, async ({ tone }) => {
        const { call } = await answeredIvr(ctx, { call: { codec }, commands: [play([tone]), hangUp()] });
        await call.ended;
        const heard = await tonesHeard(call.rtp);
        ctx.expect(slug, 'frequencies heard, Hz', frequenciesOf(heard), theseTones(1000));
        const [only] = heard;
        if (only === undefined) return;
        expectPrompt(ctx, only, 1000, 3000, toneLevel);
        await expectAddress(ctx, call);
        await expectStream(ctx, call, payloadTypes[codec], only);
        const ok = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
        const [first] = audioSection(bodyOf(ok?.raw ?? ''))?.formats ?? [];
        ctx.expect('media-answer-codec', 'first format of the answer', first, is(payloadTypes[codec]));
      }),
  );
}

scenario(
  {
    id: 'media/levels',
    title: 'Loud and soft tones of a prompt are heard with their levels',
    area,
    capability: 'media',
    requirements: prompt,
    needs,
  },
  (ctx) => {
    const wanted = [-6, -16, -26, -36];
    const names = ['loud', 'middle', 'soft', 'faint'] as const;
    const prompts = {
      loud: sine(500, 300, -6),
      middle: sine(700, 300, -16),
      soft: sine(900, 300, -26),
      faint: sine(1100, 300, -36),
    };
    return withPrompts(ctx, prompts, async (phrases) => {
      const { call } = await answeredIvr(ctx, { commands: [play(names.map((name) => phrases[name])), hangUp()] });
      await call.ended;
      const heard = await tonesHeard(call.rtp);
      ctx.expect(
        'media-prompt-frequency',
        'frequencies heard, Hz',
        frequenciesOf(heard),
        theseTones(500, 700, 900, 1100),
      );
      heard.forEach((one, i) => {
        expectPrompt(ctx, one, 500 + 200 * i, 300, wanted[i] ?? 0);
      });
    });
  },
);

scenario(
  {
    id: 'media/sample-rates',
    title: 'Prompts of 8, 16, 44.1 and 48 kHz are heard at their pitch and for as long as they are',
    area,
    capability: 'media',
    requirements: ['media-prompt-sample-rates'],
    needs,
  },
  (ctx) => {
    const of = (frequency: number, rate: number): Uint8Array =>
      wave(tones([{ frequencies: [frequency], milliseconds: 400, level: 0.3 }], rate), rate);
    const prompts = { k8: of(500, 8000), k16: of(700, 16_000), k44: of(900, 44_100), k48: of(1100, 48_000) };
    return withPrompts(ctx, prompts, async ({ k8, k16, k44, k48 }) => {
      const { call } = await answeredIvr(ctx, { commands: [play([k8, k16, k44, k48]), hangUp()] });
      await call.ended;
      const heard = await tonesHeard(call.rtp);
      const slug = 'media-prompt-sample-rates';
      ctx.should(slug, 'frequencies heard, Hz', frequenciesOf(heard), theseTones(500, 700, 900, 1100));
      for (const { durationMs } of heard) ctx.should(slug, 'duration heard, ms', durationMs, asLongAs(400));
    });
  },
);

scenario(
  {
    id: 'media/stereo-prompt',
    title: 'A stereo prompt is heard once, at its pitch and for as long as it is',
    area,
    capability: 'media',
    requirements: ['media-prompt-frequency', 'media-prompt-duration'],
    needs,
  },
  (ctx) => {
    const stereo = wave(tones([{ frequencies: [800], milliseconds: 700, level: 0.3 }], 16_000), 16_000, 2);
    return withPrompts(ctx, { stereo }, async (phrases) => {
      const { call } = await answeredIvr(ctx, { commands: [play([phrases.stereo]), hangUp()] });
      await call.ended;
      const heard = await tonesHeard(call.rtp);
      ctx.expect('media-prompt-frequency', 'frequencies heard, Hz', frequenciesOf(heard), theseTones(800));
      ctx.expect('media-prompt-duration', 'duration heard, ms', heard[0]?.durationMs, asLongAs(700));
    });
  },
);
