import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const names = ['dtmf', 'media', 'newcall', 'sessioncompleted', 'sip'];

it.each([
  ['newcal', 'newcall'],
  ['Media', 'media'],
  ['dmtf', 'dtmf'],
  ['sessioncomplete', 'sessioncompleted'],
  ['recordings', undefined],
  ['', undefined],
])('takes %s for %s', (written, meant) => {
  expect(nearest(written, names)).toBe(meant);
});
