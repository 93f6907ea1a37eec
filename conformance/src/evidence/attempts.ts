/** Where the evidence of a scenario lies that was asked again: each attempt before the last one has a folder beside it. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Folder of an attempt that another one followed, relative to the directory of all evidence. Attempts count from 1. */
export const attemptFolder = (id: string, attempt: number): string => `${id}.attempt-${attempt}`;

/** Puts the evidence of an attempt out of the way of the next one. False: it cannot be, so that there must be no next one. */
export async function setAside(directory: string, id: string, attempt: number): Promise<boolean> {
  const place = join(directory, attemptFolder(id, attempt));
  try {
    await rm(place, { recursive: true, force: true });
    await rename(join(directory, id), place);
    return true;
  } catch {
    return false;
  }
}

/** Whether an attempt was followed by another one: it left a file then. Files that no run has written are told by the manifest, folders are not. */
export async function wasFollowed(directory: string, id: string, attempt: number): Promise<boolean> {
  const place = join(directory, attemptFolder(id, attempt));
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isFile());
}
