import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../report/model.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { type JudgeOptions, judge } from './judge.ts';
import { fakeParts, recordedIo } from './testing/world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'judge-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const options = (change: Partial<JudgeOptions> = {}): JudgeOptions => ({
  runner: 'auto',
  report: join(directory, 'report'),
  concurrency: 12,
  ...change,
});
const report = async (): Promise<Report> =>
  JSON.parse(await readFile(join(directory, 'report', 'report.json'), 'utf8'));
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('a selection', () => {
  it.each([
    ['an area that no test has', { area: 'session,iwr' }, 'No test is of the area iwr; the areas are session.'],
    [
      'a level that there is not',
      { level: 'dokumented' },
      'There is no requirement of level dokumented but of documented, interpreted; `mediaservice-conformance list` shows them all.',
    ],
    [
      'a requirement that there is not',
      { requirement: 'a,x' },
      'There is no requirement x; `mediaservice-conformance list` shows them all. Was a meant?',
    ],
  ] as const)('of %s is refused before anything is started', async (_, wish, sentence) => {
    const parts = { ...fakeParts('good'), open: () => Promise.reject(new Error('it was opened')) };
    await expect(judge(options(wish), parts, recordedIo())).rejects.toThrow(sentence);
  });
});

describe('a run ends', () => {
  const rows: readonly (readonly [string, readonly string[], Partial<JudgeOptions>, number, string])[] = [
    ['conformant', ['good'], {}, EXIT.conformant, '2 passed, 0 failed, 0 skipped; requirements 2 of 5'],
    ['not conformant', ['mixed'], {}, EXIT.notConformant, '1 passed, 3 failed, 2 skipped; requirements 2 of 5'],
    [
      'incomplete, nothing matched',
      ['mixed'],
      { filter: 'no such' },
      EXIT.incomplete,
      '0 passed, 0 failed, 0 skipped; requirements 0 of 5',
    ],
    [
      'incomplete, nothing applies',
      ['mixed'],
      { filter: 'unclaimed' },
      EXIT.incomplete,
      '0 passed, 0 failed, 1 skipped; requirements 0 of 5',
    ],
    [
      'incomplete, starved',
      ['mixed'],
      { filter: 'starved' },
      EXIT.incomplete,
      '0 passed, 0 failed, 1 skipped; requirements 0 of 5',
    ],
    [
      'incomplete, no call was made',
      ['vacuous'],
      {},
      EXIT.incomplete,
      '0 passed, 1 failed, 0 skipped; requirements 0 of 5',
    ],
    [
      'with a harness error',
      ['mixed'],
      { filter: 'crash' },
      EXIT.harnessError,
      '0 passed, 1 failed, 0 skipped; requirements 0 of 5',
    ],
    [
      'with a file that cannot be loaded',
      ['broken'],
      {},
      EXIT.harnessError,
      '0 passed, 0 failed, 0 skipped; requirements 0 of 5',
    ],
    [
      'of one area',
      ['mixed', 'good'],
      { area: 'session' },
      EXIT.conformant,
      '2 passed, 0 failed, 0 skipped; requirements 2 of 5',
    ],
    [
      'of one requirement',
      ['mixed', 'good'],
      { requirement: 'b' },
      EXIT.notConformant,
      '1 passed, 1 failed, 0 skipped; requirements 1 of 5',
    ],
    [
      'of one level',
      ['good'],
      { level: 'interpreted' },
      EXIT.conformant,
      '1 passed, 0 failed, 0 skipped; requirements 1 of 5',
    ],
  ];
  it.each(rows)('%s', async (_name, files, change, exitCode, counts) => {
    const io = recordedIo();
    const parts = fakeParts(...files);
    expect(await judge(options(change), parts, io)).toBe(exitCode);
    expect(lastLine(io.said.out)).toBe(`conformance: ${counts} covered`);
    expect((await report()).ending.exitCode).toBe(exitCode);
    expect(parts.closed.times).toBe(1);
    expect(io.interrupts.size).toBe(0);
  });
});

