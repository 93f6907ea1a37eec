import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completion, SHELLS } from './completion.ts';
import { main } from './main.ts';
import { recordedIo } from './testing/world.ts';
import { WordsOption } from './words-option.ts';

/** A tree with everything that completion has to know: choices, files, and a command below a command. */
function tree(): Command {
  const root = new Command('tool').version('1').description('a tool');
  root
    .command('run')
    .description("run what there is, and don't stop")
    .addOption(new Option('--runner <kind>', 'where: here, there').choices(['auto', 'local']))
    .option('--target <file>', 'target file')
    .addOption(new WordsOption('--area <names>', 'which areas', () => ['north', 'south', 'east-end']))
    .addOption(new WordsOption('--variant <name>', 'which one', () => ['tall', 'small'], false))
    .option('--patient', 'wait');
  root.command('explain').addArgument(new Argument('<topic>', 'what').choices(['one', 'two']));
  root.command('read').argument('<file>');
  root.command('pacts').command('publish').option('--broker <url>');
  return root;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(folder, 'my-target.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers for the last of these words. */
function offered(script: string, ...words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const ask = `${script}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; COMPREPLY=()
$(complete -p "\${COMP_WORDS[0]}" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['--norc', '-c', ask], { cwd: folder, encoding: 'utf8' });
  return text.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['commands', ['tool', ''], ['run', 'explain', 'read', 'pacts', 'help', '--version', '--help']],
    ['the beginning of a command', ['tool', 'ex'], ['explain']],
    [
      'options of a command',
      ['tool', 'run', '--'],
      ['--runner', '--target', '--area', '--variant', '--patient', '--help'],
    ],
    ['the values of an option', ['tool', 'run', '--runner', ''], ['auto', 'local']],
    ['the values of an option that are only checked later', ['tool', 'run', '--variant', ''], ['small', 'tall']],
    ['the first of several values', ['tool', 'run', '--area', ''], ['east-end', 'north', 'south']],
    ['one more of several values', ['tool', 'run', '--area', 'north,s'], ['north,south']],
    ['a third of several values', ['tool', 'run', '--area', 'north,south,e'], ['north,south,east-end']],
    ['files for an option', ['tool', 'run', '--target', 'my'], ['my-target.yaml']],
    ['an option after a file', ['tool', 'run', '--target', 'x', '--pa'], ['--patient']],
    ['choices of an argument', ['tool', 'explain', 't'], ['two']],
    ['files for an argument', ['tool', 'read', 'my'], ['my-target.yaml']],
    ['a command below a command', ['tool', 'pacts', 'pu'], ['publish']],
    ['options of a command below a command', ['tool', 'pacts', 'publish', '--b'], ['--broker']],
  ])('offers %s', (_name, words, expected) => {
    expect(offered(completion(tree(), 'bash'), ...words).toSorted()).toEqual(expected.toSorted());
  });
});

describe('fish and zsh', () => {
  it('fish: each command and option once, texts quoted', () => {
    const text = completion(tree(), 'fish');
    expect(text).toContain(`-a run -d 'run what there is, and don\\'t stop'`);
    expect(text).toContain(
      `complete -c tool -n '__fish_seen_subcommand_from run' -l runner -x -a 'auto local' -d 'where: here, there'`,
    );
    expect(text.match(/ -l patient /g)).toHaveLength(1);
  });

  it('zsh: choices with what they are, texts quoted', () => {
    const text = completion(tree(), 'zsh');
    expect(text).toMatch(/^#compdef tool\n/);
    expect(text).toContain(`'run:run what there is, and don'\\''t stop'`);
    expect(text).toContain('"run,--runner") compadd -- auto local; return ;;');
  });
});

const installed = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What fish offers for the last word of this line. */
function offeredByFish(script: string, line: string): string[] {
  const text = execFileSync('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`], { encoding: 'utf8' });
  return text.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0] ?? '']));
}

describe.runIf(installed('fish'))('fish itself', () => {
  it.each<[string, string, readonly string[]]>([
    ['the values of an option', 'tool run --runner ', ['auto', 'local']],
    ['the values of an option that are only checked later', 'tool run --variant ', ['small', 'tall']],
    ['the first of several values', 'tool run --area ', ['east-end', 'north', 'south']],
    ['one more of several values', 'tool run --area north,s', ['north,south']],
  ])('offers %s', (_name, line, expected) => {
    expect(offeredByFish(completion(tree(), 'fish'), line).toSorted()).toEqual(expected);
  });
});

describe.runIf(installed('zsh'))('zsh itself', () => {
  /** What its completion would be given for the last of these words: zsh shows it on a terminal only. */
  const handed = (words: string): string =>
    execFileSync(
      'zsh',
      [
        '-fc',
        `compadd() { shift; print -r -- words: "$@" }; _values() { print -r -- several: "$@" }; compdef() { : }
${completion(tree(), 'zsh')}
words=(${words}); CURRENT=$#words; _tool`,
      ],
      { encoding: 'utf8' },
    );
  it.each<[string, string, string]>([
    ['the values of an option', `tool run --runner ''`, 'words: auto local\n'],
    ['the values of an option that are only checked later', `tool run --variant ''`, 'words: small tall\n'],
    ['several values', `tool run --area ''`, 'several: -s , value east-end north south\n'],
  ])('is handed %s', (_name, words, expected) => {
    expect(handed(words)).toBe(expected);
  });
});

it.each(SHELLS)('the program prints the one for %s, with every command in it', async (shell) => {
  const io = recordedIo();
  expect(await main(['completion', shell], io)).toBe(0);
  for (const verb of ['run', 'list', 'diff', 'explain', 'completion']) expect(io.said.out).toContain(verb);
});

it('bash knows the options of the program itself', async () => {
  const io = recordedIo();
  await main(['completion', 'bash'], io);
  expect(offered(io.said.out, 'mediaservice-conformance', 'run', '--runner', '')).toEqual(['auto', 'docker', 'local']);
  expect(offered(io.said.out, 'mediaservice-conformance', 'comp')).toEqual(['completion']);
  const values = (...words: readonly string[]) => offered(io.said.out, 'mediaservice-conformance', ...words);
  expect(values('run', '--profile', 'mon')).toEqual(['monitoring']);
  expect(values('run', '--level', '')).toEqual(['documented', 'extension', 'interpreted']);
  expect(values('run', '--area', 'newcall,dt')).toEqual(['newcall,dtmf']);
  expect(values('run', '--catalogue', '1')).toContain('1.0');
  expect(values('list', '--area', 'newc')).toEqual(['newcall']);
  expect(values('selftest', '--area', 'newc')).toEqual(['newcall']);
  expect(values('selftest', '--variant', 'ch')).toEqual(['chatty']);
  expect(values('verify-app', '--callbacks', 'newCall,newR')).toEqual(['newCall,newRemoteCall']);
});
