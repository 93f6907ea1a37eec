/** The answer to getIvrCommand: a command, or the alarm that it leads to (D-LOOP, D-BADANSWER, D-PHRASEFAIL). */
import type { Alarm } from '../alarm.ts';
import { told } from '../faults.ts';
import { isObject, type JsonObject } from '../json.ts';
import { lackingFormats } from '../lacking.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { Violation, World } from '../turn.ts';
import { type Asked, type Command, parseCommand } from './command.ts';

/** Phrases of one command (D-ANSWERSIZE). */
const mostPhrases = 1_000;

export const readAnswer = (
  result: CallbackResult,
  asked: Asked,
  { validateAnswer }: Pick<World, 'validateAnswer'>,
  domain: Pick<DomainSettings, 'without'>,
): Command | Alarm => {
  if (!result.ok && result.cause !== 'empty') {
    const { cause, detail, status } = result;
    return requestError({ cause, detail, ...(status !== undefined && { status }) });
  }
  const answer = result.ok ? result.body : undefined;
  if (answer === undefined) return { type: 'ivrCommandError', error: 'Empty body in getIvrCommand response' };
  if (!isObject(answer)) return requestError({ detail: 'the answer is not a JSON object' });
  // Before anything is done for each of them.
  if (Array.isArray(answer.phrases) && answer.phrases.length > mostPhrases) {
    return requestError({ detail: `the answer has more than ${mostPhrases} phrases` });
  }
  const { general, phrases } = sortFaults(validateAnswer('getIvrCommand', answer));
  if (general.length > 0) return requestError({ violations: told(general) });
  const command = parseCommand(answer, asked, new Map([...phrases, ...lackingFormats(domain, answer.phrases)]));
  return 'failed' in command
    ? { type: 'ivrCommandError', error: 'IVR command failed', details: { detail: command.failed } }
    : command;
};

const requestError = (details: JsonObject): Alarm => ({
  type: 'ivrCommandError',
  error: 'getIvrCommand request error',
  details,
});

/** What the schema says of single phrases ends no command (D-PHRASEFAIL); everything else does (D-BADANSWER). */
const sortFaults = (violations: readonly Violation[]) => {
  const general: Violation[] = [];
  const phrases = new Map<number, string>();
  for (const { pointer, message } of violations) {
    const place = /^\/phrases\/(\d+)/.exec(pointer)?.[1];
    if (place === undefined) general.push({ pointer, message });
    else phrases.set(Number(place), `${pointer} ${message}`);
  }
  return { general, phrases };
};
