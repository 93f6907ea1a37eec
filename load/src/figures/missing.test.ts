import { expect, it } from 'vitest';
import { missingCount, missingWords } from './missing.ts';
import { figuresOf } from './testing/figures.ts';

type Counts = Readonly<Record<string, number>>;
const of = (completedBy: Counts, had: Readonly<Record<string, Counts>>) => {
  const figures = figuresOf({ calls: { completedBy } });
  return { ...figures, callbacks: { ...figures.callbacks, had } };
};
const churn = { newCall: 3, callAnswered: 3, getIvrCommand: 3, sessionCompleted: 3 };

it.each<readonly [string, ReturnType<typeof of>, number, string]>([
  ['all there', of({ churn: 3 }, { churn }), 0, ''],
  ['calls that failed or were cut off, and told something', of({ churn: 1 }, { churn }), 0, ''],
  ['nothing of any', of({ remote: 2 }, {}), 4, 'remote: 2 callAnswered, 2 sessionCompleted'],
  [
    'one kind of one flow, which another flow does not make up for',
    of({ churn: 3, bridge: 2 }, { churn, bridge: { newCall: 2, sessionCompleted: 2 } }),
    2,
    'bridge: 2 callAnswered',
  ],
  [
    'of two flows',
    of({ churn: 4, impatient: 1 }, { churn, impatient: { newCall: 1 } }),
    5,
    'churn: 1 newCall, 1 callAnswered, 1 getIvrCommand, 1 sessionCompleted; impatient: 1 sessionCompleted',
  ],
])('%s', (_name, figures, count, words) => {
  expect(missingCount(figures)).toBe(count);
  expect(missingWords(figures)).toBe(words);
});

it('says nothing where it is not known what came', () => {
  expect(missingCount(figuresOf())).toBeUndefined();
});
