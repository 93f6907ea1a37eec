import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTarget } from '../target/load.ts';
import { TargetError } from '../target/types.ts';
import { whichTarget } from '../target/which.ts';
import type { JudgeOptions } from './judge.ts';
import { main } from './main.ts';
import { openTarget } from './open.ts';
import type { Commands } from './program.ts';
import { SettingsError } from './settings-error.ts';
import { recordedIo } from './testing/world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'main-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Commands that only write down what they were asked for. */
function listening(answer: () => Promise<number> = async () => 0): Commands & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const note = (name: string) => (options: unknown) => {
    asked.push([name, options]);
    return answer();
  };
  return {
    asked,
    run: note('run'),
    list: note('list'),
    doctor: note('doctor'),
    init: note('init'),
    explain: note('explain'),
    diff: note('diff'),
    selftest: note('selftest'),
    judge: note('judge'),
    pacts: note('pacts'),
    publishPacts: note('publishPacts'),
    verifyApp: note('verifyApp'),
  };
}

describe('the command line', () => {
  const defaults: Partial<JudgeOptions> = { runner: 'auto', report: 'reports/conformance', concurrency: 16 };
  const rows: readonly (readonly [string, readonly string[], unknown])[] = [
    ['run', ['run'], ['run', defaults]],
    [
      'run with everything',
      [
        'run',
        '--target',
        't.yaml',
        '--runner',
        'docker',
        '--filter',
        'x',
        '--area',
        'ivr',
        '--requirement',
        'a,b',
        '--level',
        'documented',
        '--report',
        'r',
        '--concurrency',
        '3',
        '--baseline',
        'b.yaml',
      ],
      [
        'run',
        {
          target: 't.yaml',
          runner: 'docker',
          filter: 'x',
          area: 'ivr',
          requirement: 'a,b',
          level: 'documented',
          report: 'r',
          concurrency: 3,
          baseline: 'b.yaml',
        },
      ],
    ],
    ['list', ['list', '--area', 'dtmf', '--json'], ['list', { area: 'dtmf', json: true }]],
    ['doctor', ['doctor', '--target', 't.yaml'], ['doctor', { target: 't.yaml' }]],
    ['init', ['init'], ['init', { file: 'mediaservice-target.yaml', force: false }]],
    ['init with a file', ['init', 'x.yaml', '--force'], ['init', { file: 'x.yaml', force: true }]],
    ['diff', ['diff', 'a', 'b', '--markdown'], ['diff', { before: 'a', after: 'b', form: 'markdown' }]],
    ['explain', ['explain', '3'], ['explain', { topic: '3', report: 'reports/conformance' }]],
  ];
  it.each(rows)('%s', async (_name, argv, asked) => {
    const commands = listening();
    expect(await main(argv, recordedIo(), commands)).toBe(0);
    expect(commands.asked).toEqual([asked]);
  });

  it.each([
    ['an unknown command', ['bogus'], /unknown command 'bogus'/],
    ['an unknown option', ['run', '--bogus'], /unknown option '--bogus'/],
    ['an unknown runner', ['run', '--runner', 'cloud'], /auto, docker, local/],
    ['no number', ['run', '--concurrency', 'many'], /whole number from 1 to 64/],
    ['too small a number', ['run', '--concurrency', '0'], /whole number from 1 to 64/],
    ['an option without its value', ['run', '--target'], /argument missing/],
    ['no topic', ['explain'], /missing required argument 'topic'/],
    ['a level that a variable was to name', ['run', '--level', ''], /'--level <levels>' has an empty value/],
    ['a requirement of blanks', ['run', '--requirement', ' , '], /'--requirement <slugs>' has an empty value/],
    ['mutants of no area', ['selftest', '--area='], /'--area <names>' has an empty value/],
    ['no folder of contracts', ['pacts', 'publish', '--dir', ''], /'--dir <dir>' has an empty value/],
  ])('refuses %s with exit code 2', async (_name, argv, message) => {
    const io = recordedIo();
    const commands = listening();
    expect(await main(argv, io, commands)).toBe(2);
    expect(io.said.err).toMatch(message);
    expect(commands.asked).toEqual([]);
  });

  it.each([['--help'], ['run --help'], ['list --help'], ['doctor --help'], ['init --help'], ['explain --help']])(
    'helps: %s, with an example',
    async (argv) => {
      const io = recordedIo();
      expect(await main(argv.split(' '), io, listening())).toBe(0);
      expect(io.said.out).toMatch(/\$ mediaservice-conformance \w/);
    },
  );
});

describe('an error', () => {
  const rows: readonly (readonly [string, Error, number, string])[] = [
    [
      'of the settings',
      new SettingsError('port-in-use', 'Port 9 is taken.'),
      2,
      'mediaservice-conformance: Port 9 is taken.\n',
    ],
    ['of the target file', new TargetError('t.yaml:3: wrong'), 2, 'mediaservice-conformance: t.yaml:3: wrong\n'],
    [
      'of the suite',
      new TypeError('x is not a function\nmore'),
      4,
      'mediaservice-conformance: the suite broke: x is not a function\n',
    ],
  ];
  it.each(rows)('%s is one sentence, no stack trace', async (_name, error, exitCode, text) => {
    const io = recordedIo();
    expect(
      await main(
        ['run'],
        io,
        listening(() => Promise.reject(error)),
      ),
    ).toBe(exitCode);
    expect(io.said.err).toBe(text);
  });
});

