import type { Mutant } from '../types.ts';
import { newcall } from './newcall.ts';

/** What is written by hand: a list for each area, in the order of the catalogue. */
const written: readonly Mutant[] = [newcall].flat();

let all: ReadonlyMap<string, Mutant> | undefined;

/** All mutants by id. */
export function mutantsById(): ReadonlyMap<string, Mutant> {
  all ??= new Map(written.map((one) => [one.id, one]));
  return all;
}
