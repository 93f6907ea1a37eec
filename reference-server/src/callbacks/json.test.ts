import { describe, expect, it } from 'vitest';
import { depthOf, maxDepth, parseJson } from './json.ts';

describe('depth of JSON', () => {
  it.each([
    ['nothing', '', 0],
    ['a value', '7', 0],
    ['an object', '{"a":1}', 1],
    ['side by side', '[[],[],{}]', 2],
    ['brackets in a string', '["[[[["]', 1],
    ['an escaped quote', '["\\"[[", []]', 2],
    ['an escaped backslash', '["\\\\", [[]]]', 3],
    ['no JSON at all', '[[[', 3],
  ])('%s', (_name, text, depth) => {
    expect(depthOf(text)).toBe(depth);
  });

  it.each([
    ['as deep as is allowed', maxDepth, true],
    ['one deeper', maxDepth + 1, false],
  ])('%s', (_name, depth, taken) => {
    expect(parseJson('['.repeat(depth) + ']'.repeat(depth)) !== undefined).toBe(taken);
  });
});
