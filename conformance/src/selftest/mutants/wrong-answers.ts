import type { HttpWire } from '../dsl/http.ts';
import { callback, gone, mutant } from '../dsl/index.ts';
import { edit } from '../dsl/pointer.ts';
import type { Mutant, Rewrite } from '../types.ts';

/** A question and how its slugs and scenarios call it. */
interface Question {
  readonly name: string;
  readonly asked: string;
}

const questions: readonly Question[] = [
  { name: 'newcall', asked: 'newCall' },
  { name: 'callevent', asked: 'callEvent' },
  { name: 'ivr', asked: 'getIvrCommand' },
];

/** Something in an answer that a lenient target does not mind: the end of the slugs, the scenario, what makes it good. */
type Lenient = readonly [about: string, what: string, scenario: string, mend: (answer: HttpWire) => Rewrite];

const mended: readonly Lenient[] = [
  ['status', 'with status 404', 'status-404', (answer) => answer.when(({ status }) => status === 404).status(200)],
  [
    'not-json',
    'as text/plain',
    'text-plain',
    (answer) =>
      answer
        .when((message) => message.header('content-type') === 'text/plain')
        .header('content-type', 'application/json'),
  ],
  ['no-object', 'in an array', 'array', (answer) => answer.json((json) => (Array.isArray(json) ? json[0] : undefined))],
];

/** What cannot be made good on the wire: the target says that something else was wrong. */
const told: readonly (readonly [about: string, what: string, scenario: string])[] = [
  ['cut-off', 'that is cut off', 'cut-off'],
  ['too-large', 'of 10 MB', 'ten-megabytes'],
  ['unending', 'without an end', 'trickle'],
  ['late', 'that comes late', 'late'],
];

const values: Readonly<Record<string, readonly [scenario: string, pointer: string]>> = {
  newcall: ['privacy-text', '/callerPrivacy'],
  callevent: ['display-name-object', '/displayName'],
  ivr: ['max-digits-zero', '/dtmf'],
};

export const wrongAnswers: readonly Mutant[] = [
  ...questions.flatMap(({ name, asked }) => {
    const slug = (about: string): string => `wrong-answers-${name}-${about}`;
    const answer = callback(asked).answer;
    const [scenario, pointer] = values[name] ?? ['', ''];
    return [
      ...(name === 'newcall' ? [] : mended).map(([about, what, way, mend]) =>
        mutant(
          `wrong-answers/${name}-${about}-taken`,
          `An answer to ${asked} ${what} is taken for a good one`,
          slug(about),
          mend(answer),
          {
            scenarios: [`wrong-answers/${name}-${way}`],
          },
        ),
      ),
      ...[...told, ...(name === 'newcall' ? mended : [])].map(([about, what, way]) =>
        mutant(
          `wrong-answers/${name}-${about}-told-otherwise`,
          `An answer to ${asked} ${what} leads to another alarm`,
          slug(about),
          callback('alarm').change('/error'),
          {
            scenarios: [`wrong-answers/${name}-${way}`],
          },
        ),
      ),
      mutant(
        `wrong-answers/${name}-value-overlooked`,
        `A wrong ${pointer.slice(1)} in an answer to ${asked} is overlooked`,
        slug('value'),
        answer.json((json) => edit(json, pointer, () => gone)),
        { scenarios: [`wrong-answers/${name}-${scenario}`] },
      ),
    ];
  }),
  mutant(
    'wrong-answers/callevent-action-in-an-array',
    'An action in an array in an answer to callEvent is taken for one',
    'wrong-answers-callevent-action-type',
    callback('callEvent').answer.change('/action', (was) => (Array.isArray(was) ? was[0] : was)),
    { scenarios: ['wrong-answers/callevent-action-array'] },
  ),
  mutant(
    'wrong-answers/newcall-action-told-otherwise',
    'An action that is no text in an answer to newCall leads to another alarm',
    'wrong-answers-newcall-action-type',
    callback('alarm').change('/error'),
    { scenarios: ['wrong-answers/newcall-action-array'] },
  ),
  mutant(
    'wrong-answers/forged-reply-id-overlooked',
    'A forged replyId in an answer to getIvrCommand is overlooked',
    'wrong-answers-ivr-forged-reply-id',
    callback('getIvrCommand').answer.drop('/replyId'),
    { scenarios: ['wrong-answers/ivr-forged-reply-id'] },
  ),
  mutant(
    'wrong-answers/identifier-completed-twice',
    'After a wrong answer to getCallIdentifier sessionCompleted comes twice',
    'wrong-answers-identifier-failed',
    callback('sessionCompleted').double(),
  ),
  mutant(
    'wrong-answers/identifier-of-another-session-overlooked',
    'The sessionId of another session in an answer to getCallIdentifier is overlooked',
    'wrong-answers-identifier-other-session',
    callback('getCallIdentifier').answer.drop('/sessionId'),
  ),
  mutant(
    'wrong-answers/remote-refused-otherwise',
    'After a wrong answer to newRemoteCall comes another callback',
    'wrong-answers-remote-failed',
    callback('sessionCompleted').double(),
  ),
  mutant(
    'wrong-answers/notification-ends-the-call',
    'A wrong answer to callAnswered ends the session',
    'wrong-answers-notification-harmless',
    callback('sessionCompleted').change('/sessionId'),
  ),
  mutant(
    'wrong-answers/last-one-again',
    'sessionCompleted is sent again when its answer is wrong',
    'wrong-answers-last-harmless',
    callback('sessionCompleted').double(),
  ),
  mutant(
    'wrong-answers/no-fallback',
    'A wrong answer to newCall is taken for a good one where there is a fallback',
    'wrong-answers-fallback',
    callback('newCall').answer.refuse(200, { action: 'drop' }),
  ),
  mutant(
    'wrong-answers/address-headers-cut',
    'Headers and a method of an address are overlooked',
    'wrong-answers-address-headers',
    callback('newCall').answer.change('/destAddr', (was) => String(was).replace(/[?;].*$/, '')),
  ),
];
