import { expect, it } from 'vitest';
import { valueTiming } from './bears.ts';

const answers = [{ from: 100, to: 140 }];

it.each([
  ['REST alone', { area: 'rest-general' }, [], undefined],
  ['callbacks were answered', { area: 'newcall' }, answers, { kind: 'answer', answers, limitMs: 2000 }],
  ['an area that plays against the clock', { area: 'dtmf' }, answers, { kind: 'value', bearsMs: 300 }],
  ['a scenario that says so itself', { area: 'rest-general', bearsMs: 50 }, [], { kind: 'value', bearsMs: 50 }],
  ['a scenario that bears more than its area', { area: 'dtmf', bearsMs: 800 }, [], { kind: 'value', bearsMs: 800 }],
])('%s', (_name, meta, spans, timed) => {
  expect(valueTiming(meta, { callbackTimeoutMs: 2000, answers: spans })).toEqual(timed);
});
