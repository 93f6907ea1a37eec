/** What the API's schema has against an answer that says what to do (D-BADANSWER). */

import { isObject, type Json, type JsonObject } from './json.ts';
import type { Session } from './session.ts';
import type { Turn, Violation } from './turn.ts';

/** Undefined when it conforms. A dropCode that means nothing has an alarm of its own (D-DROPALARM). */
export const faultsOf = (turn: Turn, name: 'newCall' | 'callEvent', answer: JsonObject): string | undefined => {
  const violations = turn.world.validateAnswer(name, answer).filter(({ pointer }) => pointer !== '/dropCode');
  return violations.length === 0 ? undefined : told(violations).join('; ');
};

/** What the schema has against an answer that only gives a reference; undefined when there is none, or it conforms. */
export const faultsOfReference = (
  turn: Turn,
  name: 'getCallIdentifier' | 'newRemoteCall',
  answer: Json | undefined,
): string | undefined => {
  if (answer === undefined) return undefined;
  const violations = turn.world.validateAnswer(name, answer);
  if (violations.length > 0) return told(violations).join('; ');
  if (!isObject(answer)) return 'the answer is not a JSON object';
  return isOfAnother(turn.session, answer) ? 'sessionId is not that of the request' : undefined;
};

/** The answer names a session, and it is not the one that was asked about (D-LOOP, D-OTHERSESSION). */
export const isOfAnother = ({ id }: Session, answer: JsonObject): boolean =>
  typeof answer.sessionId === 'string' && answer.sessionId !== id;

/** An answer may be wrong in as many places as it has bytes; whoever mends it needs the first few. */
const mostTold = 10;

export const told = (violations: readonly Violation[]): readonly string[] => {
  const texts = violations.slice(0, mostTold).map(({ pointer, message }) => `${pointer.slice(0, 200)} ${message}`);
  return violations.length > mostTold ? [...texts, `and ${violations.length - mostTold} more`] : texts;
};
