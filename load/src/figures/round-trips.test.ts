import { expect, it } from 'vitest';
import { roundTrips } from './round-trips.ts';

const page = (name: string, sum: number, count: number, result = 'ok'): string =>
  [
    `mediaservice_callback_seconds_bucket{le="0.01",name="${name}",domain="d",result="${result}"} ${count}`,
    `mediaservice_callback_seconds_sum{name="${name}",domain="d",result="${result}"} ${sum}`,
    `mediaservice_callback_seconds_count{name="${name}",domain="d",result="${result}"} ${count}`,
  ].join('\n');

it('tells the mean of what came between two looks', () => {
  expect(roundTrips(page('newCall', 1, 10), page('newCall', 1.5, 110))).toEqual({ newCall: 5 });
});

it('adds up results, and tells callbacks apart', () => {
  const after = [page('newCall', 1, 50), page('newCall', 1, 50, 'timeout'), page('getIvrCommand', 1, 1000)].join('\n');
  expect(roundTrips('', after)).toEqual({ newCall: 20, getIvrCommand: 1 });
});

it.each([
  ['a page without it', 'process_cpu_seconds_total 4'],
  ['nothing that came', page('newCall', 1, 10)],
])('says nothing of %s', (_name, after) => {
  expect(roundTrips(page('newCall', 1, 10), after)).toBeUndefined();
});
