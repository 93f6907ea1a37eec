import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Package {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const load = (path: string): Package => JSON.parse(read(path));

const files = ['package.json', ...(load('package.json').workspaces ?? []).map((folder) => `${folder}/package.json`)];
const own = new Set(files.map((file) => load(file).name));

/** The lines of a section of docs/dependencies.md: `` - `name`: why ``. */
function explained(file: string): (readonly [name: string, why: string])[] {
  const sections = read('docs/dependencies.md').split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`${file}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('- '));
  return lines.map((line) => {
    const [, name = line, why = ''] = /^- `([^`]+)`: (.+)$/.exec(line) ?? [];
    return [name, why] as const;
  });
}

it.each(files)('docs/dependencies.md says once why each dependency of %s is there', (file) => {
  const { dependencies, devDependencies, optionalDependencies } = load(file);
  const named = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter((name) => !own.has(name))
    .toSorted();
  const lines = explained(file);
  expect(lines.map(([name]) => name).toSorted()).toEqual(named);
  for (const [name, why] of lines) expect(why.length, name).toBeGreaterThan(15);
});
