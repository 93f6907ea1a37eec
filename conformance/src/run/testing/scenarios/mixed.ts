import { test } from 'vitest';
import { fake } from '../declare.ts';

fake('ivr/good', 'pass');
fake('ivr/bad', 'fail', { slug: 'b' });
fake('media/unclaimed', 'not-applicable', { slug: 'c' });
fake('media/starved', 'inconclusive', { slug: 'd' });
test('media/crash', () => {
  throw new TypeError('the driver broke');
});
test('media/silent', () => {});
