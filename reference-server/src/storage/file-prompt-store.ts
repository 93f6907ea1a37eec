/** Prompt storage in a directory: one folder for each domain, files written aside and then renamed (D-FILE). */
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AsideFile, createAside, diskError, removeStale } from './local-files.ts';
import { checkDomain, checkName } from './names.ts';
import {
  type PromptStat,
  type PromptStore,
  type PromptStream,
  type PromptWriter,
  StorageError,
  type StoredPrompt,
  tooLarge,
} from './prompt-store.ts';

export interface FilePromptStoreOptions {
  readonly directory: string;
  /** Largest file, bytes. Default 20 MiB. */
  readonly maxBytes?: number;
  /** Makes a file that is not visible yet; a test makes one of a full disk. */
  readonly aside?: (directory: string) => Promise<AsideFile>;
}

/** Where files lie until they are whole; no domain can have this name. */
export const ASIDE = '.incoming';

export function createFilePromptStore(options: FilePromptStoreOptions): PromptStore {
  const { directory, maxBytes = 20 << 20, aside = createAside } = options;
  const pathOf = (domain: string, name: string): string => {
    checkDomain(domain);
    checkName(name);
    return join(directory, domain, name);
  };
  let swept: Promise<void> | undefined;
  const begin = async (): Promise<AsideFile> => {
    swept ??= removeStale(join(directory, ASIDE));
    await swept;
    return aside(join(directory, ASIDE));
  };
  const reading = guard(true);
  const writing = guard(false);

  /** The name appears when all of it is on the disk. */
  async function publish(file: AsideFile, domain: string, path: string): Promise<PromptStat> {
    try {
      await file.finish();
      await mkdir(join(directory, domain), { recursive: true });
      await rename(file.path, path);
    } catch (error) {
      await file.remove();
      throw error;
    }
    return statOf(path);
  }

  return {
    stat: (domain, name) => reading(domain, name, () => statOf(pathOf(domain, name))),

    get: (domain, name) =>
      reading(domain, name, async (): Promise<StoredPrompt> => {
        const path = pathOf(domain, name);
        // The file may be replaced between the two: then its etag is older than the bytes, and the next reader sees it change.
        const found = await statOf(path);
        if (found.size > maxBytes) throw tooLarge(name, found.size, maxBytes);
        return { ...found, bytes: await readFile(path) };
      }),

    read: (domain, name) =>
      reading(domain, name, async (): Promise<PromptStream> => {
        const path = pathOf(domain, name);
        await statOf(path);
        const file = await open(path);
        try {
          // Of the file that is read, whatever has been put in its place meanwhile.
          const found = statsOf(await file.stat({ bigint: true }));
          return { ...found, stream: createReadStream('', { fd: file, end: Math.max(0, found.size - 1) }) };
        } catch (error) {
          await file.close();
          throw error;
        }
      }),

    put: (domain, name, bytes) =>
      writing(domain, name, async () => {
        const path = pathOf(domain, name);
        if (bytes.length > maxBytes) throw tooLarge(name, bytes.length, maxBytes);
        const file = await begin();
        try {
          await file.write(bytes, 0);
        } catch (error) {
          await file.remove();
          throw error;
        }
        return publish(file, domain, path);
      }),

    create: (domain, name) =>
      writing(domain, name, async (): Promise<PromptWriter> => {
        const path = pathOf(domain, name);
        const file = await begin();
        return {
          write: (bytes, position) => writing(domain, name, () => file.write(bytes, position)),
          commit: () => writing(domain, name, () => publish(file, domain, path)),
          abort: () => file.remove(),
        };
      }),

    delete: (domain, name) => reading(domain, name, () => rm(pathOf(domain, name))),
  };
}

async function statOf(path: string): Promise<PromptStat> {
  const found = await stat(path, { bigint: true });
  if (!found.isFile()) throw Object.assign(new Error('not a file'), { code: 'ENOENT' });
  return statsOf(found);
}

function statsOf(found: { ino: bigint; mtimeNs: bigint; mtimeMs: bigint; size: bigint }): PromptStat {
  // A rename brings another inode, a write in place another time.
  const etag = [found.ino, found.mtimeNs, found.size].map((part) => part.toString(36)).join('-');
  return { size: Number(found.size), etag, modified: Number(found.mtimeMs) };
}

function guard(reading: boolean) {
  return async <Result>(domain: string, name: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StorageError ? error : diskError(domain, name, error, reading);
    }
  };
}
