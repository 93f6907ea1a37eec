import type { RtpProbe, ToneSegment } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop } from '../support/answers.ts';
import { bridgedCall, callTo, voices } from '../support/bridge.ts';
import { between, is } from '../support/expected.ts';
import { text } from '../support/flows.ts';
import { asLongAs, frequenciesOf, theseTones } from '../support/heard.ts';
import { fetchFile, ownName, removeFile } from '../support/recordings.ts';
import { readWave, type StoredWave, tonesIn } from '../support/stored-audio.ts';
import { onWireBridge } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp } from '../support/wire-caller.ts';

const area = 'recording';
const capability = 'recording';
const needs = { call: true, webhook: true, rest: true, rtp: true } as const;
const onWire = { call: true, webhook: true, rest: true } as const;
/** Between a request and what the media do of it. */
const slackMs = 100;
/** What is held back against jitter, and a packet. */
const placedMs = 60;
const wordMs = 500;
const musicHz = 1000;
const startOf = (tones: readonly ToneSegment[], index: number): number => tones[index]?.startMs ?? Number.NaN;

/** Both say a word at the same time; gives when. */
async function word(ctx: TestContext, first: RtpProbe, second: RtpProbe): Promise<number> {
  const at = ctx.harness.clock.now();
  await Promise.all([first.sendTone(voices.caller, wordMs), second.sendTone(voices.callee, wordMs)]);
  return at;
}

async function stored(ctx: TestContext, name: string): Promise<StoredWave | undefined> {
  const { bytes } = await fetchFile(ctx, name);
  await removeFile(ctx, name);
  return readWave(bytes);
}

for (const { direction, answer, music } of [
  { direction: 'inactive', answer: 'inactive', music: false },
  { direction: 'sendonly', answer: 'recvonly', music: true },
] as const) {
  scenario(
    {
      id: `recording/hold-${direction}`,
      title: `A recording goes on while the caller holds by ${direction}: what is said behind it lies where it was said`,
      area,
      capability,
      requirements: ['recording-hold', 'recording-duration', 'recording-content', 'recording-in-step'],
      needs: onWire,
    },
    (ctx) =>
      onWireBridge(ctx, async ({ caller, callee, invite, media, calleeMedia, answered }) => {
        const { clock } = ctx.harness;
        const far = wireCallee(callee, invite);
        const [recordingFileName, connectionId] = [ownName(ctx), text(answered.body.connectionId)];
        let version = 1;
        const renew = async (ours: string, theirs: string): Promise<void> => {
          version += 1;
          const from = callee.received().length;
          const ok = await caller.ask('INVITE', { body: audioSdp(media, { version, direction: ours }) });
          await caller.acknowledge(ok);
          await far.reinvited(from, 200, audioSdp(calleeMedia, { version, direction: theirs }));
        };
        const asked = clock.now();
        await ctx.rest.send('startrecording', { connectionId, recordingFileName });
        const begun = clock.now();
        const first = await word(ctx, media, calleeMedia);
        for (const rtp of [media, calleeMedia]) rtp.keepSending(false);
        await renew(direction, answer);
        if (music) await media.sendTone(musicHz, 600);
        else await calleeMedia.waitForSilenceOnWire(600, ctx.target.timers.stepMs);
        await renew('sendrecv', 'sendrecv');
        for (const rtp of [media, calleeMedia]) rtp.keepSending(true);
        const second = await word(ctx, media, calleeMedia);
        await Promise.all([media.sendSilence(300), calleeMedia.sendSilence(300)]);
        const ending = clock.now();
        await ctx.rest.send('stoprecording', { connectionId });
        const done = clock.now();
        await ctx.webhooks.next('recordingReady');
        const wave = await stored(ctx, recordingFileName);
        const length = between(ending - begun - slackMs, done - asked + slackMs);
        ctx.expect('recording-duration', 'ms', wave?.milliseconds, length);
        const [left, right] = [tonesIn(wave, 0), tonesIn(wave, 1)];
        const said = [voices.caller, ...(music ? [musicHz] : []), voices.caller];
        ctx.expect('recording-hold', 'left channel, Hz', frequenciesOf(left), theseTones(...said));
        ctx.expect(
          'recording-hold',
          'right channel, Hz',
          frequenciesOf(right),
          theseTones(voices.callee, voices.callee),
        );
        for (const [side, tones] of [
          ['left', left],
          ['right', right],
        ] as const) {
          const last = tones.length - 1;
          for (const i of [0, last]) {
            ctx.expect('recording-content', `ms of word ${i + 1}, ${side}`, tones[i]?.durationMs, asLongAs(wordMs));
          }
          const apart = startOf(tones, last) - startOf(tones, 0) - (second - first);
          const near = between(-placedMs, placedMs);
          ctx.expect('recording-hold', `ms by which the second word is misplaced, ${side}`, Math.round(apart), near);
        }
        for (const [i, name] of ['first', 'second'].entries()) {
          const apart = startOf(right, i) - startOf(left, i === 0 ? 0 : left.length - 1);
          ctx.should('recording-in-step', `ms from left to right, ${name} word`, apart, between(-60, 60));
        }
      }),
  );
}

