/** Where binaries are kept: in the user's cache folder, one for each recipe and platform. */
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Place {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The user's cache folder as each system has it. */
export function cacheRoot({ platform, env }: Place): string {
  const name = 'mediaservice-load';
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, name, 'cache');
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, name);
  const home = env.HOME || homedir();
  return platform === 'darwin' ? join(home, 'Library', 'Caches', name) : join(home, '.cache', name);
}

/** The binary of a recipe; it need not be there. */
export const binaryPath = (place: Place, key: string): string =>
  join(cacheRoot(place), `${key}-${place.platform}-${place.arch}`, place.platform === 'win32' ? 'k6.exe' : 'k6');

/** Whether a binary is kept; its folder then counts as used now. */
export async function kept(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size === 0) return false;
  const now = new Date();
  await utimes(join(path, '..'), now, now).catch(() => undefined);
  return true;
}

const most = 5;

/** Removes the folders that were used longest ago; a binary has some 60 MB. */
export async function prune(place: Place): Promise<void> {
  const root = cacheRoot(place);
  const names = await readdir(root).catch(() => []);
  const folders = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(root, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  for (const { name } of folders.sort((a, b) => b.used - a.used).slice(most))
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
}

export const makeFolder = (path: string): Promise<string | undefined> => mkdir(path, { recursive: true });
