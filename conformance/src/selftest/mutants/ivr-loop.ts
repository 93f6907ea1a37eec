import { callback, mutant } from '../dsl/index.ts';
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
];