describe('the real commands', () => {
  it('init writes a target file that can be read, and does not write over it', async () => {
    const file = join(directory, 't.yaml');
    const io = recordedIo();
    expect(await main(['init', file], io)).toBe(0);
    const target = await loadTarget(file, { TARGET_SECRET: 's' });
    expect(target.credentials).toEqual({ kind: 'hs256', secret: 's' });
    expect(target.capabilities).toEqual(['core', 'media', 'ivr']);
    await writeFile(file, 'mine');
    expect(await main(['init', file], io)).toBe(2);
    expect(io.said.err).toContain(`${file} is there already; --force writes over it.`);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await main(['init', file, '--force'], io)).toBe(0);
    expect(await readFile(file, 'utf8')).not.toBe('mine');
  });

  it('init writes a file that stands for the embedded server until its owner takes a line out', async () => {
    const file = join(directory, 't.yaml');
    const io = recordedIo();
    await main(['init', file], io);
    expect(io.said.out).toContain(`See it judged: mediaservice-conformance run --target ${file}\n`);
    expect(await whichTarget(file, directory)).not.toHaveProperty('file');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^embedded: true$/m, ''));
    expect(await whichTarget(file, directory)).toEqual({ file });
  });

  it('init started by npx tells to start it by npx', async () => {
    const io = { ...recordedIo(), env: { npm_command: 'exec' } };
    await main(['init', join(directory, 't.yaml')], io);
    expect(io.said.out).toContain('See it judged: npx mediaservice-conformance run');
  });

  it('init says that a place cannot be written', async () => {
    const io = recordedIo();
    expect(await main(['init', join(directory, 'no', 'such', 'x.yaml')], io)).toBe(2);
    expect(io.said.err).toMatch(/cannot be written: there is no such folder\.\n$/);
  });

  it('doctor says what is wrong with a target file, and how to set it right', async () => {
    const file = join(directory, 't.yaml');
    await writeFile(file, 'name: x\n');
    const io = recordedIo();
    expect(await main(['doctor', '--target', file], io)).toBe(2);
    expect(io.said.out).toMatch(/✗ target file .*needs "/);
    expect(io.said.err).toBe('');
  });

  it('openTarget refuses a target whose callbacks would reach another program', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const file = join(directory, 't.yaml');
    await main(['init', file], recordedIo());
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(':9080', `:${address.port}`));
    const opening = openTarget(file, { TARGET_SECRET: 's' });
    await expect(opening).rejects.toMatchObject({ name: 'SettingsError', code: 'port-in-use' });
    await expect(opening).rejects.toThrow(/another program listens there/);
    other.close();
  });

  it('list knows several areas, and refuses one that there is not', async () => {
    const io = recordedIo();
    expect(await main(['list', '--area', 'newcall, dtmf'], io)).toBe(0);
    expect(io.said.out).toMatch(/^dtmf {2}.*^newcall {2}/ms);
    expect(await main(['list', '--area', 'newcall,nowhere'], io)).toBe(2);
    expect(io.said.err).toMatch(/There is no area nowhere in the catalogue; it has .*\bnewcall\b/);
  }, 30_000);

  it.each(['run', 'selftest'])('%s says how large a count may be', async (command) => {
    const io = recordedIo();
    await main([command, '--help'], io);
    expect(io.said.out.replace(/\s+/g, ' ')).toMatch(/, at most 64( times)?[, ]/);
  });

  it.each([
    ['diff a', '(mediaservice-conformance diff --help shows what it takes)'],
    ['run --target', '(mediaservice-conformance run --help shows what it takes)'],
    ['rnu', '(mediaservice-conformance --help shows what there is)'],
    ['explain inconclusiv', 'Was inconclusive meant?'],
    ['judge nope', 'nope cannot be opened: there is no such file or folder.'],
  ])(
    '%s says where to look',
    async (argv, hint) => {
      const io = recordedIo();
      expect(await main(argv.split(' '), io)).toBe(2);
      expect(io.said.err.trimEnd().endsWith(hint)).toBe(true);
    },
    30_000,
  );

  it('judge says of a folder without a manifest, and of a file that is no bundle, what it is', async () => {
    const io = recordedIo();
    const file = join(directory, 'x.tar.gz');
    await writeFile(file, 'no bundle');
    expect(await main(['judge', directory], io)).toBe(2);
    expect(await main(['judge', file], io)).toBe(2);
    expect(io.said.err).toMatch(
      /main-\w+ is no bundle: it has no manifest\.json\.\n.*x\.tar\.gz cannot be opened: it is no tar\.gz\.\n$/,
    );
  });

  it('run leaves a report as it is when it is told to write its events there', async () => {
    const file = join(directory, 'report.json');
    await writeFile(file, 'the last run');
    const io = recordedIo();
    expect(await main(['run', '--report', directory, '--ndjson', file], io)).toBe(2);
    expect(io.said.err).toContain(`--ndjson ${file} is where the run writes its report`);
    expect(await readFile(file, 'utf8')).toBe('the last run');
  });

  it('openTarget refuses a target that is not there', async () => {
    await expect(openTarget(join(directory, 'nope.yaml'), {})).rejects.toBeInstanceOf(TargetError);
  });
});
