/** Phrases of getIvrCommand, from what the application wrote to what the media port plays (D-PHRASE). */
import { flag, isObject, type JsonObject, object, text } from '../json.ts';
import type { Json, Phrase } from '../ports.ts';

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
      const url = text(phrase, 'url');
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

/** All phrases, or the first that cannot be used: then none is played. */
export const parsePhrases = (value: Json | undefined): readonly Phrase[] | { readonly problem: string } => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return { problem: 'phrases is an array' };
  const phrases: Phrase[] = [];
  for (const [index, item] of (value as readonly Json[]).entries()) {
    const phrase = parsePhrase(item);
    if (typeof phrase === 'string') return { problem: `phrase ${index}: ${phrase}` };
    phrases.push(phrase);
  }
  return phrases;
};
