import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFilePromptStore } from './file-prompt-store.ts';
import { createAside } from './local-files.ts';
import type { PromptStore } from './prompt-store.ts';

let directory: string;
let store: PromptStore;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prompts-'));
  store = createFilePromptStore({ directory, maxBytes: 100 });
});
afterEach(() => rm(directory, { recursive: true }));

describe('prompt storage in files', () => {
  it('leaves nothing lying beside', async () => {
    await store.put('d', 'x.wav', bytes('one'));
    await mkdir(join(directory, 'd', 'folder.wav'));
    await expect(store.put('d', 'folder.wav', bytes('x'))).rejects.toMatchObject({ code: 'PROMPT_STORAGE_FAILED' });
    expect(await readdir(join(directory, '.incoming'))).toEqual([]);
    expect(await readdir(join(directory, 'd'))).toEqual(['folder.wav', 'x.wav']);
  });

  it('shows readers the old file or the new one, never a part', async () => {
    const contents = ['a'.repeat(90), 'b'.repeat(50)];
    await store.put('d', 'x.wav', bytes('a'.repeat(90)));
    const writes = Array.from({ length: 20 }, (_, i) => store.put('d', 'x.wav', bytes(contents[i % 2] ?? '')));
    const reads = Array.from({ length: 50 }, async () => (await store.get('d', 'x.wav')).bytes);
    for (const read of await Promise.all(reads)) expect(contents).toContain(new TextDecoder().decode(read));
    await Promise.all(writes);
  });

  it('shows a file that grows only when it is whole, and leaves none that was given up', async () => {
    const writer = await store.create('d', 'x.wav');
    await writer.write(bytes('world'), 6);
    await writer.write(bytes('hello '), 0);
    await expect(store.stat('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    expect(await writer.commit()).toMatchObject({ size: 11 });
    expect(new TextDecoder().decode((await store.get('d', 'x.wav')).bytes)).toBe('hello world');
    const second = await store.create('d', 'x.wav');
    await second.write(bytes('no'), 0);
    await second.abort();
    expect((await store.stat('d', 'x.wav')).size).toBe(11);
    expect(await readdir(join(directory, '.incoming'))).toEqual([]);
    await expect(store.create('d', '../x.wav')).rejects.toMatchObject({ code: 'PROMPT_BAD_NAME' });
  });

  it('refuses what is too large, going in and coming out', async () => {
    await expect(store.put('d', 'x.wav', new Uint8Array(101))).rejects.toMatchObject({ code: 'PROMPT_TOO_LARGE' });
    await mkdir(join(directory, 'd'));
    await writeFile(join(directory, 'd', 'x.wav'), new Uint8Array(101));
    await expect(store.get('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_TOO_LARGE' });
  });

  it('finds no folder, and no link that leads nowhere', async () => {
    await mkdir(join(directory, 'd', 'x.wav'), { recursive: true });
    await symlink(join(directory, 'nothing'), join(directory, 'd', 'link.wav'));
    for (const name of ['x.wav', 'link.wav']) {
      await expect(store.stat('d', name)).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    }
  });

  it('goes on reading the file that was there when it began', async () => {
    await store.put('d', 'x.wav', bytes('the old one'));
    const { stream, size } = await store.read('d', 'x.wav');
    await store.put('d', 'x.wav', bytes('new'));
    expect([size, Buffer.concat(await stream.toArray()).toString()]).toEqual([11, 'the old one']);
  });

  it.each([
    ['ENOSPC', 'PROMPT_STORAGE_FULL', 'prompt storage is full'],
    ['EDQUOT', 'PROMPT_STORAGE_FULL', 'prompt storage is full'],
    ['EACCES', 'PROMPT_STORAGE_FAILED', 'prompt storage cannot be written (no permission)'],
    ['EROFS', 'PROMPT_STORAGE_FAILED', 'prompt storage cannot be written (the file system is read-only)'],
    ['EIO', 'PROMPT_STORAGE_FAILED', 'prompt storage cannot be written (EIO)'],
  ])('%s while it writes: says so, and leaves nothing', async (code, wanted, message) => {
    const broken = createFilePromptStore({
      directory,
      aside: async (where) => {
        const file = await createAside(where);
        return { ...file, write: () => Promise.reject(Object.assign(new Error(`${code}: ${directory}`), { code })) };
      },
    });
    await expect(broken.put('d', 'x.wav', bytes('one'))).rejects.toMatchObject({ code: wanted, message });
    const writer = await broken.create('d', 'x.wav');
    await expect(writer.write(bytes('one'), 0)).rejects.toMatchObject({ code: wanted, message });
    await writer.abort();
    expect(await readdir(join(directory, '.incoming'))).toEqual([]);
    await expect(broken.stat('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
  });

  it('removes what a server left that died, and nothing that another one is writing', async () => {
    const aside = join(directory, '.incoming');
    await mkdir(aside);
    for (const name of ['left', 'growing']) await writeFile(join(aside, name), 'x');
    const hours = Date.now() / 1000 - 2 * 3600;
    await utimes(join(aside, 'left'), hours, hours);
    await store.put('d', 'x.wav', bytes('one'));
    expect(await readdir(aside)).toEqual(['growing']);
  });

  it('says so when it cannot write there at all', async () => {
    const blocked = createFilePromptStore({ directory: join(directory, 'file') });
    await writeFile(join(directory, 'file'), 'in the way');
    const refused = {
      code: 'PROMPT_STORAGE_FAILED',
      message: expect.stringMatching(/cannot be written \(a file and a folder/),
    };
    await expect(blocked.create('d', 'x.wav')).rejects.toMatchObject(refused);
    await expect(blocked.put('d', 'x.wav', bytes('one'))).rejects.toMatchObject(refused);
  });
});