scenario(
  {
    id: 'recording/handed-over',
    title:
      'A recording ends when its parties are parted; that of the next connection has the new party, and nothing of before',
    area,
    capability,
    requirements: ['recording-ends-with-connection', 'recording-stereo', 'recording-content', 'recording-in-step'],
    needs,
  },
  async (ctx) => {
    const third = await ctx.callee({ name: 'third' });
    const [one, two] = [ownName(ctx), ownName(ctx)];
    const recorded = { callRecording: true, recordingFileName: two };
    const bridge = await bridgedCall(ctx, {
      newCall: { callRecording: true, recordingFileName: one },
      events: ({ body }) => (body.event === 'callerConnectionSplit' ? callTo(third.uri, recorded) : drop()),
    });
    const { caller, callee, connectionId } = bridge;
    await word(ctx, caller.rtp, callee.rtp);
    await Promise.all([caller.rtp.sendSilence(200), callee.rtp.sendSilence(200)]);
    await ctx.rest.send('splitconnection', { connectionId });
    const ready = await ctx.webhooks.next('recordingReady');
    const slug = 'recording-ends-with-connection';
    ctx.expect(slug, 'connection of the first recording', ready.body.connectionId, is(connectionId));
    ctx.expect(slug, 'name of the first recording', ready.body.recordingFileName, is(one));
    await Promise.all([third.established, callee.ended]);
    const answered = await ctx.webhooks.next('callAnswered');
    await Promise.all([caller.rtp.sendTone(voices.caller, 2 * wordMs), third.rtp.sendTone(voices.third, 2 * wordMs)]);
    await Promise.all([caller.rtp.sendSilence(200), third.rtp.sendSilence(200)]);
    await caller.hangup();
    await third.ended;
    const again = await ctx.webhooks.next('recordingReady');
    ctx.expect(slug, 'connection of the second recording', again.body.connectionId, is(answered.body.connectionId));
    ctx.expect(slug, 'name of the second recording', again.body.recordingFileName, is(two));
    await ctx.webhooks.next('sessionCompleted');
    ctx.expect(slug, 'recordings told', ctx.webhooks.all('recordingReady').length, is(2));
    for (const [name, right, milliseconds] of [
      [one, voices.callee, wordMs],
      [two, voices.third, 2 * wordMs],
    ] as const) {
      const wave = await stored(ctx, name);
      const tones = [tonesIn(wave, 0), tonesIn(wave, 1)];
      const which = name === one ? 'first' : 'second';
      for (const [i, frequency] of [voices.caller, right].entries()) {
        const side = `${i === 0 ? 'left' : 'right'} channel of the ${which}`;
        const heard = tones[i] ?? [];
        ctx.expect([slug, 'recording-stereo'], `${side}, Hz`, frequenciesOf(heard), theseTones(frequency));
        ctx.expect('recording-content', `${side}, ms`, heard[0]?.durationMs, asLongAs(milliseconds));
      }
      const apart = startOf(tones[1] ?? [], 0) - startOf(tones[0] ?? [], 0);
      ctx.should('recording-in-step', `ms from left to right, ${which}`, apart, between(-60, 60));
    }
  },
);
