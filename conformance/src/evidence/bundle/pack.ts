import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, extract, list } from 'tar';
import { why } from '../../why.ts';
import { Damaged } from './damaged.ts';
import { LIST, MANIFEST, pathsOf, SIGNATURE } from './manifest.ts';

/** Packs a sealed bundle, and nothing that its manifest does not list, into a tar.gz that is the same for the same bundle. */
export async function pack(directory: string, file: string): Promise<void> {
  const signed = await stat(join(directory, SIGNATURE)).then(
    () => [SIGNATURE],
    () => [],
  );
  const paths = [MANIFEST, LIST, ...signed, ...(await pathsOf(directory))];
  await create({ gzip: true, portable: true, noMtime: true, cwd: directory, file }, paths);
}

/**
 * A bundle as a folder, whichever way it came; `close` takes away what was unpacked.
 * @throws {Damaged} it looks like a packed one, and cannot be unpacked.
 */
export async function opened(bundle: string): Promise<{ readonly directory: string; close(): Promise<void> }> {
  if ((await stat(bundle)).isDirectory()) return { directory: bundle, close: async () => {} };
  await readable(bundle);
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-bundle-'));
  const close = () => rm(directory, { recursive: true, force: true });
  try {
    await extract({ file: bundle, cwd: directory, strict: true });
    return { directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Reads it to its end before anything is unpacked: what was unpacked of half a one would still be written while it is taken away.
 * @throws {Damaged} it begins as gzip or tar, and is none to its end; whatever else the cause is.
 */
async function readable(file: string): Promise<void> {
  try {
    await list({ file, strict: true });
  } catch (cause) {
    const ofTheSystem = cause instanceof Error && 'errno' in cause && 'syscall' in cause;
    if (ofTheSystem || !(await looksPacked(file))) throw cause;
    throw new Damaged(why(cause), { cause });
  }
}

/** By the first two octets of gzip (RFC 1952 2.3.1), or by the magic in the first header of a tar. */
async function looksPacked(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.readUInt16BE(0) === 0x1f8b || buffer.toString('latin1', 257, 262) === 'ustar';
  } finally {
    await handle.close();
  }
}
