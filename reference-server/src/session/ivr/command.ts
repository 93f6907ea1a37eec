/** An answer to getIvrCommand as a command, or the reason why it is none (D-LOOP). */
import { flag, type JsonObject, number, object, positive, text } from '../json.ts';
import type { BackgroundPrompt, Phrase } from '../ports/phrase.ts';
import type { CollectSpec } from './collect.ts';
import type { Encryption } from './encryption.ts';
import { type PhraseList, parsePhrases } from './phrases.ts';

export interface Command {
  readonly phrases: readonly Phrase[];
  /** Phrases that cannot be used; the rest of the command holds. */
  readonly phraseProblems: PhraseList['problems'];
  readonly collect: CollectSpec | undefined;
  readonly flush: boolean;
  readonly encryption: Encryption | undefined;
  readonly bargeIn: 'none' | 'current' | 'all';
  readonly background: Omit<BackgroundPrompt, 'domain'> | 'stop' | undefined;
  readonly hangup: boolean;
  /** getIVRCommandAfter in seconds; zero says none. */
  readonly after: number | undefined;
  readonly recordedCallback: boolean;
}

/** A dtmf object collects when it says what ends a collection; one with only flush or encryption does not. */
const parseCollect = (dtmf: JsonObject | undefined): CollectSpec | undefined => {
  if (dtmf === undefined) return undefined;
  const maxDigits = positive(dtmf, 'maxDigits');
  const firstTimeout = number(dtmf, 'firstTimeout');
  const betweenTimeout = number(dtmf, 'betweenTimeout');
  const keys = text(dtmf, 'terminationKey');
  if ([maxDigits, firstTimeout, betweenTimeout, keys].every((value) => value === undefined)) return undefined;
  return {
    ...(maxDigits !== undefined && { maxDigits }),
    ...(firstTimeout !== undefined && { firstTimeout }),
    ...(betweenTimeout !== undefined && { betweenTimeout }),
    terminationKeys: keys?.toUpperCase() ?? '',
  };
};

const parseBackground = (prompt: JsonObject | undefined): Command['background'] => {
  if (prompt === undefined) return undefined;
  if (flag(prompt, 'stop')) return 'stop';
  const fileName = text(prompt, 'fileName');
  const url = text(prompt, 'url');
  const source = fileName !== undefined ? { fileName } : url !== undefined ? { url } : undefined;
  return source && { source, repeatPause: positive(prompt, 'repeatPause') ?? 0 };
};

const parseEncryption = (dtmf: JsonObject | undefined): Encryption | undefined => {
  const encryption = dtmf && object(dtmf, 'encryption');
  return encryption?.type === 'md5' ? { type: 'md5', salt: text(encryption, 'salt') ?? '' } : undefined;
};

/** Whom the answer must speak of where it names anyone (D-LOOP, D-REPLYCOPY). */
export interface Asked {
  readonly sessionId: string;
  readonly replyId: string | undefined;
}

/** The properties that name the request; one that is another's makes the command void. */
const strayed = (answer: JsonObject, asked: Asked): string | undefined =>
  (['sessionId', 'replyId'] as const).find((key) => {
    const named = text(answer, key);
    return named !== undefined && named !== asked[key];
  });

export const parseCommand = (
  answer: JsonObject,
  asked: Asked,
  phraseFaults: ReadonlyMap<number, string>,
): Command | { readonly failed: string } => {
  const stray = strayed(answer, asked);
  if (stray !== undefined) return { failed: `${stray} is not that of the request` };
  const dtmf = object(answer, 'dtmf');
  const { usable: phrases, problems: phraseProblems } = parsePhrases(answer.phrases, phraseFaults);
  const command: Command = {
    phrases,
    phraseProblems,
    collect: parseCollect(dtmf),
    flush: dtmf !== undefined && flag(dtmf, 'flush'),
    encryption: parseEncryption(dtmf),
    bargeIn: answer.bargeIn === 'current' || answer.bargeIn === 'all' ? answer.bargeIn : 'none',
    background: parseBackground(object(answer, 'backgroundPrompt')),
    hangup: flag(answer, 'hangup'),
    after: positive(answer, 'getIVRCommandAfter'),
    recordedCallback: flag(answer, 'recordedCallback'),
  };
  const idle = phrases.length === 0 && phraseProblems.length === 0 && !command.collect && !command.hangup;
  return idle && command.after === undefined
    ? { failed: 'nothing to wait for: give phrases, dtmf, hangup or getIVRCommandAfter' }
    : command;
};
