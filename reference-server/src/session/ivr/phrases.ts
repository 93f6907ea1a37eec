/** Phrases of getIvrCommand, from what the application wrote to what the media port plays (D-PHRASE). */

import { flag, isObject, type Json, type JsonObject, object, text } from '../json.ts';
import type { Phrase } from '../ports/phrase.ts';

const lifetimes: ReadonlyMap<string, number> = new Map([
  ['HOUR', 3_600],
  ['DAY', 86_400],
  ['WEEK', 604_800],
  ['MONTH', 2_592_000],
]);

/** cacheTimeToLive: a word, or seconds as number or text. */
const cacheSeconds = (value: Json | undefined): number | undefined => {
  const seconds = typeof value === 'string' ? (lifetimes.get(value.toUpperCase()) ?? Number(value)) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};

const caching = (phrase: JsonObject) => {
  const seconds = cacheSeconds(phrase.cacheTimeToLive);
  return { refresh: flag(phrase, 'refreshCache'), ...(seconds !== undefined && { cacheSeconds: seconds }) };
};

const without = (phrase: JsonObject, ...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(phrase).filter(([key]) => !keys.includes(key)));

/** One phrase, or what is wrong with it. */
const parsePhrase = (phrase: Json): Phrase | string => {
  if (!isObject(phrase)) return 'a phrase is an object';
  const fileName = text(phrase, 'fileName');
  switch (phrase.format) {
    case 'file':
      return fileName === undefined ? 'format "file" needs fileName' : { kind: 'file', fileName };
    case 'url': {
      const url = text(phrase, 'url') ?? (/^https?:\/\//i.test(fileName ?? '') ? fileName : undefined);
      return url === undefined ? 'format "url" needs url' : { kind: 'url', url, ...caching(phrase) };
    }
    case 'awstts':
    case 'googletts': {
      const [provider, key] =
        phrase.format === 'awstts'
          ? (['aws', 'awsTTSParameters'] as const)
          : (['google', 'googleTTSParameters'] as const);
      const parameters = object(phrase, key);
      return parameters === undefined
        ? `format "${phrase.format}" needs ${key}`
        : { kind: 'tts', provider, parameters, ...caching(phrase) };
    }
    case 'record':
      return fileName === undefined
        ? 'format "record" needs fileName'
        : { kind: 'record', fileName, parameters: without(phrase, 'format', 'fileName') };
    case 'echo':
      return { kind: 'echo', parameters: without(phrase, 'format') };
    default:
      return 'format is one of file, url, awstts, googletts, record, echo';
  }
};

/** The phrases that can be played, in order, and what is wrong with each of the others (D-PHRASEFAIL). */
export interface PhraseList {
  readonly usable: readonly Phrase[];
  readonly problems: readonly { readonly phrase: number; readonly detail: string }[];
}

/** `faults` tells what the API's schema has against a phrase, by its place. */
export const parsePhrases = (value: Json | undefined, faults: ReadonlyMap<number, string>): PhraseList => {
  const usable: Phrase[] = [];
  const problems: { phrase: number; detail: string }[] = [];
  for (const [index, item] of (Array.isArray(value) ? (value as readonly Json[]) : []).entries()) {
    const phrase = parsePhrase(item);
    if (typeof phrase === 'string') problems.push({ phrase: index, detail: phrase });
    else if (faults.has(index)) problems.push({ phrase: index, detail: faults.get(index) ?? '' });
    else usable.push(phrase);
  }
  return { usable, problems };
};
