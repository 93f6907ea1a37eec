import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { differences, savePacts } from './save.ts';
import type { Interaction, Pact } from './types.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaservice-pacts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const one = (description: string, body: unknown = { a: 1 }): Interaction => ({
  ...{ description, states: [], requirements: [] },
  request: { path: '/x', headers: {}, body: { value: body, rules: {} } },
  response: { status: '2xx' },
});
const pact = (...interactions: readonly Interaction[]): Pact => ({ consumer: 'a', provider: 'b', interactions });

it('writes pacts of specification 4 in the order given, the same each time', async () => {
  const [path = ''] = await savePacts(folder, [pact(one('second'), one('first'))]);
  const written = await readFile(path, 'utf8');
  const { interactions, metadata } = JSON.parse(written);
  expect(interactions.map(({ description }: Interaction) => description)).toEqual(['second', 'first']);
  expect(metadata).toEqual({ pactSpecification: { version: '4.0' } });
  await savePacts(folder, [pact(one('second'), one('first'))]);
  expect(await readFile(path, 'utf8')).toBe(written);
});

it.each<[string, Pact, readonly RegExp[]]>([
  ['nothing', pact(one('x'), one('y')), []],
  ['a new one', pact(one('x'), one('y'), one('z')), [/"z" is new$/]],
  ['one that is gone', pact(one('x')), [/"y" is gone$/]],
  ['another one', pact(one('x'), one('y', { a: 'text' })), [/"y" is another$/]],
])('tells what differs: %s', async (_, now, expected) => {
  await savePacts(folder, [pact(one('x'), one('y'))]);
  const found = await differences(folder, [now]);
  expect(found).toHaveLength(expected.length);
  expected.forEach((words, i) => {
    expect(found[i]).toMatch(words);
  });
});

it('tells that a file is missing, or written by somebody else', async () => {
  expect(await differences(folder, [pact(one('x'))])).toEqual([`${join(folder, 'a-b.json')} is missing`]);
  const [path = ''] = await savePacts(folder, [pact(one('x'))]);
  await writeFile(path, `${await readFile(path, 'utf8')}\n`);
  expect(await differences(folder, [pact(one('x'))])).toEqual([`${path}: it is written in another way`]);
});
