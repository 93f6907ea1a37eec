import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCapabilities, loadCatalogue } from '../catalogue.ts';
import { isOfProfile, loadProfiles, readProfiles } from '../profiles.ts';
import { checkProfiles } from './profiles.ts';

const schema = JSON.parse(readFileSync(new URL('../../profiles.schema.json', import.meta.url), 'utf8'));
const rows = [
  { slug: 'ivr-a', area: 'ivr', capability: 'ivr' },
  { slug: 'sip-b', area: 'sip', capability: 'core' },
];
const capabilities = new Map([
  ['ivr', ''],
  ['core', ''],
]);
const full = { text: 'Everything there is.', capabilities: ['ivr', 'core'] };
const problemsOf = (profiles: unknown) => checkProfiles({ profiles, schema, rows, capabilities });

describe('the profiles of the catalogue', () => {
  it('are right', () => {
    const inputs = { profiles: readProfiles(), schema, rows: loadCatalogue(), capabilities: loadCapabilities() };
    expect(checkProfiles(inputs)).toEqual([]);
    expect(loadProfiles().map(({ name }) => name)).toEqual([
      ...['ivr', 'call-control', 'cloud-ua', 'recording', 'monitoring', 'full'],
    ]);
  });

  it.each(loadProfiles().map((profile) => [profile.name, profile] as const))('have rows: %s', (_name, profile) => {
    const of = loadCatalogue().filter((row) => isOfProfile(profile, row));
    for (const capability of profile.capabilities)
      expect([capability, of.some((row) => row.capability === capability)]).toEqual([capability, true]);
  });
});

describe('checkProfiles', () => {
  it.each([
    ['nothing wrong', { full }, []],
    ['no full', { ivr: full }, [/must have required property 'full'/]],
    ['an unknown property', { full: { ...full, level: 'x' } }, [/additional properties/]],
    ['a capability that is nowhere', { full, x: { ...full, capabilities: ['tea'] } }, [/x: capability tea is nowhere/]],
    ['an area that is nowhere', { full, x: { ...full, areas: ['tea'] } }, [/x: area tea is nowhere/]],
    ['a row that is nowhere', { full, x: { ...full, rows: ['tea'] } }, [/x: row tea is nowhere/]],
    ['a row that is not in full', { full: { ...full, capabilities: ['core'] } }, [/ivr-a is not in full/]],
    ['a row that is there by its area', { full: { ...full, capabilities: ['core'], areas: ['ivr'] } }, []],
    ['a row that is there by its name', { full: { ...full, capabilities: ['core'], rows: ['ivr-a'] } }, []],
  ] as const)('finds %s', (_name, profiles, wanted) => {
    const problems = problemsOf(profiles);
    expect(problems).toHaveLength(wanted.length);
    for (const [i, words] of wanted.entries()) expect(problems[i]).toMatch(words);
  });
});
