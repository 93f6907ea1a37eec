/** Files of prompts on a disk: written aside and whole, and what their faults mean to whoever asked. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from './prompt-store.ts';

/** A file under a name that nobody knows, until it is put where it belongs or given up. */
export interface AsideFile {
  readonly path: string;
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Waits until the disk has it. Nothing can be written afterwards. */
  finish(): Promise<void>;
  /** Leaves nothing behind; safe to call at any time, also twice. */
  remove(): Promise<void>;
}

/** In `directory`, which is made when it is not there. */
export async function createAside(directory: string): Promise<AsideFile> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, randomUUID());
  const file = await open(path, 'wx');
  return {
    path,
    write: (bytes, position) => writeAt(file, bytes, position),
    async finish() {
      // Without this a crash could leave a name with nothing behind it.
      await file.sync();
      await file.close();
    },
    async remove() {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

/** A recording that goes on is written to every second. */
const STALE_MS = 3_600_000;

/** Removes what a server left there that was ended in the middle of its work. Says nothing of its own faults. */
export async function removeStale(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true && Date.now() - found.mtimeMs > STALE_MS) {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** `reading`: then a file that is not there is nothing but that. The message has no path of this machine in it. */
export function diskError(domain: string, name: string, error: unknown, reading: boolean): StorageError {
  const { code } = error as NodeJS.ErrnoException;
  const cause = { cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      if (reading) return new StorageError('PROMPT_NOT_FOUND', `${domain} has no prompt ${name}`, cause);
      break;
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new StorageError('PROMPT_STORAGE_FULL', 'prompt storage is full', cause);
    case 'ENAMETOOLONG':
      return new StorageError('PROMPT_BAD_NAME', 'the name is too long', cause);
    default:
  }
  const what = reading ? 'read' : 'written';
  return new StorageError('PROMPT_STORAGE_FAILED', `prompt storage cannot be ${what} (${reasonOf(code)})`, cause);
}

function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return 'a file and a folder are in each other’s place';
    default:
      return code ?? 'unknown reason';
  }
}
