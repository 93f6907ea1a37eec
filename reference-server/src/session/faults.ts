/** What the API's schema has against an answer that says what to do (D-BADANSWER). */
import type { JsonObject } from './json.ts';
import type { Turn } from './turn.ts';

/** Undefined when it conforms. A dropCode that means nothing has an alarm of its own (D-DROPALARM). */
export const faultsOf = (turn: Turn, name: 'newCall' | 'callEvent', answer: JsonObject): string | undefined => {
  const violations = turn.world.validateAnswer(name, answer).filter(({ pointer }) => pointer !== '/dropCode');
  return violations.length === 0
    ? undefined
    : violations.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
};
