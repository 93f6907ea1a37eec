import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunFile } from './archive.ts';
import { type Played, play } from './testing/world.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-read-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const calls = 2000;
/** What k6 writes of calls that went well; of each a set-up time of its own, so that it does not pack too well. */
const values = (): Buffer =>
  gzipSync(
    Array.from({ length: calls }, (_, i) => {
      const time = new Date(Date.UTC(2026, 0, 1) + i).toISOString();
      return ['load_calls_attempted', 'load_calls_completed', 'sip_call_setup_time']
        .map((metric) => {
          const value = metric.startsWith('sip') ? ((i * 7919) % 1000) / 7 : 1;
          return `${JSON.stringify({ metric, type: 'Point', data: { time, value, tags: { flow: 'ivr' } } })}\n`;
        })
        .join('');
    }).join(''),
  );

const read = (...files: readonly (Buffer | undefined)[]): Promise<Played> => readAs('.json.gz', ...files);

async function readAs(ending: string, ...files: readonly (Buffer | undefined)[]): Promise<Played> {
  const run: RunFile = {
    ...{ wish: { scenario: 'ivr', calls: 2 }, target: { name: 'x', embedded: false } },
    k6: { version: 'v1', extension: 'own' },
  };
  await writeFile(join(directory, 'run.json'), JSON.stringify(run));
  const paths = files.map((_, i) => join(directory, `${i + 1}${ending}`));
  for (const [i, path] of paths.entries()) if (files[i] !== undefined) await writeFile(path, files[i]);
  return await play({ argv: ['read', ...paths, '--run', join(directory, 'run.json')] });
}

it('reads what was packed whole', async () => {
  const { code, report } = await read(values());
  expect(report?.figures.calls.completed).toBe(calls);
  // Media was none, so not all can have held.
  expect(code).toBe(1);
});

it.each([
  ['alone', [], 0],
  ['beside one that is whole', [values()], calls],
])('keeps what a file holds that ends too early, %s, and ends with 4', async (_name, others, whole) => {
  const all = values();
  const { code, out, report } = await read(...others, all.subarray(0, Math.round(all.length / 2)));
  const { completed = 0 } = report?.figures.calls ?? {};
  expect(completed).toBeGreaterThan(whole + calls / 4);
  expect(completed).toBeLessThan(whole + calls);
  expect(out).toMatch(/\d\.json\.gz ends too early \(unexpected end of file\): what it holds is in the report/);
  expect(code).toBe(4);
});

it('says of a file that is not there that it is not, and ends with 2', async () => {
  const { code, err, report } = await read(undefined);
  expect(err).toMatch(/1\.json\.gz cannot be read: ENOENT/);
  expect(code).toBe(2);
  expect(report).toBeUndefined();
});

it('says of a file that is not packed when its last line is cut off, and ends with 4', async () => {
  const whole = gunzipSync(values());
  expect((await readAs('.json', whole)).code).toBe(1);
  const { code, out, report } = await readAs('.json', whole.subarray(0, -5));
  expect(report?.figures.calls.completed).toBe(calls);
  expect(out).toMatch(/1\.json ends too early \(its last line is cut off\): what it holds is in the report/);
  expect(code).toBe(4);
});
