/** Pact files in a folder: written, or held against what they ought to be. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '../drivers/http.ts';
import { fileOf, type Pact } from './types.ts';
import { pactText } from './write.ts';

export async function savePacts(folder: string, pacts: readonly Pact[]): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const pact of pacts) {
    const path = join(folder, fileOf(pact));
    await writeFile(path, await pactText(pact));
    paths.push(path);
  }
  return paths;
}

/** What differs between the files of a folder and these pacts, a sentence each. */
export async function differences(folder: string, pacts: readonly Pact[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pact of pacts) {
    const path = join(folder, fileOf(pact));
    const there = await readFile(path, 'utf8').catch(() => undefined);
    if (there === undefined) found.push(`${path} is missing`);
    else found.push(...changed(there, await pactText(pact)).map((what) => `${path}: ${what}`));
  }
  return found;
}

function changed(there: string, here: string): readonly string[] {
  if (there === here) return [];
  const [old, now] = [byDescription(there), byDescription(here)];
  const told = [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `"${name}" is new`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `"${name}" is gone`),
    ...[...now].filter(([name, text]) => (old.get(name) ?? text) !== text).map(([name]) => `"${name}" is another`),
  ];
  return told.length > 0 ? told : ['it is written in another way'];
}

function byDescription(text: string): ReadonlyMap<string, string> {
  const pact = parseJson(text) as { readonly interactions?: readonly { readonly description?: string }[] } | undefined;
  return new Map((pact?.interactions ?? []).map((one) => [String(one.description), JSON.stringify(one)]));
}
