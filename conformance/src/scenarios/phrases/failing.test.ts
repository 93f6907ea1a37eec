import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, type Json, play, spoken, stored } from '../support/answers.ts';
import { withAudioServer } from '../support/audio-server.ts';
import { collect, paramsOf } from '../support/collect.ts';
import { is, oneOf } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, withPrompts } from '../support/prompts.ts';

const needs = { call: true, webhook: true, rtp: true } as const;

/** A phrase that fails between two that do not: all that is demanded of such a command. */
async function failsAndGoesOn(ctx: TestContext, slug: string, wrong: Json, error = 'phraseError'): Promise<void> {
  await withPrompts(ctx, { before: sine(600, 300), after: sine(900, 300) }, async ({ before, after }) => {
    const command = play([before, wrong, after], collect({ maxDigits: 1, firstTimeout: 30 }));
    const { call, newCall } = await answeredIvr(ctx, {
      commands: [{ answer: { json: command, expectInvalid: wrong.format === 'smoke' } }, hangUp()],
    });
    await call.rtp.waitForTone(900, 200, ctx.target.timers.stepMs);
    await call.rtp.sendDigits('8');
    const next = await ctx.webhooks.next('getIvrCommand');
    ctx.expect('phrases-failed-phrase-goes-on', 'digits collected behind it', paramsOf(next).dtmfMatch, is('8'));
    await call.ended;
    const heard = frequenciesOf(await tonesHeard(call.rtp));
    ctx.expect('phrases-failed-phrase-goes-on', 'frequencies heard, Hz', heard, theseTones(600, 900));
    const alarm = await ctx.webhooks.next('alarm');
    ctx.expect(slug, 'error', alarm.body.error, is(error));
    ctx.expect(
      'alarms-ivr-phrase-error',
      'type and error',
      [alarm.body.type, alarm.body.error],
      oneOf(['ivrCommandError', error]),
    );
    ctx.expect('alarm-session-id', 'sessionId', alarm.body.sessionId, is(newCall.body.sessionId));
    ctx.expect('alarm-domain', 'domain', alarm.body.domain, is(ctx.target.domain));
  });
}

const common = ['phrases-failed-phrase-goes-on', 'alarms-ivr-phrase-error', 'alarm-session-id', 'alarm-domain'];

scenario(
  {
    id: 'phrases/missing-file',
    title: 'A file that is not there leads to the alarm phraseError, and the command goes on',
    area: 'phrases',
    capability: 'alarms',
    requirements: ['phrases-missing-file', ...common],
    needs,
  },
  (ctx) => failsAndGoesOn(ctx, 'phrases-missing-file', stored('there-is-no-such-prompt.wav')),
);

scenario(
  {
    id: 'phrases/failing-url',
    title: 'A URL that answers 500 leads to the alarm phraseError, and the command goes on',
    area: 'phrases',
    capability: 'alarms',
    requirements: ['phrases-url-fails', ...common],
    needs,
  },
  (ctx) =>
    withAudioServer(ctx, { 'broken.wav': () => ({ status: 500, body: 'no' }) }, (server) =>
      failsAndGoesOn(ctx, 'phrases-url-fails', { format: 'url', url: server.url('broken.wav') }),
    ),
);

scenario(
  {
    id: 'phrases/no-audio-at-url',
    title: 'A URL that gives a web page leads to the alarm phraseError, and the command goes on',
    area: 'phrases',
    capability: 'alarms',
    requirements: ['phrases-url-fails', ...common],
    needs,
  },
  (ctx) =>
    withAudioServer(
      ctx,
      { 'page.wav': () => ({ headers: { 'content-type': 'text/html' }, body: '<p>Welcome</p>' }) },
      (server) => failsAndGoesOn(ctx, 'phrases-url-fails', { format: 'url', url: server.url('page.wav') }),
    ),
);

scenario(
  {
    id: 'phrases/unknown-format',
    title: 'An unknown format leads to the alarm phraseError, and the command goes on',
    area: 'phrases',
    capability: 'alarms',
    requirements: ['phrases-unknown-format', ...common],
    needs,
  },
  (ctx) => failsAndGoesOn(ctx, 'phrases-unknown-format', { format: 'smoke', fileName: 'signal.wav' }),
);

for (const { name, title, served } of [
  { name: 'empty', title: 'An empty file', served: new Uint8Array(0) },
  { name: 'half-a-header', title: 'A WAV file that breaks off in its header', served: sine(700, 100).subarray(0, 30) },
  {
    name: 'noise',
    title: 'A file called .mp3 with no audio in it',
    served: Buffer.from('no sound at all '.repeat(500)),
  },
]) {
  scenario(
    {
      id: `phrases/unreadable-${name}`,
      title: `${title} leads to the alarm phraseError, and the command goes on`,
      area: 'phrases',
      capability: 'alarms',
      requirements: ['phrases-unreadable', ...common],
      needs,
    },
    (ctx) =>
      withAudioServer(ctx, { 'file.mp3': served }, (server) =>
        failsAndGoesOn(ctx, 'phrases-unreadable', { format: 'url', url: server.url('file.mp3') }),
      ),
  );
}

for (const { name, phrase } of [
  { name: 'awstts', phrase: spoken('<speak>Good <b morning.</speak>', { TextType: 'ssml' }) },
  {
    name: 'googletts',
    phrase: {
      format: 'googletts',
      googleTTSParameters: { input: { ssml: '<speak>Good morning.' }, voice: { languageCode: 'en-US' } },
    },
  },
]) {
  scenario(
    {
      id: `phrases/${name}-unspeakable`,
      title: `SSML that is not well-formed in ${name} leads to the alarm phraseError, and the command goes on`,
      area: 'phrases',
      capability: 'tts',
      requirements: ['phrases-tts-unspeakable', ...common],
      needs,
    },
    (ctx) => failsAndGoesOn(ctx, 'phrases-tts-unspeakable', phrase),
  );
}
