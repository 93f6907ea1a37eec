/**
 * The manifest of a bundle. `manifest.sha256` lists every file with its SHA-256 in the form of sha256sum(1), sorted;
 * `manifest.json` has the SHA-256 of that list and what the run says of itself; `manifest.sig` is the Ed25519 signature of
 * manifest.json. All three can be checked without this program.
 */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Report } from '../../report/model.ts';

export const LIST = 'manifest.sha256';
export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';
const own = new Set<string>([LIST, MANIFEST, SIGNATURE]);

export interface Manifest {
  readonly formatVersion: 1;
  /** SHA-256 of manifest.sha256, hexadecimal: whoever knows it knows the whole bundle. */
  readonly root: string;
  readonly files: number;
  readonly tool: Report['tool'];
  readonly catalogue: string;
  readonly target: string;
  readonly startedAt: string;
  readonly exitCode: number;
  /** By test. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** What a target wrote that the suite has started is kept when it is stopped, and that is after everything is sealed. */
const isLogOfTarget = (path: string): boolean => /^evidence\/[^/]+\.log$/.test(path);

/** Paths of all files of a bundle, sorted, with slashes. Folders that are bundles of their own are left out. */
async function filesOf(directory: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(directory, below), { withFileTypes: true });
  if (below !== '' && entries.some(({ name }) => name === MANIFEST)) return [];
  const found: string[] = [];
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesOf(directory, path)));
    else if (entry.isFile() && !own.has(path) && !isLogOfTarget(path) && !entry.name.startsWith('.')) found.push(path);
  }
  return found.toSorted();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Lists and hashes everything that is in the directory now, and signs it where there is a key. */
export async function seal(
  directory: string,
  about: Omit<Manifest, 'formatVersion' | 'root' | 'files'>,
  key?: KeyObject,
): Promise<Manifest> {
  const paths = await filesOf(directory);
  const lines: string[] = [];
  for (const path of paths) lines.push(`${await hashOf(join(directory, path))}  ${path}\n`);
  const list = lines.join('');
  const root = createHash('sha256').update(list).digest('hex');
  const manifest: Manifest = { ...about, formatVersion: 1, root, files: paths.length };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await rm(join(directory, SIGNATURE), { force: true });
  await writeFile(join(directory, LIST), list);
  await writeFile(join(directory, MANIFEST), text);
  if (key !== undefined) await writeFile(join(directory, SIGNATURE), sign(null, text, key));
  return manifest;
}

/** What is wrong with a bundle, in a sentence that names the first file; undefined: nothing. */
export async function broken(directory: string, key?: KeyObject): Promise<string | undefined> {
  const text = await readFile(join(directory, MANIFEST));
  const manifest = JSON.parse(text.toString('utf8')) as Manifest;
  const signature = await readFile(join(directory, SIGNATURE)).catch(() => undefined);
  if (key !== undefined && signature === undefined) return `The bundle is not signed: it has no ${SIGNATURE}`;
  if (key !== undefined && signature !== undefined && !verify(null, text, key, signature))
    return `${MANIFEST} is not what was signed with this key`;
  const list = await readFile(join(directory, LIST), 'utf8').catch(() => '');
  if (createHash('sha256').update(list).digest('hex') !== manifest.root)
    return `${LIST} has changed: its SHA-256 is not the root that ${MANIFEST} has`;
  const listed = new Map(
    list.split('\n').flatMap((line) => (line === '' ? [] : [[line.slice(66), line.slice(0, 64)]])),
  );
  for (const [path, hash] of listed) {
    if (path.split('/').includes('..')) return `${LIST} names ${path}, which is outside of the bundle`;
    const now = await hashOf(join(directory, path)).catch(() => undefined);
    if (now === undefined) return `${path} is missing`;
    if (now !== hash) return `${path} has changed`;
  }
  const added = (await filesOf(directory)).find((path) => path.startsWith('evidence/') && !listed.has(path));
  return added === undefined ? undefined : `${added} was added later`;
}

/** Paths of the files that the list names. */
export async function pathsOf(directory: string): Promise<string[]> {
  const list = await readFile(join(directory, LIST), 'utf8');
  return list.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(66)]));
}

export async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as Manifest;
}
