/** A prompt store in memory, with the rules of the real one that a client can see. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkDomain, checkName } from '../storage/names.ts';
import { type PromptStat, type PromptStore, StorageError, type StoredPrompt } from '../storage/prompt-store.ts';

/** @param limit Largest file that is put or got whole, bytes. */
export function memoryPrompts(limit = Number.POSITIVE_INFINITY): PromptStore {
  const files = new Map<string, StoredPrompt>();
  const key = (domain: string, name: string): string => {
    checkDomain(domain);
    checkName(name);
    return `${domain}/${name}`;
  };
  const find = (domain: string, name: string): StoredPrompt => {
    const found = files.get(key(domain, name));
    if (found === undefined) throw new StorageError('PROMPT_NOT_FOUND', `no file ${name}`);
    return found;
  };
  const keep = (domain: string, name: string, bytes: Uint8Array): PromptStat => {
    const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const stat = { size: bytes.length, etag, modified: Date.now() };
    files.set(key(domain, name), { ...stat, bytes: Uint8Array.from(bytes) });
    return stat;
  };
  return {
    async stat(domain, name) {
      const { bytes: _bytes, ...stat } = find(domain, name);
      return stat;
    },
    async get(domain, name) {
      const found = find(domain, name);
      if (found.size > limit) throw new StorageError('PROMPT_TOO_LARGE', 'too large');
      return found;
    },
    async read(domain, name) {
      const { bytes, ...stat } = find(domain, name);
      return { ...stat, stream: Readable.from([bytes]) };
    },
    async put(domain, name, bytes) {
      key(domain, name);
      if (bytes.length > limit) throw new StorageError('PROMPT_TOO_LARGE', 'too large');
      return keep(domain, name, bytes);
    },
    async create(domain, name) {
      key(domain, name);
      let whole = new Uint8Array(0);
      return {
        async write(bytes, position) {
          const longer = new Uint8Array(Math.max(whole.length, position + bytes.length));
          longer.set(whole);
          longer.set(bytes, position);
          whole = longer;
        },
        commit: async () => keep(domain, name, whole),
        async abort() {},
      };
    },
    async delete(domain, name) {
      find(domain, name);
      files.delete(key(domain, name));
    },
  };
}
