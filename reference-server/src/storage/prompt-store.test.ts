/** What every prompt store has to do. */
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogPort } from '../session/ports.ts';
import { type FakeS3, startFakeS3 } from '../testing/fake-s3.ts';
import { memoryPrompts } from '../testing/memory-prompts.ts';
import { createFilePromptStore } from './file-prompt-store.ts';
import type { PromptStore } from './prompt-store.ts';
import { createS3PromptStore, type S3PromptStoreOptions } from './s3-prompt-store.ts';

let directory: string;
let s3: FakeS3;
const logged: object[] = [];
const log: LogPort = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields) => void logged.push(fields),
};
beforeEach(async () => {
  logged.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'prompts-'));
  s3 = await startFakeS3('prompts', 'AKIATEST');
});
afterEach(async () => {
  await s3.close();
  await rm(directory, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array): string => Buffer.from(content).toString();
const bucket = (changes: Partial<S3PromptStoreOptions> = {}): Promise<PromptStore> =>
  createS3PromptStore({
    ...{ bucket: 'prompts', region: 'eu-north-1', prefix: 'ivr/', pathStyle: true, maxBytes: 100 },
    ...{ endpoint: s3.endpoint, accessKeyId: 'AKIATEST', accessKeySecret: 'secret' },
    ...{ asideDirectory: join(directory, 'aside'), unsentDirectory: join(directory, 'unsent'), log },
    ...{ timeoutMs: 1000, ...changes },
  });

const stores: Record<string, () => Promise<PromptStore>> = {
  'in a directory': async () => createFilePromptStore({ directory, maxBytes: 100 }),
  'in a bucket': () => bucket(),
  'in memory': async () => memoryPrompts(100),
};

describe.each(Object.entries(stores))('prompt storage %s', (_, open) => {
  let store: PromptStore;
  beforeEach(async () => {
    store = await open();
  });
  const streamed = async (domain: string, name: string): Promise<string> =>
    Buffer.concat(
      (await (await store.read(domain, name)).stream.toArray()).map((part) => Buffer.from(part)),
    ).toString();

  it('gives back what was put, each domain for itself', async () => {
    const put = await store.put('a.example', 'hello.wav', bytes('one'));
    await store.put('b.example', 'hello.wav', bytes('two'));
    const got = await store.get('a.example', 'hello.wav');
    expect([text(got.bytes), got.etag, got.size]).toEqual(['one', put.etag, 3]);
    expect(await store.stat('a.example', 'hello.wav')).toEqual(put);
    expect(await streamed('b.example', 'hello.wav')).toBe('two');
    expect(Math.abs(put.modified - Date.now())).toBeLessThan(60_000);
  });

  it('replaces, and the etag tells', async () => {
    const before = await store.put('d', 'x.wav', bytes('one'));
    const after = await store.put('d', 'x.wav', bytes('two'));
    expect(after.etag).not.toBe(before.etag);
    expect(text((await store.get('d', 'x.wav')).bytes)).toBe('two');
  });

  it('keeps an empty file', async () => {
    expect((await store.put('d', 'x.wav', new Uint8Array(0))).size).toBe(0);
    expect(await streamed('d', 'x.wav')).toBe('');
  });

  it('shows a file that grows only when it is whole, of whatever size, and leaves none that was given up', async () => {
    const writer = await store.create('d', 'x.wav');
    await writer.write(bytes('x'.repeat(300)), 6);
    await writer.write(bytes('hello '), 0);
    await expect(store.stat('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    expect(await writer.commit()).toMatchObject({ size: 306 });
    expect(await streamed('d', 'x.wav')).toBe(`hello ${'x'.repeat(300)}`);
    await expect(store.get('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_TOO_LARGE' });
    const second = await store.create('d', 'x.wav');
    await second.write(bytes('no'), 0);
    await second.abort();
    expect((await store.stat('d', 'x.wav')).size).toBe(306);
    await expect(store.create('d', '../x.wav')).rejects.toMatchObject({ code: 'PROMPT_BAD_NAME' });
  });

  it('refuses to put what is too large', async () => {
    await expect(store.put('d', 'x.wav', new Uint8Array(101))).rejects.toMatchObject({ code: 'PROMPT_TOO_LARGE' });
    await expect(store.stat('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
  });

  it('deletes once', async () => {
    await store.put('d', 'x.wav', bytes('one'));
    await store.delete('d', 'x.wav');
    const gone = { code: 'PROMPT_NOT_FOUND' };
    await expect(store.delete('d', 'x.wav')).rejects.toMatchObject(gone);
    await expect(store.get('d', 'x.wav')).rejects.toMatchObject(gone);
    await expect(store.read('d', 'x.wav')).rejects.toMatchObject(gone);
  });

  it('takes names in any script', async () => {
    await store.put('d', 'Grüße мир 你好 100%.wav', bytes('one'));
    expect((await store.stat('d', 'Grüße мир 你好 100%.wav')).size).toBe(3);
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
    for (const attempt of [
      store.get('d', name),
      store.read('d', name),
      store.stat('d', name),
      store.put('d', name, bytes('x')),
      store.create('d', name),
      store.delete('d', name),
      store.get(name, 'x.wav'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ name: 'StorageError', code: 'PROMPT_BAD_NAME' });
    }
    expect(s3.asked).toEqual([]);
  });
});

describe('prompt storage in a bucket', () => {
  it('has its keys under prefix and domain, with a type, and leaves nothing on the disk', async () => {
    const store = await bucket();
    await store.put('a.example', 'x.mp3', bytes('one'));
    const writer = await store.create('a.example', 'call.wav');
    await writer.write(bytes('two'), 0);
    await writer.commit();
    const kinds = [...s3.objects].map(([key, { type }]) => [key, type]);
    expect(kinds).toEqual([
      ['ivr/a.example/x.mp3', 'audio/mpeg'],
      ['ivr/a.example/call.wav', 'audio/wav'],
    ]);
    expect(await readdir(join(directory, 'aside'))).toEqual([]);
  });

  it('sends recordings of many megabytes as they lie on the disk', async () => {
    const store = await bucket();
    const writer = await store.create('d', 'long.wav');
    const piece = new Uint8Array(1 << 20).fill(7);
    for (let i = 0; i < 24; i++) await writer.write(piece, i << 20);
    expect((await writer.commit()).size).toBe(24 << 20);
    expect(s3.objects.get('ivr/d/long.wav')?.bytes.length).toBe(24 << 20);
  });

  it.each<[string, Partial<S3PromptStoreOptions>, number | undefined, RegExp]>([
    ['a bucket that is not there', { bucket: 'nobody' }, undefined, /the bucket is not there|has no prompt/],
    ['credentials that nobody knows', { accessKeyId: 'AKIAOTHER' }, undefined, /refuses the credentials/],
    ['nobody there', { endpoint: 'http://127.0.0.1:1' }, undefined, /ECONNREFUSED/],
    ['a server that is down', {}, 500, /500/],
  ])('says so with %s', async (_, changes, status, message) => {
    const store = await bucket(changes);
    if (status !== undefined) s3.fault = (response) => response.writeHead(status).end();
    const writer = await store.create('d', 'x.wav');
    await writer.write(bytes('one'), 0);
    const refused = { code: 'PROMPT_STORAGE_FAILED', message: expect.stringMatching(message) };
    await expect(store.put('d', 'x.wav', bytes('one'))).rejects.toMatchObject(refused);
    await expect(writer.commit()).rejects.toMatchObject(refused);
    expect(await readdir(join(directory, 'aside'))).toEqual([]);
  });

  it('keeps recordings that it could not send, each under a name of its own, and logs where', async () => {
    const store = await bucket();
    s3.fault = (response) => response.writeHead(500).end();
    for (const content of ['one', 'two', 'three']) {
      const writer = await store.create('d', 'x.wav');
      await writer.write(bytes(content), 0);
      await expect(writer.commit()).rejects.toMatchObject({ code: 'PROMPT_STORAGE_FAILED' });
      // As a recording does with what fails.
      await writer.abort();
    }
    const unsent = join(directory, 'unsent', 'd');
    const kept = ['x.wav', 'x-2.wav', 'x-3.wav'].map((name) => join(unsent, name));
    expect(await Promise.all(kept.map((path) => readFile(path, 'utf8')))).toEqual(['one', 'two', 'three']);
    expect(logged).toMatchObject(
      kept.map((path) => ({ domain: 'd', fileName: 'x.wav', path, detail: expect.stringContaining('500') })),
    );
    expect(await readdir(join(directory, 'aside'))).toEqual([]);
  });

  it('keeps nothing of a recording that was sent, or given up', async () => {
    const store = await bucket();
    const [sent, given] = [await store.create('d', 'x.wav'), await store.create('d', 'y.wav')];
    for (const writer of [sent, given]) await writer.write(bytes('one'), 0);
    await sent.commit();
    await given.abort();
    expect(await readdir(directory)).not.toContain('unsent');
    expect(logged).toEqual([]);
  });

  const MiB = 1 << 20;
  /** More than the buffers of the system hold between the two ends. */
  const large = new Uint8Array(32 * MiB).fill(7);
  const ways: [string, (store: PromptStore) => Promise<unknown>][] = [
    ['a recording', recorded],
    ['a file put whole', (store) => store.put('d', 'x.wav', large)],
  ];
  async function recorded(store: PromptStore): Promise<unknown> {
    const writer = await store.create('d', 'x.wav');
    await writer.write(large, 0);
    return writer.commit();
  }

  it.each(ways)('lets an upload last as long as it goes on: %s', async (_, upload) => {
    const store = await bucket({ timeoutMs: 500, stallMs: 1000, maxBytes: large.length });
    s3.pace = large.length / 2000;
    const start = performance.now();
    expect(await upload(store)).toMatchObject({ size: large.length });
    expect(performance.now() - start).toBeGreaterThan(1900);
    expect(s3.objects.get('ivr/d/x.wav')?.bytes.equals(large)).toBe(true);
  });

  it.each(ways)('gives up an upload that stands still: %s', async (_, upload) => {
    const store = await bucket({ timeoutMs: 60_000, stallMs: 200, maxBytes: large.length });
    s3.pace = 0;
    const still = expect.stringMatching(/timed out after 200 ms of inactivity/);
    await expect(upload(store)).rejects.toMatchObject({ code: 'PROMPT_STORAGE_FAILED', message: still });
    expect(s3.objects.size).toBe(0);
  });

  it('gives up an upload that was taken and is not answered', async () => {
    const store = await bucket({ timeoutMs: 60_000, stallMs: 200 });
    s3.fault = () => undefined;
    await expect(store.put('d', 'x.wav', bytes('one'))).rejects.toMatchObject({ code: 'PROMPT_STORAGE_FAILED' });
  });

  it.skipIf(process.platform !== 'linux')('keeps no file open of an upload that failed (Linux: /proc)', async () => {
    const store = await bucket({ stallMs: 200 });
    s3.pace = 0;
    await expect(recorded(store)).rejects.toMatchObject({ code: 'PROMPT_STORAGE_FAILED' });
    const aside = join(directory, 'aside');
    const open = async (): Promise<string[]> => {
      const numbers = await readdir('/proc/self/fd');
      const paths = await Promise.all(numbers.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return paths.filter((path) => path.startsWith(aside));
    };
    await expect.poll(open).toEqual([]);
  });

  it('waits for no answer for ever', async () => {
    const store = await bucket({ timeoutMs: 200 });
    s3.fault = () => undefined;
    await expect(store.stat('d', 'x.wav')).rejects.toMatchObject({ code: 'PROMPT_STORAGE_FAILED' });
  });
});
