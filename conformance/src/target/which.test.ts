import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TARGET_FILE, whichTarget } from './which.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'which-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const MINE = 'name: mine\n';
const COMES_ALONG = 'embedded: true\nname: mine\n';
const BROKEN = 'a: [\n';
/** In `directory` lies a file with `here`, and besides `other.yaml` with `there`; `file` is what is read, by its last name. */
interface Row {
  readonly what: string;
  readonly here?: string;
  readonly there?: string;
  readonly named?: string;
  readonly file?: string;
  readonly told?: RegExp;
}

it.each<Row>([
  { what: 'nothing here and nothing named: the embedded one, without a word' },
  { what: 'the file of init is found', here: MINE, file: TARGET_FILE, told: /the one of mediaservice-target\.yaml/ },
  { what: 'the file of init as it was written', here: COMES_ALONG, told: /says embedded: true/ },
  {
    what: 'one that is no YAML is read, so that its fault is told',
    here: BROKEN,
    file: TARGET_FILE,
    told: /the one of/,
  },
  {
    what: 'embedded: false is as if it were not there',
    here: 'embedded: false\n',
    file: TARGET_FILE,
    told: /the one of/,
  },
  { what: 'a named file goes before the one here', here: MINE, there: MINE, named: 'other.yaml', file: 'other.yaml' },
  { what: 'a named file may say embedded too', there: COMES_ALONG, named: 'other.yaml', told: /other\.yaml says/ },
  { what: 'a named file that is not there is asked for', here: MINE, named: 'nope.yaml', file: 'nope.yaml' },
  { what: 'embedded by name, whatever lies here', here: MINE, named: 'embedded' },
])('$what', async ({ here, there, named, file, told }) => {
  if (here !== undefined) await writeFile(join(directory, TARGET_FILE), here);
  if (there !== undefined) await writeFile(join(directory, 'other.yaml'), there);
  const wish = named === undefined || named === 'embedded' ? named : join(directory, named);
  const choice = await whichTarget(wish, directory);
  expect(choice.file).toBe(file === undefined ? undefined : join(directory, file));
  if (told === undefined) expect(choice.told).toBeUndefined();
  else expect(choice.told).toMatch(told);
});
