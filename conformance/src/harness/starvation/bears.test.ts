import { expect, it } from 'vitest';
import { bearsMs } from './bears.ts';

it.each([
  ['REST alone', { area: 'rest-general' }, false, undefined],
  ['callbacks that must be answered in time', { area: 'newcall' }, true, 1000],
  ['an area that plays against the clock', { area: 'dtmf' }, true, 300],
  ['an area that does, without a callback', { area: 'sip' }, false, 300],
  ['a scenario that says so itself', { area: 'rest-general', bearsMs: 50 }, false, 50],
  ['a scenario that bears more than its area', { area: 'dtmf', bearsMs: 800 }, true, 800],
])('%s', (_name, meta, answered, bears) => {
  expect(bearsMs(meta, { callbackTimeoutMs: 2000, answered })).toBe(bears);
});
