import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadCatalogue, type Requirement } from '../catalogue.ts';
import { type FrozenSet, frozenText, frozenVersions, loadFrozen, meaningOf } from '../frozen.ts';
import { checkFrozen } from './frozen.ts';

const row: Requirement = {
  area: 'ivr',
  slug: 'ivr-a',
  text: 'It plays what it is told to.',
  level: 'documented',
  strength: 'MUST',
  role: 'service',
  capability: 'ivr',
  source: [{ decision: 'D-IVR' }],
};
const other: Requirement = { ...row, slug: 'ivr-b' };
const freeze = (version: string, ...rows: readonly Requirement[]): FrozenSet => ({
  version,
  rows: new Map(Object.entries(parse(frozenText(version, rows)))),
});

describe('checkFrozen', () => {
  it.each<readonly [string, readonly Requirement[], readonly RegExp[]]>([
    ['nothing changed', [row, other], []],
    ['a row that came later', [row, other, { ...row, slug: 'ivr-c' }], []],
    ['another source', [{ ...row, source: [{ rfc: 3261 }] }, other], []],
    ['a row that is gone', [row], [/1\.0\.yaml: ivr-b is gone/]],
    ['another text', [{ ...row, text: 'It plays nothing.' }, other], [/1\.0\.yaml: ivr-a does not mean/]],
    ['another strength', [{ ...row, strength: 'SHOULD' }, other], [/ivr-a/]],
    ['another level', [{ ...row, level: 'extension' }, other], [/ivr-a/]],
    ['another capability', [row, { ...other, capability: 'core' }], [/ivr-b/]],
    ['another role', [row, { ...other, role: 'application' }], [/ivr-b/]],
  ])('%s', (_name, rows, wanted) => {
    const problems = checkFrozen([freeze('1.0', row, other)], rows);
    expect(problems).toHaveLength(wanted.length);
    for (const [i, words] of wanted.entries()) expect(problems[i]).toMatch(words);
  });

  it('takes no hash for a number', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ ...row, text: `It plays prompt ${i}.` }));
    const digits = rows.find((one) => /^\d+$/.test(meaningOf(one, one.capability)));
    if (digits === undefined) throw new Error('no hash of digits alone');
    expect(checkFrozen([freeze('1.0', digits)], [digits])).toEqual([]);
  });

  it('holds the catalogue to each version that is frozen', () => {
    expect(frozenVersions()).toContain('1.0');
    const sets = frozenVersions().map((version) => loadFrozen(version));
    expect(sets.map(({ rows }) => rows.size > 500)).not.toContain(false);
    expect(checkFrozen(sets, loadCatalogue())).toEqual([]);
  });
});
