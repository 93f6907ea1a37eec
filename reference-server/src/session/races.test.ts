/** Named races: every order in which their events can come, to the end and to every point on the way, by an injected clock. */
import { expect, it } from 'vitest';
import { interleavings } from './testing/world/interleave.ts';
import { everybodyLeaves, holdAtEnd, holdNow, nobodyActs } from './testing/world/promises.ts';
import type { Race } from './testing/world/race.ts';
import { races, reasonsOf } from './testing/world/races.ts';
import { createWorld, type Move } from './testing/world/world.ts';

/** How many of the events found something to do; undefined where the last one did not, so that this is no new order. */
const play = ({ settings, setup, reason }: Race, order: readonly Move[], end: typeof nobodyActs) => {
  const world = createWorld({ ...(settings && { settings }) });
  for (const { run } of setup) run(world);
  holdNow(world);
  const happened: string[] = [];
  let last = true;
  for (const { name, run } of order) {
    last = run(world);
    if (last) happened.push(name);
    holdNow(world);
  }
  if (!last) return undefined;
  end(world);
  holdAtEnd(world);
  const due = end === everybodyLeaves ? reason?.(happened) : undefined;
  if (due !== undefined) expect(reasonsOf(world)).toEqual([due]);
  return happened.length;
};

const told = (order: readonly Move[]) => order.map(({ name }) => name).join('\n');

it.each(Object.entries(races))(
  '%s',
  (name, race) => {
    let ran = 0;
    let longest = 0;
    for (const order of interleavings(race.lanes)) {
      for (const end of [everybodyLeaves, nobodyActs]) {
        try {
          const events = play(race, order, end);
          if (events === undefined) break;
          longest = Math.max(longest, events);
        } catch (error) {
          throw new Error(`${end.name} after\n${told(order)}`, { cause: error });
        }
        ran += 1;
      }
    }
    process.stdout.write(`races: ${ran / 2} interleavings of ${name}, of up to ${longest} events, each to both ends\n`);
    expect(longest).toBeGreaterThan(1);
  },
  60_000,
);
