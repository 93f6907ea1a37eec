import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { audio } from '../../harness/index.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { ivr, waiting } from '../support/answers.ts';
import { audioSection } from '../support/description.ts';
import { between, is, that } from '../support/expected.ts';
import { text } from '../support/flows.ts';
import { heardBetween } from '../support/heard.ts';
import { withMedia } from '../support/media.ts';
import { fetchFile, ownName } from '../support/recordings.ts';
import { readWave } from '../support/stored-audio.ts';
import { placedPackets, sequenceSteps } from '../support/stream.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { type LegKind, onWireLegs, type WireLegs } from '../support/wire-legs.ts';

const area = 'media';
const needs = { call: true, webhook: true } as const;
/** Payload type (RFC 3551 section 6). */
const comfortNoise = 13;
/** What the pause is to sound like, dBov: far above what is left of silence in G.711, far below speech. */
const noiseDb = -45;
const voiceHz = 650;
const pauseMs = 1600;
/** Packets that are held back against jitter, and what is on its way. */
const settledMs = 300;

scenario(
  {
    id: 'media/noise-answered',
    title: 'An offer of comfort noise beside G.711 is answered with it, an offer without it is not',
    area,
    capability: 'media',
    requirements: ['media-noise-answered', 'media-noise-not-asked-for'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', waiting());
        for (const [formats, wanted] of [
          ['0 13', true],
          ['8 101 13', true],
          ['0 8', false],
        ] as const) {
          const lines = formats.includes('101') ? ['a=rtpmap:101 telephone-event/8000'] : [];
          const caller = wireCaller(ctx, wire);
          const ok = await caller.invite({ body: audioSdp(media, { formats, lines }) });
          await caller.bye();
          await ctx.webhooks.next('sessionCompleted');
          const answered = audioSection(ok.body)?.formats.includes(comfortNoise);
          if (wanted) ctx.should('media-noise-answered', `13 in the answer to ${formats}`, answered, is(true));
          else ctx.expect('media-noise-not-asked-for', `13 in the answer to ${formats}`, answered, is(false));
        }
      }),
    ),
);

/** The caller speaks, pauses with comfort noise, speaks again; gives when the pause was. */
async function pauseOnce(
  ctx: TestContext,
  { callerMedia, calleeMedia }: WireLegs,
): Promise<{ from: number; to: number }> {
  const { clock } = ctx.harness;
  await callerMedia.sendTone(voiceHz, 600);
  const from = clock.now();
  await callerMedia.sendPause(noiseDb, pauseMs / 2);
  await callerMedia.sendPause(noiseDb, pauseMs / 2);
  const to = clock.now();
  await callerMedia.sendTone(voiceHz, 600);
  await calleeMedia.waitForTone(voiceHz, 400, ctx.target.timers.stepMs, to);
  return { from, to };
}

/** One stream all the time: nothing lost, nothing begun anew, and the clock of the stream goes with ours. */
async function expectOneStream(ctx: TestContext, rtp: RtpProbe, types: readonly number[]): Promise<void> {
  const all = (await rtp.packets()).filter(({ payloadType }) => types.includes(payloadType));
  const placed = all.map((packet) => ({
    ...packet,
    offsetMs: ((packet.timestamp - (all[0]?.timestamp ?? 0)) | 0) / 8,
  }));
  const slug = 'media-noise-stream';
  ctx.expect(slug, 'SSRCs', new Set(placed.map(({ ssrc }) => ssrc)).size, is(1));
  ctx.expect(slug, 'steps of sequence numbers', [...new Set(sequenceSteps(placed))], is([1]));
  const [first, last] = [placed[0], placed.at(-1)];
  const astray = (last?.offsetMs ?? 0) - (first?.offsetMs ?? 0) - ((last?.at ?? 0) - (first?.at ?? 0));
  ctx.expect(slug, 'ms by which timestamps and the clock part', astray, between(-120, 120));
  const silentMs = Math.max(...placed.slice(1).map(({ at }, i) => at - (placed[i]?.at ?? at)));
  ctx.expect(slug, 'longest time without a packet, ms', silentMs, between(0, 1000));
}

for (const [how, callee, payloadType] of [
  ['of its codec', { codec: 'PCMU' }, 0],
  ['of another codec', { codec: 'PCMA' }, 8],
] as const satisfies readonly (readonly [string, LegKind, number])[]) {
  scenario(
    {
      id: `media/noise-heard-${callee.codec.toLowerCase()}`,
      title: `A pause that the caller describes by comfort noise is heard as noise by a callee ${how}, in an unbroken stream`,
      area,
      capability: 'call-control',
      requirements: ['media-noise-heard', 'media-noise-stream'],
      needs,
    },
    (ctx) =>
      onWireLegs(ctx, { caller: { codec: 'PCMU' }, callee }, async (legs) => {
        const { from, to } = await pauseOnce(ctx, legs);
        const pause = await heardBetween(legs.calleeMedia, from + settledMs, to, payloadType);
        ctx.should('media-noise-heard', 'ms of audio in the pause', pause.length / 8, between(pauseMs / 2, pauseMs));
        const level = audio.levelDb(pause);
        ctx.should('media-noise-heard', 'level of the pause, dBov', level, between(noiseDb - 4, noiseDb + 4));
        const tones = audio.toneSegments(pause, 60).length;
        ctx.should('media-noise-heard', 'tones in the pause', tones, is(0));
        await expectOneStream(ctx, legs.calleeMedia, [payloadType]);
      }),
  );
}

