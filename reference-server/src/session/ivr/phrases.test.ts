import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import type { Phrase } from '../ports/phrase.ts';
import { parsePhrases } from './phrases.ts';

const none: ReadonlyMap<number, string> = new Map();

describe('phrases of an answer (D-PHRASE)', () => {
  it.each<[string, Json, Phrase]>([
    ['file', { format: 'file', fileName: 'a.wav' }, { kind: 'file', fileName: 'a.wav' }],
    ['file with nulls', { format: 'file', fileName: 'a', awsTTSParameters: null }, { kind: 'file', fileName: 'a' }],
    ['url', { format: 'url', url: 'http://x/a' }, { kind: 'url', url: 'http://x/a', refresh: false }],
    [
      'url in fileName',
      { format: 'url', fileName: 'HTTPS://x/a' },
      { kind: 'url', url: 'HTTPS://x/a', refresh: false },
    ],
    [
      'cache for a week',
      { format: 'url', url: 'http://x', cacheTimeToLive: 'WEEK', refreshCache: true },
      { kind: 'url', url: 'http://x', refresh: true, cacheSeconds: 604_800 },
    ],
    [
      'cache for seconds',
      { format: 'url', url: 'http://x', cacheTimeToLive: 90 },
      { kind: 'url', url: 'http://x', refresh: false, cacheSeconds: 90 },
    ],
    [
      'cache for seconds as text',
      { format: 'url', url: 'http://x', cacheTimeToLive: '90' },
      { kind: 'url', url: 'http://x', refresh: false, cacheSeconds: 90 },
    ],
    [
      'awstts',
      { format: 'awstts', awsTTSParameters: { Text: 'hi' }, cacheTimeToLive: 'HOUR' },
      { kind: 'tts', provider: 'aws', parameters: { Text: 'hi' }, refresh: false, cacheSeconds: 3_600 },
    ],
    [
      'googletts',
      { format: 'googletts', googleTTSParameters: { input: { text: 'hi' } } },
      { kind: 'tts', provider: 'google', parameters: { input: { text: 'hi' } }, refresh: false },
    ],
    [
      'record',
      { format: 'record', fileName: 'r.wav', maxDuration: 5 },
      { kind: 'record', fileName: 'r.wav', parameters: { maxDuration: 5 } },
    ],
    ['echo', { format: 'echo', maxDuration: 5 }, { kind: 'echo', parameters: { maxDuration: 5 } }],
  ])('%s', (_name, phrase, expected) => {
    expect(parsePhrases([phrase], none)).toEqual({ usable: [expected], problems: [] });
  });

  it.each<[string, Json]>([
    ['no format', { fileName: 'a' }],
    ['unknown format', { format: 'tape' }],
    ['file without a name', { format: 'file' }],
    ['url without one', { format: 'url', fileName: 'a.wav' }],
    ['awstts without parameters', { format: 'awstts' }],
    ['googletts with those of aws', { format: 'googletts', awsTTSParameters: {} }],
    ['record without a name', { format: 'record' }],
    ['text', 'a.wav'],
    ['null', null],
  ])('%s is a problem of that phrase alone', (_name, phrase) => {
    const good = { format: 'file', fileName: 'a' };
    const { usable, problems } = parsePhrases([good, phrase, good], none);
    expect(usable).toHaveLength(2);
    expect(problems).toEqual([{ phrase: 1, detail: expect.any(String) }]);
  });

  it.each([undefined, null, []])('%j are no phrases', (value) => {
    expect(parsePhrases(value, none)).toEqual({ usable: [], problems: [] });
  });
});
