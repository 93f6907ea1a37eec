import { expect, it } from 'vitest';
import { type Hold, Holds } from './holds.ts';

const holdsOf = (...all: readonly Hold[]): Holds => {
  const holds = new Holds();
  for (const hold of all) holds.note(hold);
  return holds;
};

it.each([
  ['nobody was late', [], 0, 100, {}, {}],
  ['before the stretch', [{ by: 'worker', at: 90, ms: 50 }], 100, 200, {}, {}],
  ['after the stretch', [{ by: 'worker', at: 300, ms: 50 }], 100, 200, {}, {}],
  ['inside', [{ by: 'worker', at: 180, ms: 50 }], 100, 200, { worker: 50 }, { worker: 50 }],
  ['reaching in from before', [{ by: 'worker', at: 130, ms: 80 }], 100, 200, { worker: 80 }, { worker: 30 }],
  ['reaching out', [{ by: 'RTP probe', at: 260, ms: 100 }], 100, 200, { 'RTP probe': 100 }, { 'RTP probe': 40 }],
  [
    'two of one and one of another',
    [
      { by: 'worker', at: 130, ms: 25 },
      { by: 'worker', at: 190, ms: 40 },
      { by: 'SIPp', at: 190, ms: 30 },
    ],
    100,
    200,
    { worker: 40, SIPp: 30 },
    { worker: 65, SIPp: 30 },
  ],
  ['not worth noting', [{ by: 'worker', at: 150, ms: 19 }], 100, 200, {}, {}],
] as const)('tells the worst and the sum: %s', (_name, all, from, to, worst, total) => {
  const holds = holdsOf(...all);
  expect(Object.fromEntries(holds.worst(from, to))).toEqual(worst);
  expect(Object.fromEntries(holds.total(from, to))).toEqual(total);
});

it('forgets what no scenario can look back to', () => {
  const hour = 3_600_000;
  const holds = holdsOf({ by: 'worker', at: 100, ms: 50 }, { by: 'worker', at: hour, ms: 50 });
  expect(holds.worst(0, hour).get('worker')).toBe(50);
  expect(holds.worst(0, 1000).size).toBe(0);
});
