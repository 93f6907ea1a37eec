import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Watcher } from './collector.ts';
import type { RunResult } from './result.ts';
import { collectScenarios, type RunOptions, runScenarios } from './run.ts';
import { fakeFiles, NO_HARNESS } from './testing/harness.ts';

const deaf: Watcher = { collected: () => {}, started: () => {}, told: () => {}, finished: () => {} };

function run(files: readonly string[], change: Partial<RunOptions> = {}): Promise<RunResult> {
  return runScenarios({
    files: fakeFiles(...files),
    selection: {},
    concurrency: 12,
    harness: NO_HARNESS,
    watcher: deaf,
    drivers: false,
    signal: new AbortController().signal,
    ...change,
  });
}

/** The garbage collector, which a program is not given unless it asks. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** What a scenario left behind; nobody here holds it. */
async function weakly(running: Promise<RunResult>): Promise<WeakRef<object>> {
  const outcome = (await running).scenarios[0]?.outcome;
  if (outcome === undefined) throw new Error('the scenario left nothing');
  return new WeakRef(outcome);
}

function kept(collect: () => void, seen: WeakRef<object>): boolean {
  collect();
  return seen.deref() !== undefined;
}

const how = (result: RunResult) =>
  Object.fromEntries(
    result.scenarios.map(({ meta, selected, outcome, crash }) => [
      meta.id,
      outcome?.verdict ?? crash ?? (selected ? 'due' : 'left out'),
    ]),
  );

describe('runScenarios', () => {
  it('brings back what every scenario left behind, and who left nothing', async () => {
    const result = await run(['mixed', 'good']);
    expect(how(result)).toEqual({
      'ivr/good': 'pass',
      'ivr/bad': 'fail',
      'media/unclaimed': 'not-applicable',
      'media/starved': 'inconclusive',
      'media/crash': 'the driver broke',
      'media/silent': 'the scenario left no outcome behind',
      'session/first': 'pass',
      'session/second': 'pass',
    });
    expect(result.errors).toEqual([]);
    expect(result.interrupted).toBe(false);
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it('leaves alone what is not selected, but knows of it', async () => {
    const result = await run(['mixed', 'good'], { selection: { areas: ['session'], slugs: ['a'] } });
    expect(how(result)).toMatchObject({
      'session/first': 'pass',
      'session/second': 'left out',
      'ivr/good': 'left out',
    });
    expect(result.scenarios.filter(({ selected }) => selected)).toHaveLength(1);
  });

  it('runs nothing beside a scenario that wants to be alone', async () => {
    const result = await run(['alone']);
    expect(how(result)).toEqual({
      'session/beside-one': 'pass',
      'session/beside-two': 'pass',
      'session/alone-one': 'pass',
      'session/alone-two': 'pass',
    });
  });

  it('passes on how far a scenario is', async () => {
    const told: string[] = [];
    await run(['telling'], { watcher: { ...deaf, told: (...words) => told.push(words.join(': ')) } });
    expect(told).toEqual(['session/telling: 1 of 2', 'session/telling: 2 of 2']);
  });

  it('runs scenarios side by side', async () => {
    const result = await run(['side-by-side']);
    expect(Object.values(how(result))).toEqual(['pass', 'pass', 'pass']);
  });

  it('tells a watcher of every step in order', async () => {
    const heard: string[] = [];
    await run(['good'], {
      concurrency: 1,
      watcher: {
        collected: (all) => heard.push(`collected ${all.length}`),
        started: (id) => heard.push(`started ${id}`),
        told: (id, words) => heard.push(`told ${id} ${words}`),
        finished: ({ meta }) => heard.push(`finished ${meta.id}`),
      },
    });
    expect(heard[0]).toBe('collected 2');
    for (const id of ['session/first', 'session/second']) {
      expect(heard.indexOf(`started ${id}`)).toBeGreaterThan(0);
      expect(heard.indexOf(`finished ${id}`)).toBeGreaterThan(heard.indexOf(`started ${id}`));
    }
  });

  it('gives what it has when it is stopped, though a scenario never ends', async () => {
    const stop = new AbortController();
    const result = await run(['endless'], {
      signal: stop.signal,
      watcher: { ...deaf, finished: () => stop.abort() },
    });
    expect(result.interrupted).toBe(true);
    expect(how(result)).toEqual({ 'session/done': 'pass', 'session/endless': 'due' });
  });

  it('ends when the target dies, and says so', async () => {
    const death = Promise.withResolvers<string>();
    const result = await run(['endless'], {
      died: death.promise,
      watcher: { ...deaf, finished: () => death.resolve('nobody ended with code 7') },
    });
    expect(result.targetDied).toBe('nobody ended with code 7');
    expect(result.interrupted).toBe(false);
    expect(how(result)).toMatchObject({ 'session/endless': 'due' });
  });

  it('keeps nothing of a run that is over, though the target lives on for the next', async () => {
    const died = new Promise<string>(() => {});
    const stop = new AbortController();
    const collect = collector();
    const seen = await weakly(run(['good'], { died, signal: stop.signal }));
    await expect.poll(() => kept(collect, seen)).toBe(false);
    // Both are still there, and would have kept what listens to them.
    expect([died, stop.signal.aborted]).toEqual([died, false]);
  });

  it.each([
    ['a file that cannot be loaded', ['broken'], /this file cannot be loaded/],
    ['two scenarios of one name', ['twins'], /two scenarios are called session\/twin/],
  ])('takes %s for an error of the suite', async (_name, files, sentence) => {
    const result = await run(files);
    expect(result.errors.join('; ')).toMatch(sentence);
  });
});

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s is at no time heard by the runner, which would end us',
    async (signal) => {
      const before = process.listeners(signal);
      const seen = new Set<unknown>();
      let over = false;
      const look = (): void => {
        for (const listener of process.listeners(signal)) if (!before.includes(listener)) seen.add(listener);
        if (!over) setImmediate(look);
      };
      look();
      await collectScenarios(fakeFiles('good'));
      over = true;
      expect([...seen]).toEqual([]);
    },
  );
});

describe('collectScenarios', () => {
  it('tells what scenarios say of themselves without running them', async () => {
    const metas = await collectScenarios(fakeFiles('good', 'endless'));
    expect(metas.map((meta) => [meta.id, meta.requirements])).toEqual([
      ['session/first', ['a']],
      ['session/second', ['b']],
      ['session/done', ['a']],
      ['session/endless', ['b']],
    ]);
  });

  it('says which file cannot be loaded', async () => {
    await expect(collectScenarios(fakeFiles('broken'))).rejects.toThrow(/this file cannot be loaded/);
  });
});
