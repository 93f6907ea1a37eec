import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pacts, publishPacts } from './pacts.ts';
import { program } from './program.ts';
import { fakeParts, recordedIo } from './testing/world.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaservice-publish-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program of a broker that says how it was called, and ends with 7. */
async function installed(name: string): Promise<void> {
  const text = `#!${process.execPath}\nconsole.log(${JSON.stringify(name)}, ...process.argv.slice(2), process.env.PACT_BROKER_TOKEN);process.exitCode = 7;\n`;
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
}

const world = () => {
  const io = recordedIo();
  return { ...io, env: { PATH: [folder, dirname(process.execPath)].join(delimiter), PACT_BROKER_TOKEN: 'secret' } };
};

describe('pacts', () => {
  it('that is stopped while the target starts ends with 3, and no talk of the target', async () => {
    const io = recordedIo();
    const open = async () => {
      for (const press of io.interrupts) press();
      throw new Error('the target ended by SIGKILL');
    };
    const options = { runner: 'auto', out: folder } as const;
    expect(await pacts(options, { ...fakeParts(), open }, io)).toBe(3);
    expect(io.said.err).toMatch(/stopped: nothing is written\n$/);
    expect(io.interrupts.size).toBe(0);
  });

  it('whose target does not start says why', async () => {
    const io = recordedIo();
    const open = () => Promise.reject(new Error('the target ended with code 2'));
    const options = { runner: 'auto', out: folder } as const;
    await expect(pacts(options, { ...fakeParts(), open }, io)).rejects.toThrow(/ended with code 2/);
    expect(io.interrupts.size).toBe(0);
  });
});

describe('pacts publish', () => {
  it.each([
    ['pact-broker-cli', 'pact-broker-cli publish pacts --broker-base-url http://b.example secret\n'],
    ['pact', 'pact broker publish pacts --broker-base-url http://b.example secret\n'],
    ['pact-broker', 'pact-broker publish pacts --broker-base-url http://b.example secret\n'],
  ])('calls %s with what it was given, and ends as it does', async (name, said) => {
    await installed(name);
    const io = world();
    const handedOn = ['--broker-base-url', 'http://b.example'];
    expect(await publishPacts({ dir: 'pacts', handedOn }, io)).toBe(7);
    expect(io.said.out).toBe(said);
  });

  it('takes the newest of those that are installed', async () => {
    await Promise.all([installed('pact-broker'), installed('pact-broker-cli')]);
    const io = world();
    await publishPacts({ dir: 'pacts', handedOn: [] }, io);
    expect(io.said.out).toMatch(/^pact-broker-cli /);
  });

  it('says what to install where there is none', async () => {
    const work = publishPacts({ dir: 'pacts', handedOn: [] }, { ...world(), env: { PATH: folder } });
    await expect(work).rejects.toMatchObject({
      code: 'no-broker-program',
      exitCode: 2,
      message: expect.stringContaining('install pact-broker-cli'),
    });
  });
});

describe('the verbs of contracts', () => {
  const asked: unknown[] = [];
  const note = (name: string) => async (options: unknown) => {
    asked.push([name, options]);
    return 0;
  };
  const names = ['run', 'list', 'doctor', 'init', 'explain', 'selftest', 'pacts', 'publishPacts', 'verifyApp'];
  const commands = Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as Parameters<
    typeof program
  >[0];

  it.each<[line: string, unknown]>([
    ['pacts', ['pacts', { runner: 'auto', out: 'pacts' }]],
    [
      'pacts --check --out spec/pacts --target t.yaml --runner local',
      ['pacts', { runner: 'local', out: 'spec/pacts', check: true, target: 't.yaml' }],
    ],
    [
      'pacts publish --dir a -- --broker-base-url http://b.example --auto-detect-version-properties',
      [
        'publishPacts',
        { dir: 'a', handedOn: ['--broker-base-url', 'http://b.example', '--auto-detect-version-properties'] },
      ],
    ],
    [
      'verify-service --target t.yaml',
      ['run', { target: 't.yaml', runner: 'auto', report: 'reports/contracts', area: 'contracts', concurrency: 16 }],
    ],
    ['verify-app --url http://a.example', ['verifyApp', { url: 'http://a.example', timeout: 5 }]],
    [
      'verify-app --url http://a.example --callbacks newCall --alarm-url http://b.example --contract p.json --timeout 2.5 --json --junit j.xml',
      [
        'verifyApp',
        {
          url: 'http://a.example',
          callbacks: 'newCall',
          alarmUrl: 'http://b.example',
          contract: 'p.json',
          timeout: 2.5,
          json: true,
          junit: 'j.xml',
        },
      ],
    ],
  ])('%s', async (line, expected) => {
    asked.length = 0;
    await program(commands, recordedIo(), () => {}).parseAsync(line.split(' '), { from: 'user' });
    expect(asked).toEqual([expected]);
  });
});
