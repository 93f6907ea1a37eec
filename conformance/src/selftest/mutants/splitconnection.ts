import { callback, mutant, rest, rtp } from '../dsl/index.ts';
import type { Memory, Mutant, RtpRewrite } from '../types.ts';

/** What the callee says is heard by the caller, however far they are apart. */
function stillJoined(): readonly RtpRewrite[] {
  const said = (memory: Memory): Int16Array[] => {
    const known = memory.get('said') as Int16Array[] | undefined;
    const all = known ?? [];
    memory.set('said', all);
    return all;
  };
  return [
    rtp.toTarget.leg('callee').samples((pcm, _packet, memory) => {
      said(memory).push(pcm.slice());
      return pcm;
    }),
    rtp.leg('caller').samples((pcm, _packet, memory) => {
      const other = said(memory).shift();
      return other === undefined ? pcm : other;
    }),
  ];
}

const both = { scenarios: ['splitconnection/both-to-ivr'] };

export const splitconnection: readonly Mutant[] = [
  mutant(
    'splitconnection/still-heard',
    'After a split the caller still hears the callee',
    'splitconnection-silence',
    stillJoined(),
    both,
  ),
  mutant(
    'splitconnection/one-call-ends',
    'A split ends the call of the caller, whatever is answered',
    'splitconnection-parts-the-parties',
    callback('callEvent')
      .answer.when(({ asked }) => asked?.body.event === 'callerConnectionSplit')
      .json(() => ({ action: 'drop' })),
    both,
  ),
  mutant(
    'splitconnection/asked-twice',
    'For one of the two participants callEvent comes twice',
    'splitconnection-event-per-participant',
    [
      callback('callEvent').edit((message, memory) => {
        memory.set('last', message.json);
        return undefined;
      }),
      callback('sessionCompleted').edit((_message, memory) => {
        const json = memory.get('last');
        return json === undefined ? undefined : { before: { callback: 'callEvent', json } };
      }),
    ],
    both,
  ),
  mutant(
    'splitconnection/nothing-named',
    'A split that names nothing is taken',
    'splitconnection-nothing-named',
    rest('splitConnection')
      .when(({ status }) => status === 400)
      .status(200, { success: true }),
    { scenarios: ['splitconnection/nothing-to-split'] },
  ),
];
