/** The model finds a fault of the rules that no port shows: what was to be asked for somebody is asked after he has gone. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { operateBy } from './testing/world/application.ts';
import { twoParties } from './testing/world/kinds.ts';
import { moves } from './testing/world/moves.ts';
import { holdNow } from './testing/world/promises.ts';
import { createWorld } from './testing/world/world.ts';

vi.mock('./messages.ts', async (original) => ({
  ...(await original<typeof import('./messages.ts')>()),
  withdraw: () => undefined,
}));

it('questions of one who goes are not withdrawn', () => {
  const way = [...twoParties(), operateBy('splitConnection', 'callAnswered')];
  const found = fc.check(
    fc.property(fc.array(moves, { maxLength: 20 }), (sequence) => {
      const world = createWorld();
      for (const { run } of [...way, ...sequence]) {
        run(world);
        holdNow(world);
      }
    }),
    { numRuns: 2_000, seed: 1 },
  );
  expect(String(found.errorInstance)).toContain('nobody is asked for who is gone');
  // One hangs up, and what was asked about the other is answered.
  expect(found.counterexample?.[0]).toHaveLength(2);
});
