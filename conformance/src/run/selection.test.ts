import { describe, expect, it } from 'vitest';
import { type Selection, select, selects, slugsOfLevels, type Wish } from './selection.ts';

const meta = { id: 'ivr/prompt-plays', title: 'A prompt is heard', area: 'ivr', requirements: ['a', 'b'] };

describe('selects', () => {
  const rows: readonly (readonly [string, Selection, boolean])[] = [
    ['everything', {}, true],
    ['text in the id', { text: 'prompt-' }, true],
    ['text in the title, case aside', { text: 'PROMPT IS' }, true],
    ['other text', { text: 'xyz' }, false],
    ['its area', { areas: ['media', 'ivr'] }, true],
    ['another area', { areas: ['iv'] }, false],
    ['one of its requirements', { slugs: ['b', 'z'] }, true],
    ['no requirement of it', { slugs: ['z'] }, false],
    ['no requirement at all', { slugs: [] }, false],
    ['all conditions hold', { text: 'prompt', areas: ['ivr'], slugs: ['a'] }, true],
    ['one condition does not', { text: 'prompt', areas: ['media'], slugs: ['a'] }, false],
  ];
  it.each(rows)('%s', (_name, selection, expected) => {
    expect(selects(selection, meta)).toBe(expected);
  });
});

describe('select', () => {
  const catalogue = [
    { slug: 'a', level: 'documented' },
    { slug: 'b', level: 'interpreted' },
    { slug: 'c', level: 'documented' },
  ];
  const rows: readonly (readonly [string, Wish, Selection])[] = [
    ['nothing wished', {}, {}],
    ['text', { filter: 'x' }, { text: 'x' }],
    ['several areas', { area: 'ivr, media,' }, { areas: ['ivr', 'media'] }],
    ['requirements', { requirement: 'b,a' }, { slugs: ['a', 'b'] }],
    ['a level', { level: 'documented' }, { slugs: ['a', 'c'] }],
    ['level and requirement together', { level: 'documented', requirement: 'a,b' }, { slugs: ['a'] }],
  ];
  it.each(rows)('%s', (_name, wish, selection) => {
    expect(select(wish, catalogue)).toEqual({ ok: true, selection });
  });

  it.each([
    ['no level', undefined, undefined],
    ['one level', 'documented', ['a', 'c']],
    ['two levels', 'interpreted, documented', ['a', 'b', 'c']],
  ])('judges, with %s named, just what is of it', (_name, level, slugs) => {
    expect(slugsOfLevels(level, catalogue)).toEqual(slugs);
  });

  it.each([
    ['requirement', { requirement: 'a,zz' }, 'There is no requirement zz'],
    ['level', { level: 'loud' }, 'There is no requirement of level loud but of documented, interpreted'],
  ])('refuses an unknown %s', (_name, wish, problem) => {
    expect(select(wish, catalogue)).toEqual({ ok: false, problem });
  });
});
