import { loadCatalogue } from '@mediaservice/spec';
import { derive, readDerived } from '../derive.ts';
import type { Mutant } from '../types.ts';
import { newcall } from './newcall.ts';
import { restGeneral } from './rest-general.ts';

/** What is written by hand: a list for each area, in the order of the catalogue. */
const written: readonly Mutant[] = [newcall, restGeneral].flat();

let all: ReadonlyMap<string, Mutant> | undefined;

/** All mutants by id. */
export function mutantsById(): ReadonlyMap<string, Mutant> {
  if (all === undefined) {
    const slugs = new Set(written.flatMap(({ requirements }) => requirements));
    all = new Map([...written, ...derive(loadCatalogue(), readDerived(), slugs)].map((one) => [one.id, one]));
  }
  return all;
}
