/** All orders in which events of independent sources can come, each source's own order kept. */
import type { Move } from './world.ts';

export interface Lane {
  readonly name: string;
  readonly moves: readonly Move[];
}

/**
 * Each sequence once, the empty one included: what has not come is an interleaving too, so every point of every order is
 * an end of one.
 */
export function* interleavings(lanes: readonly (readonly Move[])[]): Generator<readonly Move[]> {
  yield [];
  for (const [index, [first, ...rest]] of lanes.entries()) {
    if (first === undefined) continue;
    for (const others of interleavings(lanes.with(index, rest))) yield [first, ...others];
  }
}
