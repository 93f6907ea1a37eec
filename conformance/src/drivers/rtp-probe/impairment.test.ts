import { expect, it } from 'vitest';
import { type Harm, Impairment } from './impairment.ts';

const through = (every: number, how: readonly Harm[], count: number): number[] => {
  const network = new Impairment({ every, how });
  return Array.from({ length: count }, (_, i) => network.pass(new Uint8Array([i + 1])))
    .flat()
    .map(([number]) => number ?? 0);
};

it.each<{ name: string; every: number; how: readonly Harm[]; came: readonly number[] }>([
  { name: 'loses every third', every: 3, how: ['lost'], came: [1, 2, 4, 5, 7] },
  { name: 'doubles every third', every: 3, how: ['doubled'], came: [1, 2, 3, 3, 4, 5, 6, 6, 7] },
  { name: 'swaps every second with the one behind it', every: 2, how: ['late'], came: [1, 3, 2, 5, 4, 7, 6] },
  { name: 'does each harm in turn', every: 2, how: ['lost', 'doubled', 'late'], came: [1, 3, 4, 4, 5, 7, 6] },
])('$name', ({ every, how, came }) => {
  expect(through(every, how, 7)).toEqual(came);
});

it('keeps a packet that follows a late one, if that is late too', () => {
  expect(through(1, ['late'], 4)).toEqual([1, 2, 3]);
});
