import { scenario } from '../../harness/scenario.ts';
import { hangUp, play } from '../support/answers.ts';
import { withAudioServer } from '../support/audio-server.ts';
import { is } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { expectIvrAlarm, ivrAlarm } from '../support/ivr-alarm.ts';
import { sine } from '../support/prompts.ts';

const area = 'alarms';
const needs = { call: true, webhook: true, rtp: true } as const;

scenario(
  {
    id: 'alarms/ivr-slow-fetch',
    title: 'Audio that never comes leads to the alarm phraseRemoteCacheTimeout, and the command goes on',
    area,
    capability: 'alarms',
    requirements: ['alarms-ivr-cache-timeout', 'phrases-failed-phrase-goes-on', ...ivrAlarm],
    needs,
    timeoutMs: 60_000,
  },
  (ctx) =>
    withAudioServer(ctx, { 'never.wav': () => ({ silent: true }), 'after.wav': sine(900, 300) }, async (server) => {
      const phrases = ['never.wav', 'after.wav'].map((name) => ({ format: 'url', url: server.url(name) }));
      const { call, sessionId } = await answeredIvr(ctx, { commands: [play(phrases), hangUp()] });
      const alarm = await ctx.webhooks.next('alarm', { within: 40_000 });
      ctx.expect('alarms-ivr-cache-timeout', 'error', alarm.body.error, is('phraseRemoteCacheTimeout'));
      expectIvrAlarm(ctx, alarm.body, sessionId);
      await call.ended;
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('phrases-failed-phrase-goes-on', 'frequencies heard, Hz', heard, theseTones(900));
    }),
);
