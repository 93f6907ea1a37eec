import { scenario } from '../../harness/scenario.ts';
import { hangUp, play, stored } from '../support/answers.ts';
import { type Served, withAudioServer } from '../support/audio-server.ts';
import { absent, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { asLongAs, frequenciesOf, gapsBetween, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, withPrompts, withStoredPrompts } from '../support/prompts.ts';

const area = 'phrases';
const needs = { call: true, webhook: true, rtp: true } as const;

scenario(
  {
    id: 'phrases/in-order-without-gap',
    title: 'Phrases follow each other in their order, each once and whole, without a gap between',
    area,
    capability: 'ivr',
    requirements: [
      'phrases-in-order',
      'phrases-once',
      'media-rtp-no-burst',
      'getivrcommand-answer-phrases',
      'ivr-loop-next-after-phrases',
    ],
    needs,
  },
  (ctx) => {
    const lengths = { low: 400, high: 300, middle: 500 };
    const prompts = { low: sine(500, lengths.low), high: sine(1100, lengths.high), middle: sine(800, lengths.middle) };
    return withPrompts(ctx, prompts, async ({ low, high, middle }) => {
      const { call } = await answeredIvr(ctx, { commands: [play([low, high, middle, low]), hangUp()] });
      const next = await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const tones = await tonesHeard(call.rtp);
      const wanted = theseTones(500, 1100, 800, 500);
      const inOrder = ['phrases-in-order', 'getivrcommand-answer-phrases'];
      ctx.expect(inOrder, 'frequencies heard, Hz', frequenciesOf(tones), wanted);
      [lengths.low, lengths.high, lengths.middle, lengths.low].forEach((length, i) => {
        ctx.expect('phrases-once', `ms of phrase ${i + 1}`, tones[i]?.durationMs, asLongAs(length));
      });
      const gap = that('no more than 100 ms each', (gaps: readonly number[]) => gaps.every((ms) => ms <= 100));
      ctx.expect('media-rtp-no-burst', 'ms between the phrases', gapsBetween(tones), gap);
      ctx.expect('ivr-loop-next-after-phrases', 'dtmfParams of the next callback', next.body.dtmfParams, absent);
    });
  },
);

scenario(
  {
    id: 'phrases/stored-file',
    title: 'A phrase of format file plays the stored file, whatever other properties are null',
    area,
    capability: 'prompts',
    requirements: ['phrases-file', 'phrases-null-properties'],
    needs,
  },
  (ctx) =>
    withStoredPrompts(ctx, { first: sine(650, 400), second: sine(950, 400) }, async ({ first, second }) => {
      const nulls = { awsTTSParameters: null, googleTTSParameters: null };
      const commands = [play([stored(first), stored(second, nulls)]), hangUp()];
      const { call } = await answeredIvr(ctx, { commands });
      await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('phrases-file', 'first frequency heard, Hz', heard.slice(0, 1), theseTones(650));
      ctx.expect('phrases-null-properties', 'frequencies heard, Hz', heard, theseTones(650, 950));
    }),
);

scenario(
  {
    id: 'phrases/url',
    title: 'A phrase of format url is fetched and played, its address in url or in fileName',
    area,
    capability: 'ivr',
    requirements: ['phrases-url'],
    needs,
  },
  (ctx) =>
    withAudioServer(ctx, { 'a.wav': sine(650, 400), 'b.wav': sine(950, 400) }, async (server) => {
      const phrases = [
        { format: 'url', url: server.url('a.wav') },
        { format: 'url', fileName: server.url('b.wav') },
      ];
      const { call } = await answeredIvr(ctx, { commands: [play(phrases), hangUp()] });
      await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      ctx.expect(
        'phrases-url',
        'frequencies heard, Hz',
        frequenciesOf(await tonesHeard(call.rtp)),
        theseTones(650, 950),
      );
    }),
);

scenario(
  {
    id: 'phrases/cache',
    title: 'Audio is fetched once within cacheTimeToLive, and anew with refreshCache or when the time is over',
    area,
    capability: 'ivr',
    requirements: ['phrases-cache', 'phrases-refresh-cache', 'phrases-cache-seconds'],
    needs,
  },
  (ctx) =>
    withAudioServer(ctx, { 'week.wav': sine(700, 150), 'second.wav': sine(900, 150) }, async (server) => {
      const week = { format: 'url', url: server.url('week.wav'), cacheTimeToLive: 'WEEK' };
      const second = { format: 'url', url: server.url('second.wav'), cacheTimeToLive: 1 };
      const { call } = await answeredIvr(ctx, {
        commands: [
          play([week, second]),
          play([week, second]),
          play([{ ...week, refreshCache: true }], { getIVRCommandAfter: 9 }),
          { getIVRCommandAfter: 1.5 },
          play([second]),
          hangUp(),
        ],
      });
      await ctx.webhooks.next('getIvrCommand');
      await ctx.webhooks.next('getIvrCommand');
      ctx.expect('phrases-cache', 'fetches of what may be kept for a week', server.fetches('week.wav'), is(1));
      await ctx.webhooks.next('getIvrCommand');
      ctx.expect('phrases-refresh-cache', 'fetches after refreshCache', server.fetches('week.wav'), is(2));
      const early = server.fetches('second.wav');
      await ctx.webhooks.next('getIvrCommand');
      await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const late = server.fetches('second.wav');
      ctx.expect(
        'phrases-cache-seconds',
        'fetches before and after the second was over',
        [early, late],
        is([early, early + 1]),
      );
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('phrases-cache', 'frequencies heard, Hz', heard, theseTones(700, 900, 700, 900, 700, 900));
    }),
);

scenario(
  {
    id: 'phrases/cache-revalidated',
    title: 'Audio whose time is over is asked for with its ETag, and played again when nothing has changed',
    area,
    capability: 'ivr',
    requirements: ['phrases-cache-revalidate', 'phrases-cache-seconds'],
    needs,
  },
  (ctx) => {
    const asked: (string | undefined)[] = [];
    const served: Served = ({ headers }) => {
      const same = headers['if-none-match'];
      asked.push(same);
      if (same === '"one"') return { status: 304, headers: { etag: '"one"' } };
      return { headers: { etag: '"one"', 'content-type': 'audio/wav' }, body: sine(700, 150) };
    };
    return withAudioServer(ctx, { 'tone.wav': served }, async (server) => {
      const phrase = { format: 'url', url: server.url('tone.wav'), cacheTimeToLive: 1 };
      const { call } = await answeredIvr(ctx, {
        commands: [play([phrase]), { getIVRCommandAfter: 1.5 }, play([phrase]), hangUp()],
      });
      await call.ended;
      ctx.expect('phrases-cache-seconds', 'fetches', asked.length, is(2));
      ctx.should('phrases-cache-revalidate', 'If-None-Match of the fetches', asked, is([undefined, '"one"']));
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.should('phrases-cache-revalidate', 'frequencies heard, Hz', heard, theseTones(700, 700));
    });
  },
);

scenario(
  {
    id: 'phrases/url-redirected',
    title: 'A URL that redirects is followed, and what lies there is played',
    area,
    capability: 'ivr',
    requirements: ['phrases-url-redirect'],
    needs,
  },
  (ctx) => {
    const to =
      (status: number, name: string): Served =>
      () => ({ status, headers: { location: `/${name}` } });
    const files = { 'a.wav': to(302, 'b.wav'), 'b.wav': to(308, 'c.wav'), 'c.wav': sine(1150, 300) };
    return withAudioServer(ctx, files, async (server) => {
      const { call } = await answeredIvr(ctx, {
        commands: [play([{ format: 'url', url: server.url('a.wav') }]), hangUp()],
      });
      await call.ended;
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.should('phrases-url-redirect', 'frequencies heard, Hz', heard, theseTones(1150));
    });
  },
);

scenario(
  {
    id: 'phrases/outside-the-storage',
    title: 'A stored file is heard by its name, and by no name with a path in it',
    area,
    capability: 'prompts',
    requirements: ['phrases-file-name-with-path', 'phrases-file'],
    needs,
  },
  (ctx) =>
    withStoredPrompts(ctx, { tone: sine(1000, 300) }, async ({ tone }) => {
      const { domain } = ctx.target;
      const names = [`./${tone}`, `../${domain}/${tone}`, `../prompts/${tone}`, `sub/../${tone}`, `..\\${tone}`];
      const wrong = play(names.map((fileName) => stored(fileName)));
      const commands = [play([stored(tone)]), { answer: { json: wrong, expectInvalid: true } }, hangUp()];
      const { call } = await answeredIvr(ctx, { commands });
      await call.ended;
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('phrases-file', 'first frequency heard, Hz', heard.slice(0, 1), theseTones(1000));
      ctx.expect('phrases-file-name-with-path', 'all frequencies heard, Hz', heard, theseTones(1000));
    }),
);
