import { expect, it } from 'vitest';
import { isPresent } from './watermark.ts';

it.each<[string, readonly number[], boolean]>([
  ['nothing', [-70, -72, -90], false],
  ['the edge of another tone in one window', [-70, -41, -72, -80], false],
  ['the edge of another tone across two windows', [-70, -44, -51, -80, -45, -70], false],
  ['a faint tone that lasts', [-80, -50, -50, -50, -80], true],
  ['a loud tone in one window', [-80, -20, -80], true],
  ['a tone all the time', [-16, -16, -16], true],
  ['less than three windows', [-50, -50], false],
])('in %s', (_, levels, there) => {
  expect(isPresent(levels)).toBe(there);
});
