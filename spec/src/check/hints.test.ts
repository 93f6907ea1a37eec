import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../catalogue.ts';
import type { JsonObject } from '../document.ts';
import { hintOf, loadHints } from '../hints.ts';
import { checkHints } from './hints.ts';

const hints = loadHints();
const rows = loadCatalogue();
const schema = JSON.parse(readFileSync(new URL('../../hints.schema.json', import.meta.url), 'utf8')) as JsonObject;
const check = (changed: unknown) => checkHints({ hints: changed, schema, rows });
const LONG = 'It is long enough to be of some help to somebody.';

describe('the hints', () => {
  it('fit the catalogue', () => {
    expect(check(hints)).toEqual([]);
  });

  it('are there for every row, and of their own for sixty MUSTs at least', () => {
    expect(rows.filter((row) => hintOf(hints, row) === undefined)).toEqual([]);
    const musts = new Set(rows.filter(({ strength }) => strength === 'MUST').map(({ slug }) => slug));
    expect(Object.keys(hints.requirements).filter((slug) => musts.has(slug)).length).toBeGreaterThanOrEqual(60);
  });

  it('of a row goes before the one of its area', () => {
    const own = hintOf(hints, { slug: 'dtmf-rfc4733', area: 'dtmf' });
    expect(own).toBe(hints.requirements['dtmf-rfc4733']);
    expect(hintOf(hints, { slug: 'dtmf-info', area: 'dtmf' })).toBe(hints.areas.dtmf);
  });

  const { newcall: _newcall, ...fewer } = hints.areas;
  it.each([
    ['an area without one', { ...hints, areas: fewer }, 'hints.yaml: the area newcall has no hint'],
    ['an area that is not', { ...hints, areas: { ...hints.areas, nope: LONG } }, 'hints.yaml: there is no area nope'],
    [
      'a row that is not',
      { ...hints, requirements: { 'newcall-nope': LONG } },
      'hints.yaml: there is no row newcall-nope',
    ],
    [
      'one that stands twice',
      { ...hints, requirements: { 'dtmf-info': hints.areas.dtmf } },
      `hints.yaml: stands twice: ${hints.areas.dtmf}`,
    ],
    [
      'one too short',
      { ...hints, requirements: { 'dtmf-info': 'Look.' } },
      'hints.yaml/requirements/dtmf-info: must NOT have fewer than 40 characters',
    ],
    ['no sentence', { areas: {} }, "hints.yaml: must have required property 'requirements'"],
  ])('are refused: %s', (_name, changed, problem) => {
    expect(check(changed)).toContain(problem);
  });
});
