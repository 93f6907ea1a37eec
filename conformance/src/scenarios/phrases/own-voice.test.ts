import { scenario } from '../../harness/scenario.ts';
import { hangUp, play, stored } from '../support/answers.ts';
import { atWork } from '../support/collect.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { tonesHeard } from '../support/heard.ts';

const area = 'phrases';
const needs = { call: true, webhook: true, rtp: true } as const;

scenario(
  {
    id: 'phrases/echo',
    title: 'A phrase of format echo sends the caller’s own tone back, and ends after maxDuration',
    area,
    capability: 'echo',
    requirements: ['phrases-echo', 'phrases-echo-max-duration'],
    needs,
  },
  async (ctx) => {
    const commands = [play([{ format: 'echo', maxDuration: 2 }]), hangUp()];
    const { call, command } = await answeredIvr(ctx, { commands });
    await command.answered;
    const answered = ctx.harness.clock.now();
    await call.rtp.sendTone(650, 1000);
    const next = await ctx.webhooks.next('getIvrCommand');
    const late = ctx.target.timers.dtmfGraceMs;
    ctx.expect('phrases-echo-max-duration', 'ms from the answer', next.at - answered, between(1900, 2000 + late));
    await call.ended;
    const heard = (await tonesHeard(call.rtp)).filter(({ frequency }) => Math.abs(frequency - 650) < 10);
    const sum = heard.reduce((ms, { durationMs }) => ms + durationMs, 0);
    ctx.expect('phrases-echo', 'ms of our tone that came back', sum, between(800, 1100));
  },
);

for (const { name, title, asked } of [
  { name: 'record', title: 'recordingReady follows', asked: true },
  { name: 'record-without-callback', title: 'no recordingReady follows', asked: false },
]) {
  const slug = asked ? 'getivrcommand-answer-recorded-callback' : 'getivrcommand-answer-recorded-callback-absent';
  scenario(
    {
      id: `phrases/${name}`,
      title: `A phrase of format record keeps the caller’s tone for maxDuration, to be played as a file; ${title}`,
      area,
      capability: 'ivr-record',
      requirements: ['phrases-record', 'phrases-record-max-duration', slug],
      needs,
    },
    async (ctx) => {
      const fileName = `suite-${ctx.newId()}.wav`;
      const record = play([{ format: 'record', fileName, maxDuration: 1 }], asked ? { recordedCallback: true } : {});
      const { call, command } = await answeredIvr(ctx, { commands: [record, play([stored(fileName)]), hangUp()] });
      await command.answered;
      const answered = ctx.harness.clock.now();
      void call.rtp.sendTone(650, 2000);
      const second = await ctx.webhooks.next('getIvrCommand');
      const late = ctx.target.timers.dtmfGraceMs;
      ctx.expect('phrases-record-max-duration', 'ms from the answer', second.at - answered, between(900, 1000 + late));
      if (asked) {
        const ready = await ctx.webhooks.next('recordingReady');
        ctx.expect(slug, 'recordingFileName', ready.body.recordingFileName, is(fileName));
      }
      await atWork(ctx, await ctx.webhooks.next('getIvrCommand'));
      await call.ended;
      const [heard] = await tonesHeard(call.rtp);
      const ours = that('650 Hz', (hz: number | undefined) => Math.abs((hz ?? 0) - 650) < 10);
      ctx.expect('phrases-record', 'frequency played back, Hz', heard?.frequency, ours);
      ctx.expect('phrases-record', 'ms played back', heard?.durationMs, between(700, 1100));
      if (!asked) {
        await ctx.webhooks.next('sessionCompleted');
        ctx.expect(slug, 'recordingReady', ctx.webhooks.all('recordingReady').length, is(0));
      }
      await ctx.rest.send(`promptfile/${fileName}`, undefined, { method: 'DELETE' });
    },
  );
}

scenario(
  {
    id: 'phrases/record-silence-end',
    title:
      'A record phrase with silenceEnd waits for the caller to speak, and ends when the caller has been silent for so long',
    area,
    capability: 'ivr-record',
    requirements: ['phrases-record-silence-end', 'phrases-record'],
    needs,
  },
  async (ctx) => {
    const fileName = `suite-${ctx.newId()}.wav`;
    const record = play([{ format: 'record', fileName, maxDuration: 20, silenceEnd: 1 }]);
    const { call, command } = await answeredIvr(ctx, { commands: [record, play([stored(fileName)]), hangUp()] });
    await command.answered;
    // Longer than the silence that would end it.
    await call.rtp.sendSilence(1500);
    await call.rtp.sendTone(650, 600);
    const silentFrom = ctx.harness.clock.now();
    void call.rtp.sendSilence(3000);
    const second = await ctx.webhooks.next('getIvrCommand');
    const late = ctx.target.timers.dtmfGraceMs;
    const slug = 'phrases-record-silence-end';
    ctx.expect(slug, 'ms from the end of the tone', second.at - silentFrom, between(900, 1000 + late));
    await atWork(ctx, await ctx.webhooks.next('getIvrCommand', { within: ctx.target.timers.stepMs + 4000 }));
    await call.ended;
    const [heard] = await tonesHeard(call.rtp);
    const ours = that('650 Hz', (hz: number | undefined) => Math.abs((hz ?? 0) - 650) < 10);
    ctx.expect('phrases-record', 'frequency played back, Hz', heard?.frequency, ours);
    ctx.expect('phrases-record', 'ms played back', heard?.durationMs, between(500, 700));
    await ctx.rest.send(`promptfile/${fileName}`, undefined, { method: 'DELETE' });
  },
);
