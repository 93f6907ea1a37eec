import { expect, it } from 'vitest';
import { valueBears } from './bears.ts';

const both = ['worker', 'RTP probe'];

it.each([
  ['REST alone', { area: 'rest-general' }, 0, undefined],
  ['callbacks that were answered in time', { area: 'newcall' }, 40, undefined],
  ['one that was answered too late', { area: 'newcall' }, 1700, { bearsMs: 1000, by: ['worker'] }],
  ['an area that plays against the clock', { area: 'dtmf' }, 40, { bearsMs: 300, by: both }],
  ['a scenario that says so itself', { area: 'rest-general', bearsMs: 50 }, 0, { bearsMs: 50, by: both }],
  ['a scenario that bears more than its area', { area: 'dtmf', bearsMs: 800 }, 40, { bearsMs: 800, by: both }],
])('%s', (_name, meta, slowestAnswerMs, bears) => {
  expect(valueBears(meta, { callbackTimeoutMs: 2000, slowestAnswerMs })).toEqual(bears);
});
