/** A prompt store in memory, with the rules of the real one that a client can see. */
import { createHash } from 'node:crypto';
import { type PromptStore, StorageError, type StoredPrompt } from '../storage/prompt-store.ts';

/** @param limit Largest file in bytes. */
export function memoryPrompts(limit = Number.POSITIVE_INFINITY): PromptStore {
  const files = new Map<string, StoredPrompt>();
  const key = (domain: string, name: string): string => {
    if (/[/\\]|\.\.|\p{Cc}/u.test(name)) throw new StorageError('PROMPT_BAD_NAME', `bad name ${JSON.stringify(name)}`);
    return `${domain}/${name}`;
  };
  const find = (domain: string, name: string): StoredPrompt => {
    const found = files.get(key(domain, name));
    if (found === undefined) throw new StorageError('PROMPT_NOT_FOUND', `no file ${name}`);
    return found;
  };
  const store: PromptStore = {
    async stat(domain, name) {
      const { bytes: _bytes, ...stat } = find(domain, name);
      return stat;
    },
    async get(domain, name) {
      return find(domain, name);
    },
    async put(domain, name, bytes) {
      if (bytes.length > limit) throw new StorageError('PROMPT_TOO_LARGE', 'too large');
      const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
      const stored = { bytes: Uint8Array.from(bytes), size: bytes.length, etag, modified: Date.now() };
      files.set(key(domain, name), stored);
      return { size: stored.size, etag, modified: stored.modified };
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
        commit: () => store.put(domain, name, whole),
        async abort() {},
      };
    },
    async delete(domain, name) {
      find(domain, name);
      files.delete(key(domain, name));
    },
  };
  return store;
}
