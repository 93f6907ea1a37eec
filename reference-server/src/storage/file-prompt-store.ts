/** Prompt storage in a directory: one folder for each domain, files written aside and then renamed (D-FILE). */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkDomain, checkName } from './names.ts';
import {
  type PromptStat,
  type PromptStore,
  type PromptWriter,
  StorageError,
  type StoredPrompt,
} from './prompt-store.ts';

export interface FilePromptStoreOptions {
  readonly directory: string;
  /** Largest file, bytes. Default 20 MiB. */
  readonly maxBytes?: number;
}

/** Where files lie until they are whole; no domain can have this name. */
const ASIDE = '.incoming';

export function createFilePromptStore(options: FilePromptStoreOptions): PromptStore {
  const { directory, maxBytes = 20 << 20 } = options;
  const pathOf = (domain: string, name: string): string => {
    checkDomain(domain);
    checkName(name);
    return join(directory, domain, name);
  };

  return {
    stat: (domain, name) => guarded(domain, name, () => statOf(pathOf(domain, name))),

    get: (domain, name) =>
      guarded(domain, name, async (): Promise<StoredPrompt> => {
        const path = pathOf(domain, name);
        // The file may be replaced between the two: then its etag is older than the bytes, and the next reader sees it change.
        const found = await statOf(path);
        if (found.size > maxBytes) throw tooLarge(name, found.size, maxBytes);
        return { ...found, bytes: await readFile(path) };
      }),

    put: (domain, name, bytes) =>
      guarded(domain, name, async () => {
        const path = pathOf(domain, name);
        if (bytes.length > maxBytes) throw tooLarge(name, bytes.length, maxBytes);
        await mkdir(join(directory, ASIDE), { recursive: true });
        await mkdir(join(directory, domain), { recursive: true });
        const aside = join(directory, ASIDE, randomUUID());
        try {
          await writeWhole(aside, bytes);
          await rename(aside, path);
        } catch (error) {
          await rm(aside, { force: true });
          throw error;
        }
        return statOf(path);
      }),

    create: (domain, name) =>
      guarded(domain, name, async (): Promise<PromptWriter> => {
        const path = pathOf(domain, name);
        await mkdir(join(directory, ASIDE), { recursive: true });
        await mkdir(join(directory, domain), { recursive: true });
        const aside = join(directory, ASIDE, randomUUID());
        const file = await open(aside, 'wx');
        const abort = async (): Promise<void> => {
          await file.close().catch(() => undefined);
          await rm(aside, { force: true });
        };
        return {
          write: (bytes, position) => guarded(domain, name, () => writeAt(file, bytes, position)),
          commit: () =>
            guarded(domain, name, async () => {
              try {
                await file.sync();
                await file.close();
                await rename(aside, path);
              } catch (error) {
                await abort();
                throw error;
              }
              return statOf(path);
            }),
          abort,
        };
      }),

    delete: (domain, name) => guarded(domain, name, () => rm(pathOf(domain, name))),
  };
}

async function statOf(path: string): Promise<PromptStat> {
  const found = await stat(path, { bigint: true });
  if (!found.isFile()) throw Object.assign(new Error('not a file'), { code: 'ENOENT' });
  // A rename brings another inode, a write in place another time.
  const etag = [found.ino, found.mtimeNs, found.size].map((part) => part.toString(36)).join('-');
  return { size: Number(found.size), etag, modified: Number(found.mtimeMs) };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    // Without this a crash could leave a name with nothing behind it.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

function tooLarge(name: string, size: number, maxBytes: number): StorageError {
  return new StorageError('PROMPT_TOO_LARGE', `${name} has ${size} bytes; at most ${maxBytes} are stored`);
}

async function guarded<Result>(domain: string, name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StorageError ? error : storageError(domain, name, error);
  }
}

function storageError(domain: string, name: string, error: unknown): StorageError {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StorageError('PROMPT_NOT_FOUND', `${domain} has no prompt ${name}`, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError('PROMPT_STORAGE_FULL', 'prompt storage is full', { cause: error });
    case 'ENAMETOOLONG':
      return new StorageError('PROMPT_BAD_NAME', 'the name is too long', { cause: error });
    default:
      return new StorageError('PROMPT_STORAGE_FAILED', `prompt storage failed: ${message}`, { cause: error });
  }
}