describe('a baseline', () => {
  const baseline = async (text: string): Promise<string> => {
    const path = join(directory, 'known.yaml');
    await writeFile(path, text);
    return path;
  };

  it('accepts what it knows', async () => {
    const known = await baseline('knownFailures: [{test: ivr/bad, reason: ticket 7}]');
    const io = recordedIo();
    expect(await judge(options({ baseline: known, area: 'ivr' }), fakeParts('mixed'), io)).toBe(EXIT.conformant);
    expect(io.said.out).toContain('as the baseline expects');
  });

  it('of several files is what all of them know', async () => {
    const first = await baseline('knownFailures: []');
    const second = join(directory, 'more.yaml');
    await writeFile(second, 'knownFailures: [{test: ivr/bad, reason: ticket 7}]');
    const both = options({ baseline: `${first},${second}`, area: 'ivr' });
    expect(await judge(both, fakeParts('mixed'), recordedIo())).toBe(EXIT.conformant);
  });

  it('of one file may have a comma in its path', async () => {
    const known = join(directory, 'known, and accepted.yaml');
    await writeFile(known, 'knownFailures: [{test: ivr/bad, reason: ticket 7}]');
    const one = options({ baseline: known, area: 'ivr' });
    expect(await judge(one, fakeParts('mixed'), recordedIo())).toBe(EXIT.conformant);
  });

  it('that knows of a test which passes is stale', async () => {
    const known = await baseline('knownFailures: [{test: session/first, reason: ticket 7}]');
    const io = recordedIo();
    expect(await judge(options({ baseline: known }), fakeParts('good'), io)).toBe(EXIT.staleBaseline);
    expect(io.said.out).toContain('session/first passes now');
  });

  it.each([
    ['not YAML', 'a: [', /known\.yaml cannot be read as a baseline/],
    ['another form', 'tests: []', /known\.yaml is no baseline: it must hold a list/],
  ])('is refused: %s', async (_name, text, message) => {
    const known = await baseline(text);
    await expect(judge(options({ baseline: known }), fakeParts('good'), recordedIo())).rejects.toThrow(message);
  });

  it('that is not there is refused', async () => {
    const missing = join(directory, 'nope.yaml');
    await expect(judge(options({ baseline: missing }), fakeParts('good'), recordedIo())).rejects.toMatchObject({
      code: 'bad-baseline',
      exitCode: EXIT.settings,
    });
  });
});

describe('a report that cannot be written', () => {
  it('is told before the target is opened', async () => {
    await writeFile(join(directory, 'file'), '');
    const place = join(directory, 'file', 'report');
    const parts = fakeParts('good');
    let opened = 0;
    const open = (file: string | undefined) => {
      opened += 1;
      return parts.open(file);
    };
    await expect(judge(options({ report: place }), { ...parts, open }, recordedIo())).rejects.toThrow(
      `the report cannot be written to ${place}: a part of the path is a file; name another folder with --report.`,
    );
    expect(opened).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')('is told of a folder that takes none', async () => {
    const place = '/proc/mediaservice-report';
    await expect(judge(options({ report: place }), fakeParts('good'), recordedIo())).rejects.toThrow(
      `the report cannot be written to ${place}: there is no such file or folder; name another folder with --report.`,
    );
  });

  it('any more when the run has begun ends with 4 and a sentence, and the results are told all the same', async () => {
    const io = recordedIo();
    const place = join(directory, 'file');
    const parts = fakeParts('good');
    const open = async (file: string | undefined) => {
      await rm(place, { recursive: true });
      await writeFile(place, '');
      return parts.open(file);
    };
    expect(await judge(options({ report: place }), { ...parts, open }, io)).toBe(EXIT.harnessError);
    expect(io.said.out).toContain(`the report cannot be written to ${place}: a part of the path is a file`);
    expect(lastLine(io.said.out)).toContain('2 passed, 0 failed');
  });
});

it.skipIf(process.platform !== 'linux')('a bundle for which there is no room is told by its own name', async () => {
  const pack = join(directory, 'full.tar.gz');
  await symlink('/dev/full', pack);
  const io = recordedIo();
  expect(await judge(options({ pack }), fakeParts('good'), io)).toBe(EXIT.harnessError);
  expect(io.said.out).toContain(`the bundle cannot be packed into ${pack}: the disk is full`);
  expect(io.said.out).not.toContain('the report cannot be written');
});

