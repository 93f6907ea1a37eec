import { describe, expect, it } from 'vitest';
import { another, edit, gone, ofAnotherType, valueAt } from './pointer.ts';

describe('edit', () => {
  const json = { a: 1, b: { 'c/d': [1, 2, 3] }, e: null };
  it.each<[string, string, () => unknown, unknown]>([
    ['a property by its bare name', 'a', () => 2, { ...json, a: 2 }],
    ['a property that goes', '/a', () => gone, { b: json.b, e: null }],
    ['an escaped name', '/b/c~1d/1', () => 9, { ...json, b: { 'c/d': [1, 9, 3] } }],
    ['an item that goes', '/b/c~1d/0', () => gone, { ...json, b: { 'c/d': [2, 3] } }],
    ['a property that is new', '/b/x', () => true, { ...json, b: { ...json.b, x: true } }],
    ['every item', '/b/c~1d/*', () => 0, { ...json, b: { 'c/d': [0, 0, 0] } }],
    ['every item that goes', '/b/c~1d/*', () => gone, { ...json, b: { 'c/d': [] } }],
  ])('%s', (_name, pointer, make, expected) => {
    expect(edit(json, pointer, make)).toEqual(expected);
    expect(json.a).toBe(1);
  });

  it.each<[string, unknown, string, () => unknown]>([
    ['where nothing is to be removed', json, '/x', () => gone],
    ['where the value is the same', json, '/a', () => 1],
    ['where the way leads through no object', json, '/a/x', () => 1],
    ['of what is no object', 'text', '/a', () => 1],
  ])('tells that nothing changed %s', (_name, value, pointer, make) => {
    expect(edit(value, pointer, make)).toBeUndefined();
  });
});

it('finds what is at a pointer, and nothing of the prototype', () => {
  expect(valueAt({ a: [{ b: 1 }] }, '/a/0/b')).toBe(1);
  expect(valueAt({}, '/toString')).toBeUndefined();
});

it.each([['text'], ['other'], [7], [true], [['a']], [{ a: 1 }], [null], ['1234567']])('changes %j', (value) => {
  expect(another(value)).not.toEqual(value);
  expect(
    typeof ofAnotherType(value) === typeof value && Array.isArray(ofAnotherType(value)) === Array.isArray(value),
  ).toBe(false);
});

it('changes the bytes of whatever is signed, not unused bits of its text alone', () => {
  const signatures = Array.from({ length: 256 }, (_, i) => Buffer.from([i, i + 1]).toString('base64url'));
  for (const one of signatures) {
    expect(Buffer.from(String(another(one)), 'base64url'), one).not.toEqual(Buffer.from(one, 'base64url'));
  }
});
