import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Phrase } from '../session/ports/phrase.ts';
import { tone } from './core/tone.ts';
import { engineStage, wav } from './testing/engine-stage.ts';

const { call, closers, outcome, start } = engineStage();

describe('phrases that cannot be played', () => {
  it.each<[string, Phrase, string]>([
    ['a missing file', { kind: 'file', fileName: 'x.wav' }, 'phraseError'],
    ['storage that is down', { kind: 'file', fileName: 'broken.wav' }, 'mediaServerError'],
    [
      'wrong TTS parameters',
      { kind: 'tts', provider: 'aws', parameters: { Text: 'wrong' }, refresh: false },
      'phraseError',
    ],
    [
      'no synthesiser',
      { kind: 'tts', provider: 'aws', parameters: { Text: 'down' }, refresh: false },
      'mediaServerError',
    ],
    ['an echo of words', { kind: 'echo', parameters: { maxDuration: 'long' } }, 'phraseError'],
    ['a recording of no format', { kind: 'record', fileName: 'x.ogg', parameters: {} }, 'mediaServerError'],
    ['an address that is none', { kind: 'url', url: 'file:///etc/passwd', refresh: false }, 'phraseError'],
  ])('%s', async (_, phrase, reason) => {
    const media = start();
    const { leg } = await call(media);
    expect(await outcome(media, leg, phrase)).toMatchObject({ type: 'media.playFailed', phrase: 0, reason });
  });

  it.each(['x.wav', 'x.mp3'])('a recording that cannot be stored: %s', async (fileName) => {
    const media = start();
    const { leg, far } = await call(media);
    void far.talk(tone([800], 600));
    const phrase: Phrase = { kind: 'record', fileName, parameters: { maxDuration: 0.4 } };
    expect(await outcome(media, leg, phrase)).toMatchObject({ reason: 'mediaServerError', phrase: 0 });
  });
});

it('speaks through the synthesiser it was given', async () => {
  const media = start();
  const { leg, far } = await call(media);
  const phrase: Phrase = { kind: 'tts', provider: 'aws', parameters: { Text: 'hi' }, refresh: false };
  expect(await outcome(media, leg, phrase)).toMatchObject({ type: 'media.played' });
  expect(far.heard(1700).milliseconds).toBeCloseTo(200, -2);
});

describe('prompts from the web', () => {
  let web: Server;
  let asked: string[];
  let base: string;

  beforeEach(async () => {
    asked = [];
    web = createServer((request, response) => {
      asked.push(request.url ?? '');
      switch (request.url) {
        case '/tone.wav':
          return void response.end(wav(1900));
        case '/large.wav':
          return void response.end(new Uint8Array(70_000));
        case '/hangs.wav':
          return void response.write('RIFF');
        default:
          response.statusCode = 404;
          return void response.end('no');
      }
    });
    await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    closers.push(
      () =>
        new Promise((done) => {
          web.close(done);
          web.closeAllConnections();
        }),
    );
  });

  const url = (path: string, changes: { cacheSeconds?: number; refresh?: boolean } = {}): Phrase => ({
    kind: 'url',
    url: base + path,
    refresh: false,
    ...changes,
  });

  it('are played, kept for their time, and fetched anew when that is asked for', async () => {
    const media = start();
    const { leg, far } = await call(media);
    expect(await outcome(media, leg, url('/tone.wav'), url('/tone.wav'))).toMatchObject({ type: 'media.played' });
    expect(far.heard(1900).milliseconds).toBeCloseTo(400, -2);
    expect(asked).toHaveLength(1);
    await outcome(media, leg, url('/tone.wav', { refresh: true, cacheSeconds: 0 }));
    expect(asked).toHaveLength(2);
    // The next phrase takes what is there; one that has nothing old fetches again.
    await outcome(media, leg, url('/tone.wav'));
    expect(asked).toHaveLength(2);
    await outcome(media, leg, url('/tone.wav', { cacheSeconds: 0 }));
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['are not there', '/none.wav', 10_000, 'phraseError', /answered 404/],
    ['are too large', '/large.wav', 10_000, 'phraseError', /more than 60000 bytes/],
    ['never end', '/hangs.wav', 300, 'phraseRemoteCacheTimeout', /within 300 ms/],
  ])('fail when they %s', async (_, path, fetchTimeoutMs, reason, detail) => {
    const media = start({ promptBytes: 60_000, fetchTimeoutMs });
    const { leg } = await call(media);
    expect(await outcome(media, leg, url(path))).toMatchObject({ reason, detail: expect.stringMatching(detail) });
  });
});