for (const [how, codec, payloadType] of [
  ['of the codec of the other', 'PCMU', 0],
  ['of another codec', 'PCMA', 8],
] as const) {
  scenario(
    {
      id: `media/noise-told-${codec.toLowerCase()}`,
      title: `A party ${how} who has agreed to comfort noise is told of the pause of the other, or hears it`,
      area,
      capability: 'call-control',
      requirements: ['media-noise-told', 'media-noise-stream', 'media-rtp-marker'],
      needs,
    },
    (ctx) =>
      // The caller's leg is the one that can agree: whether the service offers comfort noise is its own matter.
      onWireLegs(
        ctx,
        { caller: { codec, comfortNoise }, callee: { codec: 'PCMU' } },
        async ({ callerMedia, calleeMedia, ...call }) => {
          const { from, to } = await pauseOnce(ctx, { ...call, callerMedia: calleeMedia, calleeMedia: callerMedia });
          const told = (await callerMedia.packets()).filter(({ at, noiseDb: db }) => db !== undefined && at > from);
          const pause = await heardBetween(callerMedia, from + settledMs, to, payloadType);
          const agreed = audioSection((await call.final).body)?.formats.includes(comfortNoise) === true;
          ctx.should('media-noise-told', 'comfort noise agreed on the leg', agreed, is(true));
          if (told.length > 0) {
            const levels = [...new Set(told.map(({ noiseDb: db }) => db))];
            ctx.expect('media-noise-told', 'levels told, dBov', levels, is([noiseDb]));
            const soonest = (told[0]?.at ?? 0) - from;
            ctx.expect('media-noise-told', 'ms until it is told', soonest, between(-40, settledMs));
            ctx.expect('media-noise-told', 'ms of audio beside it', pause.length / 8, between(0, 100));
          } else {
            const level = audio.levelDb(pause);
            const asDescribed = between(noiseDb - 4, noiseDb + 4);
            if (agreed) ctx.expect('media-noise-told', 'level of the pause', level, asDescribed);
            else ctx.should('media-noise-told', 'level of the pause', level, asDescribed);
          }
          await expectOneStream(ctx, callerMedia, [payloadType, comfortNoise]);
          const after = (await placedPackets(callerMedia, payloadType)).find(({ at }) => at > (told.at(-1)?.at ?? to));
          ctx.should(
            'media-rtp-marker',
            'marker of the first audio behind the pause',
            after?.marker,
            is(told.length > 0),
          );
        },
      ),
  );
}

scenario(
  {
    id: 'media/noise-recorded',
    title: 'A recording has the noise of a pause where the pause was',
    area,
    capability: 'recording',
    requirements: ['media-noise-recorded'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    onWireLegs(ctx, { caller: { codec: 'PCMU' }, callee: { codec: 'PCMU' } }, async (legs) => {
      const recordingFileName = ownName(ctx);
      const connectionId = text(ctx.webhooks.all('callAnswered')[0]?.body.connectionId);
      await ctx.rest.send('startrecording', { connectionId, recordingFileName });
      await pauseOnce(ctx, legs);
      await ctx.rest.send('stoprecording', { connectionId });
      await ctx.webhooks.next('recordingReady');
      const wave = readWave((await fetchFile(ctx, recordingFileName)).bytes);
      const [left] = wave?.channels ?? [];
      const [before] = left === undefined ? [] : audio.toneSegments(left, 60);
      const start = (before?.startMs ?? 0) + (before?.durationMs ?? 0) + 100;
      const pause = audio.cut(left ?? new Int16Array(), start, pauseMs - 200);
      const level = audio.levelDb(pause);
      ctx.should('media-noise-recorded', 'level of the pause, dBov', level, between(noiseDb - 4, noiseDb + 4));
    }),
);

scenario(
  {
    id: 'media/noise-no-timeout',
    title: 'A caller who sends nothing but comfort noise now and then is not taken for gone',
    area,
    capability: 'alarms',
    tenant: 'silent',
    requirements: ['media-noise-no-timeout'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'caller' }, async (wire) => {
      const { domain = 'silent' } = ctx.target.tenants.silent ?? {};
      const number = ctx.harness.takeNumber('silent');
      const app = ctx.alsoClaim({ number }).on('newCall', ivr()).on('getIvrCommand', { getIVRCommandAfter: 60 });
      const rtp = await ctx.harness.probes.open({ name: 'quiet', host: ctx.target.suite.host, codec: 'PCMU' });
      try {
        const caller = wireCaller(ctx, wire, { to: number, domain });
        const ok = await caller.invite({ body: audioSdp(rtp, { formats: '0 13' }) });
        ctx.expect('media-noise-no-timeout', 'status of the call', ok.status, is(200));
        const { address = '', port = 0 } = audioSection(ok.body) ?? {};
        rtp.sendTo(address, port);
        // Calls without RTP end after two seconds here.
        for (let i = 0; i < 5; i++) await rtp.sendPause(noiseDb, 1000);
        const none = that('none', (all: readonly unknown[]) => all.length === 0);
        ctx.expect('media-noise-no-timeout', 'alarms', app.all('alarm'), none);
        const { status } = await caller.bye();
        ctx.expect('media-noise-no-timeout', 'status of BYE: the call was still there', status, is(200));
        await app.next('sessionCompleted');
      } finally {
        await rtp.close();
      }
    }),
);
