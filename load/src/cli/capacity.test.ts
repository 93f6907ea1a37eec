import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import type { CapacityReport } from '../capacity/model.ts';
import { play } from './testing/world.ts';

const schema = JSON.parse(readFileSync(new URL('../../../spec/load-capacity.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, formats: { 'date-time': true }, strictTypes: false }).compile(schema);

/** Plays a search, and gives capacity.json beside what was said. */
async function search(wish: Parameters<typeof play>[0]) {
  let capacity: CapacityReport | undefined;
  let reports: readonly boolean[] = [];
  const played = await play({
    ...wish,
    onEnd: async (directory) => {
      const path = join(directory, 'capacity.json');
      if (!existsSync(path)) return;
      capacity = JSON.parse(readFileSync(path, 'utf8')) as CapacityReport;
      reports = capacity.searches.flatMap(({ steps }) =>
        steps.map(({ report }) => existsSync(join(directory, report))),
      );
    },
  });
  return { ...played, capacity, reports };
}

// As `make load SCENARIO="capacity churn"` calls it.
const argv = ['capacity', 'churn', '--target', 'embedded', '--start', '1', '--most', '2'];

it('finds the figure, confirms it, says what broke first, and keeps the report of each step', async () => {
  const { code, out, capacity, reports } = await search({ argv, k6: { calls: 2, carries: 1, end: 'well' } });
  expect(out.trimEnd().split('\n').at(-1)).toBe(
    'load: capacity: churn: 1 calls a second with setup p95 12 ms; limited by failed calls at 2',
  );
  expect(code).toBe(0);
  expect(validate(capacity) ? [] : validate.errors).toEqual([]);
  expect(capacity?.searches[0]?.steps.map(({ load, purpose, verdict }) => `${purpose} ${load} ${verdict}`)).toEqual([
    'doubling 1 held',
    'doubling 2 broken',
    'counter-check 2 broken',
    'confirmation 1 held',
  ]);
  expect(reports).toEqual([true, true, true, true]);
}, 60_000);

it('keeps what was found when Ctrl-C is pressed, and ends with 3', async () => {
  let pressed = false;
  const { code, out, capacity } = await search({
    argv,
    k6: { calls: 1, end: 'well' },
    onOut: (text, interrupt) => {
      if (pressed || !text.startsWith('step 2')) return;
      pressed = true;
      interrupt();
    },
  });
  expect(code).toBe(3);
  expect(validate(capacity) ? [] : validate.errors).toEqual([]);
  expect(capacity?.searches[0]?.found).toMatchObject({ load: 1, confirmed: false, limit: 'stopped' });
  expect(out).toMatch(
    /load: capacity: churn: at least 1 calls a second, not confirmed.*; stopped before anything broke\n$/,
  );
}, 60_000);

it('starts a target again that died under a load, and counts that load as broken', async () => {
  const deaths = [Promise.withResolvers<string>(), Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let opened = 0;
  const { code, out, capacity } = await search({
    argv: ['capacity', 'churn', '--start', '1', '--most', '1'],
    k6: { calls: 1, end: 'asked' },
    // Each stand-in dies of its first run: none holds.
    tools: {},
    target: {
      get died() {
        return deaths[opened++]?.promise ?? new Promise<string>(() => undefined);
      },
    },
    onOut: (text) => {
      if (/1 completed/.test(text)) for (const death of deaths) death.resolve('a stand-in ended with code 9');
    },
  });
  expect(out).toMatch(/1 did not hold: a stand-in ended with code 9/);
  expect(code).toBe(1);
  expect(capacity?.searches[0]?.found).toMatchObject({ load: 0, confirmed: false, limit: 'objective', limitedAt: 1 });
}, 60_000);

it.each([
  ['a scenario without a capacity', ['capacity', 'soak'], /soak has no capacity/],
  ['a resolution that is no share', ['capacity', '--resolution', '3'], /share such as 5%/],
  [
    'two targets',
    ['capacity', 'churn', '--target', 'one', '--target', 'other'],
    /Only one may be given.*mediaservice-load compare/,
  ],
])('refuses %s with 2, before anything starts', async (_name, wrong, said) => {
  const { code, err, capacity } = await search({ argv: wrong });
  expect(err).toMatch(said);
  expect(code).toBe(2);
  expect(capacity).toBeUndefined();
});
