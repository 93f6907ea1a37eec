/** Parties of one session who are in no connection with each other any more: the end of one is none of the other's. */
import { expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { answer, call, connect, operateBy } from '../testing/world/application.ts';
import { callComesIn } from '../testing/world/far-end.ts';
import { kinds, on, twoParties } from '../testing/world/kinds.ts';
import { everybodyLeaves, holdAtEnd, holdNow } from '../testing/world/promises.ts';
import { reasonsOf } from '../testing/world/races.ts';
import { createWorld, type Move } from '../testing/world/world.ts';

const run = (moves: readonly Move[]) => {
  const world = createWorld();
  for (const { run } of moves) {
    run(world);
    holdNow(world);
  }
  return {
    world,
    sip: () => world.legs().map(({ sip }) => sip),
    names: () => world.ports.callbacks.sent.map(({ name }) => name),
  };
};

/** The caller is in the IVR, the callee talks to somebody else. */
const apart: readonly Move[] = [
  ...twoParties(),
  operateBy('splitConnection', 'callAnswered'),
  answer({ action: 'ivr' }, 'callEvent'),
  answer(call, 'callEvent'),
  ...on(2, 'opened', '200'),
  answer({}, 'callAnswered'),
  answer({}, 'callAnswered'),
];
const file = { format: 'file', fileName: 'a.wav' };

it.each<[string, Json, string]>([
  ['hangs up', { phrases: [file], hangup: true }, 'played'],
  ['cannot be understood', 'nonsense', ''],
])('leaves the others alone when a command of the IVR %s (D-SPLIT)', (_name, command, media) => {
  const { world, sip, names } = run([
    ...apart,
    answer(command, 'getIvrCommand'),
    ...(media === '' ? [] : on(0, media)),
  ]);
  expect(sip()).toEqual(['over', 'confirmed', 'confirmed']);
  expect(names()).not.toContain('sessionCompleted');
  everybodyLeaves(world);
  holdAtEnd(world);
  expect(reasonsOf(world)).toEqual(['callingPartyDrop']);
});

it('asks for one who waited when the caller it is being connected with gives up (D-EVENT)', () => {
  const served = kinds['inbound IVR']?.way.slice(0, 5) ?? [];
  const { world, sip } = run([...served, callComesIn(), connect(0, 0), ...on(1, 'CANCEL')]);
  expect(sip()).toEqual(['confirmed', 'over']);
  const asked = world.open().find(({ name }) => name === 'callEvent');
  expect(asked?.body).toMatchObject({ event: 'callingPartyDrop' });
  everybodyLeaves(world);
  holdAtEnd(world);
  expect(reasonsOf(world).toSorted()).toEqual(['cancelled', 'completed']);
});
