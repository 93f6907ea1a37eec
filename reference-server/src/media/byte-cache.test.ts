import { expect, it } from 'vitest';
import { ByteCache } from './byte-cache.ts';

it('keeps what was used last, up to its bytes', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  expect(cache.get('a')).toBe('A');
  cache.set('c', 'C', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  expect(cache.bytes).toBe(8);
  cache.set('a', 'AA', 6);
  expect([cache.get('a'), cache.bytes]).toEqual(['AA', 10]);
  cache.set('huge', 'H', 11);
  expect([cache.get('huge'), cache.get('c'), cache.bytes]).toEqual([undefined, 'C', 10]);
});