describe('before anything starts', () => {
  const opened = async (change: Partial<JudgeOptions>, parts = fakeParts('good')) => {
    const result = judge(options(change), parts, recordedIo());
    await expect(result).rejects.toMatchObject({ name: 'SettingsError', exitCode: EXIT.settings });
    expect(parts.closed.times).toBe(0);
    return result.catch((error: Error) => error.message);
  };
  it('an unknown requirement is refused', async () => {
    expect(await opened({ requirement: 'zz' })).toMatch(/no requirement zz/);
  });
  it('a report folder with evidence of somebody else is refused, and kept', async () => {
    const file = join(directory, 'report', 'evidence', 'case-file.txt');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'mine');
    expect(await opened({})).toMatch(/has files that no run has written/);
    expect(await readFile(file, 'utf8')).toBe('mine');
  });
  it('a place for the packed bundle that there is not is refused', async () => {
    expect(await opened({ pack: join(directory, 'nowhere', 'x.tar.gz') })).toMatch(/nowhere is not there/);
    expect(await opened({ pack: directory })).toMatch(/it is a folder/);
  });
  it.each([
    ['--pack', 'pack', 'evidence/bundle.tar.gz'],
    ['--ndjson', 'ndjson', 'evidence/events.ndjson'],
    ['--ndjson', 'ndjson', 'report.json'],
    ['--write-baseline', 'writeBaseline', 'manifest.json'],
  ] as const)('%s (%s) is refused for %s, which the run writes itself', async (option, name, file) => {
    const place = join(directory, 'report', file);
    expect(await opened({ [name]: place })).toBe(
      `${option} ${place} is where the run writes its report and its evidence; name another file.`,
    );
  });
  it('a machine without SIPp and container engine is refused', async () => {
    const nothing = { sipp: async () => undefined, engine: async () => undefined };
    expect(await opened({}, { ...fakeParts('good'), machine: nothing })).toMatch(/Neither SIPp nor a container engine/);
  });
});

describe('Ctrl-C', () => {
  it('while the target starts ends with 3, and no talk of the target', async () => {
    const io = recordedIo();
    const open = async () => {
      for (const press of io.interrupts) press();
      throw new Error('the target ended by SIGKILL');
    };
    expect(await judge(options(), { ...fakeParts('good'), open }, io)).toBe(EXIT.incomplete);
    expect(io.said.err).toMatch(/stopped before anything was judged\n$/);
  });

  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  interface Running {
    readonly child: ChildProcess;
    text(): string;
    /** Resolves when the process has written this, or has ended. */
    wrote(words: string): Promise<void>;
  }

  const begin = (): Running => {
    const script = fileURLToPath(new URL('testing/interruptible.ts', import.meta.url));
    const started = spawn(process.execPath, [script, join(directory, 'report')], { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let text = '';
    const news = new EventTarget();
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        news.dispatchEvent(new Event('news'));
      });
    }
    const ended = once(started, 'close');
    const wrote = async (words: string) => {
      while (!text.includes(words) && started.exitCode === null) await Promise.race([once(news, 'news'), ended]);
    };
    return { child: started, text: () => text, wrote };
  };

  it('keeps what ran: the report is written and the exit code is 3', async () => {
    const run = begin();
    await run.wrote('✓ session/done');
    run.child.kill('SIGINT');
    const [exitCode] = await once(run.child, 'close');
    expect(exitCode).toBe(EXIT.incomplete);
    expect(lastLine(run.text())).toBe('conformance: 1 passed, 0 failed, 1 skipped; requirements 1 of 5 covered');
    const written = await report();
    expect(written.ending).toMatchObject({ interrupted: true, exitCode: EXIT.incomplete });
    expect(written.tests.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['session/done', 'pass'],
      ['session/endless', 'not-run'],
    ]);
  });

  it('pressed twice ends at once', async () => {
    const run = begin();
    await run.wrote('✓ session/done');
    run.child.kill('SIGINT');
    await run.wrote('once more ends at once');
    const before = performance.now();
    run.child.kill('SIGINT');
    const [exitCode] = await once(run.child, 'close');
    expect(exitCode).toBe(EXIT.incomplete);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(run.text()).not.toContain('conformance: ');
  });
});
