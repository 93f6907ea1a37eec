import { type FrozenSet, meaningOf, type Profile } from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import type { RequirementRow } from '../catalogue/row.ts';
import { type Choice, type PartWish, part, selectWithin } from './part.ts';

const row = (slug: string, capability: string, level: RequirementRow['level'] = 'documented'): RequirementRow => ({
  ...{ slug, capability, level, text: `The service does ${slug}`, area: 'x' },
  ...{ strength: 'MUST', role: 'service', source: 'D-X' },
});
const rows = [row('a', 'core'), row('b', 'ivr'), row('c', 'ivr', 'interpreted'), row('late', 'ivr')];
const profile = (name: string, ...capabilities: readonly string[]): Profile => ({
  ...{ name, capabilities, text: name, areas: [], rows: [] },
});
const frozen: FrozenSet = {
  version: '1.0',
  rows: new Map(rows.slice(0, 3).map((one) => [one.slug, meaningOf(one, one.capability)])),
};
const choice: Choice = {
  rows,
  profiles: [profile('ivr', 'ivr'), profile('full', 'core', 'ivr')],
  versions: ['1.0'],
  frozen: () => frozen,
};

describe('part', () => {
  it.each<readonly [string, PartWish, readonly string[] | undefined]>([
    ['nothing is asked for', {}, undefined],
    ['a level', { level: 'interpreted' }, ['c']],
    ['a profile', { profile: 'ivr' }, ['b', 'c', 'late']],
    ['two profiles', { profile: 'ivr, full' }, ['a', 'b', 'c', 'late']],
    ['a profile on one level', { profile: 'ivr', level: 'documented' }, ['b', 'late']],
    ['a version', { catalogue: '1.0' }, ['a', 'b', 'c']],
    ['a profile of a version on one level', { profile: 'ivr', catalogue: '1.0', level: 'documented' }, ['b']],
  ])('%s', (_name, wish, judged) => {
    expect(part(wish, choice)).toEqual({ ok: true, judged });
  });

  it.each<readonly [string, PartWish, Choice, string]>([
    ['a profile that there is not', { profile: 'ivr,iwr' }, choice, 'there is no profile iwr; there are ivr, full'],
    [
      'a version that there is not',
      { catalogue: '2.0' },
      choice,
      'there is no version 2.0 of the catalogue; frozen are 1.0',
    ],
    [
      'no version at all',
      { catalogue: '1.0' },
      { ...choice, versions: [] },
      'there is no version 1.0 of the catalogue; none was frozen yet',
    ],
    [
      'a row that means something else now',
      { catalogue: '1.0' },
      {
        ...choice,
        rows: [row('a', 'core'), { ...row('b', 'ivr'), text: 'The service does not' }, row('c', 'ivr', 'interpreted')],
      },
      'this catalogue is not what 1.0 was: b is gone or means something else',
    ],
  ])('tells what is wrong: %s', (_name, wish, from, problem) => {
    expect(part(wish, from)).toEqual({ ok: false, problem });
  });
});

it.each([
  ['all of it', { areas: ['x'] }, undefined, { areas: ['x'] }],
  ['the part', { areas: ['x'] }, ['b'], { areas: ['x'], slugs: ['b'] }],
  ['what both name', { slugs: ['a', 'b'] }, ['b', 'c'], { slugs: ['b'] }],
])('selectWithin gives %s', (_name, selection, judged, wanted) => {
  expect(selectWithin(selection, judged)).toEqual(wanted);
});
