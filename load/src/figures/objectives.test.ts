import { expect, it } from 'vitest';
import { judge, limitsOf, readLimit, sentenceOf } from './objectives.ts';
import { figuresOf } from './testing/figures.ts';

it.each([
  ['setup.p95<=300', { measure: 'setup.p95', comparison: '<=', limit: 300 }],
  [' score.min >= 0.9 ', { measure: 'score.min', comparison: '>=', limit: 0.9 }],
])('reads %s', (text, wanted) => {
  expect(readLimit(text)).toEqual(wanted);
});

it.each([
  ['setup.p95<300', /is no objective; one looks like/],
  ['setup.p96<=300', /There is no measure setup\.p96; .* Was setup\.p9[59] meant\?/],
  ['', /is no objective/],
])('refuses %s', (text, said) => {
  expect(() => readLimit(text)).toThrow(said);
});

it('takes a wish in place of what is usual for the same measure, and beside the rest', () => {
  const limits = limitsOf(['setup.p95<=500', 'calls.failed<=0'], ['setup.p95<=100', 'rest.p95<=20']);
  expect(limits.map(({ measure, limit }) => `${measure} ${limit}`)).toEqual([
    'setup.p95 100',
    'calls.failed 0',
    'rest.p95 20',
  ]);
});

it.each([
  ['at the limit', 'calls.failed<=2', true],
  ['above it', 'calls.failed<=1', false],
  ['at least, and there', 'heard.percent>=100', true],
  ['at least, and not there', 'calls.atOnce>=11', false],
  ['nothing to measure does not hold', 'score.min>=0.9', false],
])('%s', (_name, text, held) => {
  const [objective] = judge([readLimit(text)], figuresOf({ calls: { failed: 2, mostAtOnce: 10 }, heard: 4 }));
  expect(objective?.held).toBe(held);
});

it('says in a sentence what did not hold', () => {
  const objectives = judge(limitsOf([], ['calls.failed<=0', 'score.min>=0.9']), figuresOf({ calls: { failed: 2 } }));
  expect(objectives.map(sentenceOf)).toEqual([
    'failed calls: 2 calls, at most 0 calls were due',
    'worst audio score: nothing was there to measure, at least 0.9 were due',
  ]);
});
