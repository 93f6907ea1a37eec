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
  expect(valueTiming(meta, { callbackTimeoutMs: 2000, answers: spans, at: 9000 })).toEqual(timed);
});

it.each([
  ['before it', { from: 4000, to: 4500 }, [{ from: 4000, to: 4500 }]],
  ['while it was seen', { from: 4900, to: 6000 }, [{ from: 4900, to: 5000 }]],
  ['after it, of a callback that may have come before', { from: 6900, to: 6950 }, [{ from: 6900, to: 5000 }]],
  ['after it, of a callback that came after it too', { from: 7100, to: 9000 }, undefined],
])('what was answered %s explains as much of it', (_name, span, answers) => {
  const timed = valueTiming({ area: 'newcall' }, { callbackTimeoutMs: 2000, answers: [span], at: 5000 });
  expect(timed).toEqual(answers && { kind: 'answer', answers, limitMs: 2000 });
});
