import { callback, mutant, rest, sip } from '../dsl/index.ts';
import type { Memory, Mutant } from '../types.ts';

/** Sessions of the crowd that are over. */
const over = (memory: Memory): number => Number(memory.get('over') ?? 0);
/** So many are over when the crowd is well under way, and before the gauges are looked at again. */
const many = 300;

const raised = (page: string, name: string): string =>
  page.replace(
    new RegExp(`^(${name}(?:\\{[^}]*\\})?) (\\d+)`, 'm'),
    (_all, head: string, value: string) => `${head} ${Number(value) + 5}`,
  );

/** One run of a thousand calls is enough for all that can be wrong after it. */
export const endurance: readonly Mutant[] = [
  mutant(
    'endurance/not-as-before',
    'After a crowd of calls a call was refused otherwise than told, a session has ended twice, and the metrics show calls that are not there',
    [
      'endurance-calls-end-as-told',
      'endurance-completed-once',
      'endurance-counted',
      'endurance-nothing-left',
      'endurance-settles',
    ],
    [
      callback('sessionCompleted').edit((_message, memory) => {
        memory.set('over', over(memory) + 1);
        return over(memory) === many ? { again: 1 } : undefined;
      }),
      sip.response('INVITE', 400, 699).edit((message, _passage, memory) => {
        if (over(memory) < many || memory.has('refused')) return undefined;
        memory.set('refused', true);
        message.start = 'SIP/2.0 500 Mutant';
        return {};
      }),
      rest('metrics').edit((message, memory) => {
        if (over(memory) < many) return undefined;
        const names = ['mediaservice_sessions', 'mediaservice_callback_sockets', 'mediaservice_session_seconds_count'];
        message.text = names.reduce(raised, message.text);
        return {};
      }),
    ],
    { scenarios: ['endurance/mixed-calls'] },
  ),
];
