/** An answer to getIvrCommand as a command, or the reason why it is none (D-LOOP). */
import { flag, isObject, type JsonObject, number, object, positive, text } from '../json.ts';
import type { BackgroundPrompt, Json, Phrase } from '../ports.ts';
import type { CollectSpec } from './collect.ts';
import type { Encryption } from './encryption.ts';
import { parsePhrases } from './phrases.ts';

export interface Command {
  readonly phrases: readonly Phrase[];
  /** A phrase that cannot be used; the rest of the command holds. */
  readonly phraseProblem: string | undefined;
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

export const parseCommand = (answer: Json, sessionId: string): Command | { readonly failed: string } => {
  if (!isObject(answer)) return { failed: 'the answer is a JSON object' };
  const named = text(answer, 'sessionId');
  if (named !== undefined && named !== sessionId) return { failed: 'sessionId is that of another session' };
  const dtmf = object(answer, 'dtmf');
  const phrases = parsePhrases(answer.phrases);
  const usable = 'problem' in phrases ? [] : phrases;
  const phraseProblem = 'problem' in phrases ? phrases.problem : undefined;
  const command: Command = {
    phrases: usable,
    phraseProblem,
    collect: parseCollect(dtmf),
    flush: dtmf !== undefined && flag(dtmf, 'flush'),
    encryption: parseEncryption(dtmf),
    bargeIn: answer.bargeIn === 'current' || answer.bargeIn === 'all' ? answer.bargeIn : 'none',
    background: parseBackground(object(answer, 'backgroundPrompt')),
    hangup: flag(answer, 'hangup'),
    after: positive(answer, 'getIVRCommandAfter'),
    recordedCallback: flag(answer, 'recordedCallback'),
  };
  const idle = usable.length === 0 && phraseProblem === undefined && !command.collect && !command.hangup;
  return idle && command.after === undefined
    ? { failed: 'nothing to wait for: give phrases, dtmf, hangup or getIVRCommandAfter' }
    : command;
};
