import { expect, it } from 'vitest';
import { Waits } from './waits.ts';

const read = (...pieces: readonly string[]): Waits => {
  const waits = new Waits();
  for (const piece of pieces) waits.push(Buffer.from(piece));
  return waits;
};

it.each([
  ['nothing', [], false, 0, 0],
  ['a step that waits', ['wait\n'], true, 1, 0],
  ['a mark in two pieces', ['wa', 'it\n'], true, 1, 0],
  ['a mark of which the end is missing', ['wait'], false, 0, 0],
  ['a signal that was taken', ['wait\nwent\n'], false, 1, 1],
  ['a BYE that came first', ['wait\nleft\n'], false, 1, 0],
  ['a re-INVITE, and back again', ['wait\nleft\n', 'wait\n'], true, 2, 0],
  ['a step that says twice that it waits', ['wait\n', 'wait\n'], true, 1, 0],
  ['what is no mark', ['wait\nsomething else\n'], true, 1, 0],
] as const)('after %s', (_, pieces, waiting, visits, went) => {
  const waits = read(...pieces);
  expect({ waiting: waits.waiting, visits: waits.visits, went: waits.went }).toEqual({ waiting, visits, went });
});
