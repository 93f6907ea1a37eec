import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, extract } from 'tar';
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

/** A bundle as a folder, whichever way it came; `close` takes away what was unpacked. */
export async function opened(bundle: string): Promise<{ readonly directory: string; close(): Promise<void> }> {
  if ((await stat(bundle)).isDirectory()) return { directory: bundle, close: async () => {} };
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
