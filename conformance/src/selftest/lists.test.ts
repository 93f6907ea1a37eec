import { loadCatalogue } from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import { loadRows } from '../catalogue/load.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import { derive, readDerived } from './derive.ts';
import { mutant, sip } from './dsl/index.ts';
import { gaps } from './gaps.ts';
import { exempt } from './mutants/exempt.ts';
import { mutantsById } from './mutants/index.ts';
import { recipesFor } from './recipes.ts';

describe('the lists of this project', () => {
  const mutants = [...mutantsById().values()];
  it('name only what the catalogue has, each mutant once', () => {
    expect(gaps(loadRows(), mutants, exempt).faults).toEqual([]);
  });

  it('have ids of one form', () => {
    expect(mutants.filter(({ id }) => !/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id)).map(({ id }) => id)).toEqual([]);
  });

  it('derive from recipes that there are', () => {
    const rows = new Map(loadCatalogue().map((row) => [row.slug, row]));
    const wrong = Object.entries(readDerived()).filter(([slug, { recipe }]) => {
      const row = rows.get(slug);
      return row === undefined || !recipesFor(row).some(({ key }) => key === recipe);
    });
    expect(wrong).toEqual([]);
  });
});

const row = (slug: string, more: Partial<RequirementRow> = {}): RequirementRow => ({
  ...{ slug, text: slug, area: 'a', level: 'documented', strength: 'MUST', role: 'service', source: 's' },
  ...more,
});
const lose = sip.any().lose();

describe('gaps', () => {
  const rows = [row('one'), row('two'), row('app', { role: 'application' }), row('may', { strength: 'SHOULD' })];
  it('are the rows that a service must do, without mutant and without excuse', () => {
    expect(gaps(rows, [mutant('a/x', 't', 'one', lose)], {}).missing.map(({ slug }) => slug)).toEqual(['two']);
    expect(gaps(rows, [mutant('a/x', 't', 'one', lose)], { two: 'why' }).missing).toEqual([]);
  });

  it.each([
    ['a slug that there is not', [mutant('a/x', 't', 'none', lose)], {}, /no requirement none/],
    [
      'an id that there is twice',
      [mutant('a/x', 't', 'one', lose), mutant('a/x', 't', 'two', lose)],
      {},
      /Two mutants/,
    ],
    ['an excuse for nothing', [], { none: 'why' }, /names none/],
    ['an excuse that is not needed', [mutant('a/x', 't', 'one', lose)], { one: 'why' }, /for which there is/],
  ] as const)('tell %s', (_name, mutants, excuses, text) => {
    expect(gaps(rows, mutants, excuses).faults).toEqual([expect.stringMatching(text)]);
  });
});

it('derives a mutant for a row of the table that nobody has written one for', () => {
  const [first] = loadCatalogue().filter(({ slug }) => slug === 'newcall-called-party');
  if (first === undefined) throw new Error('the row is gone');
  const table = { [first.slug]: { recipe: 'newCall.calledParty gone', scenario: 'x/y' } };
  expect(derive([first], table, new Set())).toMatchObject([
    { id: 'newcall/called-party', requirements: [first.slug], scenarios: ['x/y'] },
  ]);
  expect(derive([first], table, new Set([first.slug]))).toEqual([]);
});
