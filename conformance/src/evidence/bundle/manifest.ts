/**
 * The manifest of a bundle. `manifest.sha256` lists every file that the run wrote with its SHA-256 in the form of sha256sum(1), sorted;
 * `manifest.json` has the SHA-256 of that list and what the run says of itself; `manifest.sig` is the Ed25519 signature of
 * manifest.json. All three can be checked without this program.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Report } from '../../report/model.ts';
import { EVIDENCE, REPORT_FILES } from '../../report/names.ts';
import { Damaged } from './damaged.ts';

export const LIST = 'manifest.sha256';
export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';

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
  /** The public key of who signed it (SPKI, base64): that the signature is whole is seen without being told whose it is. */
  readonly signedBy?: string;
}

/** What the one who seals a bundle says of it. */
export type About = Omit<Manifest, 'formatVersion' | 'root' | 'files' | 'signedBy'>;

/** All that is said of a run is in its report. `catalogue`: of the run's facts. */
export const aboutOf = (report: Report, catalogue: string): About => ({
  tool: report.tool,
  catalogue,
  target: report.target.name,
  startedAt: report.startedAt,
  exitCode: report.ending.exitCode,
  verdicts: Object.fromEntries(report.tests.map(({ id, verdict }) => [id, verdict])),
});

const written = (manifest: Manifest): Buffer => Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);

/** Whether the manifest says of the run what its files say. */
export function speaksOf({ formatVersion, root, files, signedBy, ...said }: Manifest, about: About): boolean {
  return JSON.stringify(said) === JSON.stringify(about);
}

/** What a target wrote that the suite has started is kept when it is stopped, and that is after everything is sealed. */
const isLogOfTarget = (path: string): boolean => /^evidence\/[^/]+\.log$/.test(path);

/**
 * Paths of all files of a bundle, sorted, with slashes: what the run itself wrote. Whatever else lies in the folder may be
 * anything, a private key too, and is not handed on.
 */
async function filesOf(directory: string): Promise<readonly string[]> {
  const beside = await readdir(directory, { withFileTypes: true });
  const written = beside.filter((entry) => entry.isFile() && REPORT_FILES.includes(entry.name)).map(({ name }) => name);
  const evidence = (await evidenceIn(directory)).filter(({ isFile }) => isFile).map(({ path }) => path);
  return [...written, ...evidence].toSorted();
}

/** All that is in a bundle's folder of evidence but folders, and what is no part of the bundle. */
async function evidenceIn(directory: string): Promise<readonly { readonly path: string; readonly isFile: boolean }[]> {
  const entries = await readdir(join(directory, EVIDENCE), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({
      path: relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'),
      isFile: entry.isFile(),
    }))
    .filter(({ path }) => !isLogOfTarget(path));
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Lists and hashes all that the run has written into the directory, and signs it where there is a key. */
export async function seal(directory: string, about: About, key?: KeyObject): Promise<Manifest> {
  const paths = await filesOf(directory);
  const lines: string[] = [];
  for (const path of paths) lines.push(`${await hashOf(join(directory, path))}  ${path}\n`);
  const list = lines.join('');
  const root = createHash('sha256').update(list).digest('hex');
  const signedBy = key === undefined ? {} : { signedBy: nameOf(createPublicKey(key)) };
  const manifest: Manifest = { ...about, formatVersion: 1, root, files: paths.length, ...signedBy };
  const text = written(manifest);
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
  const signed = signatureFault(text, manifest, signature, key);
  if (signed !== undefined) return signed;
  if (manifest.formatVersion !== 1) return `${MANIFEST} has a form that this version does not know`;
  if (!written(manifest).equals(text)) return `${MANIFEST} has changed: it is not written as it was`;
  const list = await readFile(join(directory, LIST), 'utf8').catch(() => '');
  if (createHash('sha256').update(list).digest('hex') !== manifest.root)
    return `${LIST} has changed: its SHA-256 is not the root that ${MANIFEST} has`;
  const listed = new Map(
    list.split('\n').flatMap((line) => (line === '' ? [] : [[line.slice(66), line.slice(0, 64)]])),
  );
  if (manifest.files !== listed.size) return `${MANIFEST} has changed: it speaks of ${manifest.files} files`;
  for (const [path, hash] of listed) {
    if (path.split('/').includes('..')) return `${LIST} names ${path}, which is outside of the bundle`;
    const now = await hashOf(join(directory, path)).catch(() => undefined);
    if (now === undefined) return `${path} is missing`;
    if (now !== hash) return `${path} has changed`;
  }
  const added = (await evidenceIn(directory)).map(({ path }) => path).find((path) => !listed.has(path));
  return added === undefined ? undefined : `${added} was added later`;
}

const nameOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64');

/** What is wrong with the signature; `key`: whose it must be. */
function signatureFault(
  text: Buffer,
  { signedBy }: Manifest,
  signature: Buffer | undefined,
  key: KeyObject | undefined,
): string | undefined {
  if (signature === undefined) {
    if (key === undefined && signedBy === undefined) return undefined;
    return `The bundle is not signed: it has no ${SIGNATURE}`;
  }
  if (key !== undefined)
    return verify(null, text, key, signature) ? undefined : `${MANIFEST} is not what was signed with this key`;
  if (signedBy === undefined) return `${SIGNATURE} is there, and ${MANIFEST} does not say by whom`;
  return verifies(text, signedBy, signature)
    ? undefined
    : `${MANIFEST} is not what was signed, or ${SIGNATURE} has changed`;
}

function verifies(text: Buffer, signedBy: string, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(signedBy, 'base64'), type: 'spki', format: 'der' });
    return nameOf(key) === signedBy && verify(null, text, key, signature);
  } catch {
    return false;
  }
}

/** Paths of the files that the list names. */
export async function pathsOf(directory: string): Promise<string[]> {
  const list = await readFile(join(directory, LIST), 'utf8');
  return list.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(66)]));
}

/** @throws {Damaged} what stands there is no manifest, and none that was changed in its values alone. */
export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, MANIFEST), 'utf8');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Damaged(`${MANIFEST} is no JSON`, { cause });
  }
  if (typeof content !== 'object' || content === null) throw new Damaged(`${MANIFEST} is no object`);
  return content as Manifest;
}
