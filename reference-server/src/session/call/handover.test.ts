/** What a participant leaves behind, and what becomes of it, when it is handed over to another session (D-CONNECT). */
import { expect, it } from 'vitest';
import { answer, connect, inside } from '../testing/world/application.ts';
import { callComesIn, farEndMoves, onLeg } from '../testing/world/far-end.ts';
import { acrossSessions, on } from '../testing/world/kinds.ts';
import { everybodyLeaves, holdAtEnd, holdNow, nobodyActs } from '../testing/world/promises.ts';
import { createWorld, type Move } from '../testing/world/world.ts';

const recordPhrase = { phrases: [{ format: 'record', fileName: 'r.wav' }], recordedCallback: true };
const served: readonly Move[] = acrossSessions.slice(0, 5);

const run = (moves: readonly Move[]) => {
  const world = createWorld();
  for (const move of moves) {
    move.run(world);
    holdNow(world);
  }
  return world;
};

it('gives up a recording of a phrase that nobody tells of, although its party went to another session', () => {
  const world = run([...served, answer(recordPhrase, 'getIvrCommand'), callComesIn(), connect(0, 0)]);
  nobodyActs(world);
  holdAtEnd(world);
  const lost = world.ports.callbacks.sent.filter(({ name }) => name === 'recordingReady').map(({ body }) => body.event);
  expect(lost).toEqual(['recordingFailed']);
});

it('lets the party go when the one who asked for it went while it was on its way', () => {
  const cancel = onLeg(farEndMoves, 'CANCEL', 1);
  const world = run([
    ...served,
    answer({ phrases: [{ format: 'file', fileName: 'a.wav' }] }, 'getIvrCommand'),
    callComesIn(),
  ]);
  inside(cancel).run(world);
  connect(0, 0).run(world);
  holdNow(world);
  expect(world.legs().map(({ sip, media }) => [sip, media])).toEqual([
    ['over', 'closed'],
    ['over', 'closed'],
  ]);
  everybodyLeaves(world);
  holdAtEnd(world);
  const reasons = world.ports.callbacks.sent
    .filter(({ name }) => name === 'sessionCompleted')
    .map(({ body }) => body.reason);
  expect(reasons.toSorted()).toEqual(['cancelled', 'completed']);
});

it('is not there any more for a second who asks', () => {
  const world = run([...acrossSessions, callComesIn(), connect(0, 0), ...on(1, 'opened', 'ACK')]);
  const rejected = world.ports.commands.filter(({ call }) => call === 'reject').map(({ leg, args }) => [leg, args[0]]);
  expect(rejected).toEqual([['leg-in-2', 480]]);
  everybodyLeaves(world);
  holdAtEnd(world);
});

it('tells the session that it goes to what becomes of it on its way', () => {
  const bye = onLeg(farEndMoves, 'BYE', 0);
  const world = run([...served, answer(recordPhrase, 'getIvrCommand'), callComesIn()]);
  inside(bye).run(world);
  connect(0, 0).run(world);
  holdNow(world);
  const asked = world.open().find(({ name }) => name === 'callEvent');
  expect(asked?.body).toMatchObject({ event: 'calledPartyDrop' });
  everybodyLeaves(world);
  holdAtEnd(world);
});
