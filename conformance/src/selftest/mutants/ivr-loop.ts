import { callback, mutant, sip } from '../dsl/index.ts';
import type { HttpRewrite, Mutant } from '../types.ts';

const asked = callback('getIvrCommand');

/** The nth command is answered in the application's place; the application is asked only when the next command is. */
function overlapping(n: number): HttpRewrite {
  return asked.edit((_message, memory) => {
    const count = Number(memory.get('asked') ?? 0) + 1;
    memory.set('asked', count);
    if (count === n) {
      const next = Promise.withResolvers<void>();
      memory.set('next', next);
      return { answer: { status: 200, json: { getIVRCommandAfter: 0.2 } }, until: next.promise };
    }
    (memory.get('next') as PromiseWithResolvers<void> | undefined)?.resolve();
    return undefined;
  });
}

/** The last command that was asked for is asked for once more when the session is over. */
const askedAgain: readonly HttpRewrite[] = [
  asked.edit((message, memory) => {
    memory.set('last', message.json);
    return undefined;
  }),
  callback('sessionCompleted').edit((_message, memory) => {
    const json = memory.get('last');
    return json === undefined ? undefined : { before: { callback: 'getIvrCommand', json } };
  }),
];

/** What ends a call with BYE, how the slugs call it, and the scenario. */
const withoutBye = [
  ['A command with nothing to do', 'nothing-to-do-ends', 'nothing-to-do'],
  ['An answer without a body', 'empty-answer', 'empty'],
  ['A getIvrCommand that fails', 'request-fails', 'status-500'],
] as const;

export const ivrLoop: readonly Mutant[] = [
  mutant(
    'ivr-loop/two-at-a-time',
    'A command is asked for while the application still thinks about the one before',
    'ivr-loop-one-at-a-time',
    overlapping(20),
  ),
  mutant(
    'ivr-loop/asks-after-hangup',
    'After hangup one more command is asked for',
    'ivr-loop-hangup-no-next',
    askedAgain,
    { scenarios: ['ivr-loop/hangup-alone'] },
  ),
  mutant(
    'ivr-loop/asks-who-hung-up',
    'After the caller has hung up one more command is asked for',
    'ivr-loop-caller-hangs-up',
    askedAgain,
    { scenarios: ['ivr-loop/caller-hangs-up'] },
  ),
  mutant(
    'ivr-loop/late-answer-ends-again',
    'An answer that comes after the call is over ends the session once more',
    'ivr-loop-hangup-while-asked',
    callback('sessionCompleted').double(),
    { scenarios: ['ivr-loop/late-answer'] },
  ),
  mutant(
    'ivr-loop/nothing-to-do-asked-again',
    'After a command with nothing to do the next one is asked for at once',
    'ivr-loop-nothing-to-do',
    asked.double(),
    { scenarios: ['alarms/ivr-nothing-to-do'] },
  ),
  ...withoutBye.map(([what, slug, scenario]) =>
    mutant(`ivr-loop/${slug}-goes-on`, `${what} does not end the call`, `ivr-loop-${slug}`, sip.request('BYE').lose(), {
      scenarios: [`alarms/ivr-${scenario}`],
    }),
  ),
];
