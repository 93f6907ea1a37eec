import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFilePromptStore } from './file-prompt-store.ts';
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
  it('gives back what was put, each domain for itself', async () => {
    const put = await store.put('a.example', 'hello.wav', bytes('one'));
    await store.put('b.example', 'hello.wav', bytes('two'));
    const got = await store.get('a.example', 'hello.wav');
    expect(new TextDecoder().decode(got.bytes)).toBe('one');
    expect(got.etag).toBe(put.etag);
    expect(await store.stat('a.example', 'hello.wav')).toEqual(put);
    expect(put.size).toBe(3);
  });

  it('replaces, and the etag tells', async () => {
    const before = await store.put('d', 'x.wav', bytes('one'));
    const after = await store.put('d', 'x.wav', bytes('two'));
    expect(after.etag).not.toBe(before.etag);
    expect(new TextDecoder().decode((await store.get('d', 'x.wav')).bytes)).toBe('two');
  });

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

  it('deletes once', async () => {
    await store.put('d', 'x.wav', bytes('one'));
    await store.delete('d', 'x.wav');
    await expect(store.delete('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    await expect(store.get('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
  });

  it('refuses what is too large, going in and coming out', async () => {
    await expect(store.put('d', 'x.wav', new Uint8Array(101))).rejects.toMatchObject({ code: 'PROMPT_TOO_LARGE' });
    await mkdir(join(directory, 'd'));
    await writeFile(join(directory, 'd', 'x.wav'), new Uint8Array(101));
    await expect(store.get('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_TOO_LARGE' });
  });

  it.each([
    ['empty', ''],
    ['a path', 'a/b.wav'],
    ['a Windows path', 'a\\b.wav'],
    ['dot-dot', '..'],
    ['dot-dot in it', 'a..wav'],
    ['hidden', '.incoming'],
    ['NUL', 'a\0.wav'],
    ['line feed', 'a\n.wav'],
    ['C1 control', 'a\u0085.wav'],
    ['a stream of NTFS', 'a.wav:x'],
    ['a lone surrogate', 'a\ud800.wav'],
    ['a blank at the end', 'a.wav '],
    ['far too long', `${'ä'.repeat(110)}.wav`],
  ])('refuses a name that is %s', async (_, name) => {
    await store.put('d', 'x.wav', bytes('one'));
    for (const attempt of [
      store.get('d', name),
      store.stat('d', name),
      store.put('d', name, bytes('x')),
      store.delete('d', name),
      store.get(name, 'x.wav'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ name: 'StorageError', code: 'PROMPT_BAD_NAME' });
    }
  });

  it('takes names in any script', async () => {
    await store.put('d', 'Grüße мир 你好.wav', bytes('one'));
    expect((await store.stat('d', 'Grüße мир 你好.wav')).size).toBe(3);
  });

  it('finds no folder, and no link that leads nowhere', async () => {
    await mkdir(join(directory, 'd', 'x.wav'), { recursive: true });
    await symlink(join(directory, 'nothing'), join(directory, 'd', 'link.wav'));
    for (const name of ['x.wav', 'link.wav']) {
      await expect(store.stat('d', name)).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    }
  });
});
