import { expect, it } from 'vitest';
import { GROWTH_SECONDS, growthOf } from './growth.ts';
import type { Sample } from './model.ts';

const mebi = 1024 * 1024;
/** A sample a second, with what the target has at that second. */
const series = (seconds: number, bytes: (at: number) => number, gauge: (at: number) => number = () => 0): Sample[] =>
  Array.from({ length: seconds }, (_, i) => ({
    ...{ at: i + 1, attempted: 0, completed: 0, failed: 0, inProgress: 0, callbacks: 0 },
    target: { cpu: 1, bytes: bytes(i + 1), gauges: { sockets: gauge(i + 1) } },
  }));
const level = (): number => 200 * mebi;
/** Up and down by 5 % within ten seconds, as a collector of garbage makes it. */
const breathing = (at: number): number => 200 * mebi * (1 + (at % 10) / 200);

it.each([
  ['a level memory', level, undefined],
  ['one that breathes', breathing, undefined],
  ['one that grows in the first minute alone', (at: number) => 200 * mebi + Math.min(at, 60) * mebi, undefined],
  ['one that falls when calls become fewer', (at: number) => (at > 600 ? mebi : 200 * mebi), undefined],
  ['one that grows by 6 MiB a minute', (at: number) => 200 * mebi + (at / 60) * 6 * mebi, 6 * mebi],
])('memory: %s', (_name, bytes, wanted) => {
  const grown = growthOf(series(620, bytes), 600);
  if (wanted === undefined) expect(grown).toEqual({});
  else expect((grown?.bytes ?? 0) / wanted).toBeCloseTo(1, 1);
});

it.each([
  ['calls that come and go', (at: number) => 50 + (at % 4), {}],
  ['a socket that stays every ten seconds', (at: number) => Math.floor(at / 10), { sockets: 6 }],
])('gauges: %s', (_name, gauge, wanted) => {
  const grown = growthOf(series(620, level, gauge), 600) ?? {};
  expect(Object.keys(grown)).toEqual(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) expect(Math.abs((grown[name] ?? 0) - value)).toBeLessThan(0.5);
});

it.each([
  ['is too short', 170, GROWTH_SECONDS - 10],
  ['was stopped long before its end', 150, 600],
])('does not tell of a run that %s', (_name, seconds, meant) => {
  expect(growthOf(series(seconds, level), meant)).toBeUndefined();
});
