import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { buildReport } from './build.ts';
import { both, EventStream } from './events.ts';
import { sampleInput } from './testing/sample.ts';

const input = sampleInput(40, 100);
const { report } = buildReport(input);
const schema: unknown = JSON.parse(readFileSync(new URL('../../../spec/events.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  schema as object,
);

interface Event {
  readonly event: string;
  readonly at: number;
  readonly id?: string;
  readonly verdict?: string;
  readonly exitCode?: number;
  readonly earlier?: readonly string[];
}

/** The stream of the sample run, as its reader gets it. */
function stream(slugs = input.rows.map(({ slug }) => slug)): Event[] {
  let text = '';
  const events = new EventStream(
    (line) => {
      text += line;
    },
    () => 1_700_000_000_000.25,
    slugs,
  );
  events.began(report);
  events.collected(input.result.scenarios);
  for (const run of input.result.scenarios) {
    events.started(run.meta.id);
    events.told(run.meta.id, 'half of it');
    events.finished(run);
  }
  events.ended(report);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

describe('the stream of events', () => {
  it('fits its schema, each line', () => {
    const bad = stream().filter((event) => !validate(event));
    expect(bad).toEqual([]);
    expect(validate({ event: 'test-started', at: 1 })).toBe(false);
    expect(validate({ event: 'no such', at: 1 })).toBe(false);
  });

  it('tells which test was asked again, and why', () => {
    const again = stream().filter(({ earlier }) => earlier !== undefined);
    expect(again.map(({ id, earlier }) => [id, earlier])).toEqual([
      [expect.stringMatching(/sample-14$/), ['the whole machine stood still for 148 ms']],
    ]);
  });

  it('tells each test with the verdict that the report has', () => {
    const told = stream().filter(({ event }) => event === 'test-finished');
    expect(told.map(({ id, verdict }) => [id, verdict])).toEqual(report.tests.map(({ id, verdict }) => [id, verdict]));
  });

  it('makes a test that names an unknown requirement a harness error, as the report does', () => {
    const told = stream([]).filter(({ event }) => event === 'test-finished');
    expect(new Set(told.map(({ verdict }) => verdict))).toContain('harness-error');
  });

  it('begins and ends with the run', () => {
    const all = stream();
    expect(all[0]).toMatchObject({ event: 'run-started', at: 1_700_000_000_000 });
    expect(all.at(-1)).toMatchObject({ event: 'run-finished', exitCode: 1, passed: 33, failed: 3, skipped: 4 });
  });

  it('stands beside another watcher', () => {
    const heard: string[] = [];
    const watcher = (name: string) => ({
      collected: () => heard.push(`${name} collected`),
      started: () => heard.push(`${name} started`),
      told: () => heard.push(`${name} told`),
      finished: () => heard.push(`${name} finished`),
    });
    const [run] = input.result.scenarios;
    if (run === undefined) throw new Error('the sample is empty');
    const pair = both(watcher('a'), watcher('b'));
    pair.collected([]);
    pair.started('x');
    pair.told('x', 'y');
    pair.finished(run);
    expect(heard).toEqual(['collected', 'started', 'told', 'finished'].flatMap((what) => [`a ${what}`, `b ${what}`]));
    const alone = watcher('a');
    expect(both(alone, undefined)).toBe(alone);
  });
});
