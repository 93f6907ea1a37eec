import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiHarness, domainTree, startApi, token } from '../testing/api-harness.ts';
import { memoryPrompts } from '../testing/memory-prompts.ts';

let api: ApiHarness;
const prompts = memoryPrompts(100_000);
const bearers = new Map<string, string>();
beforeAll(async () => {
  api = await startApi([domainTree('a.example'), domainTree('b.example')], { prompts });
  for (const name of ['a.example', 'b.example']) bearers.set(name, await token(name));
});
afterAll(() => api.close());

const call = (
  method: string,
  file: string,
  body?: Uint8Array<ArrayBuffer>,
  type = 'audio/wav',
  domain = 'a.example',
  more = {},
) =>
  fetch(`${api.url}/${domain}/promptfile/${file}`, {
    method,
    headers: {
      Authorization: `Bearer ${bearers.get(domain)}`,
      ...(body === undefined ? {} : { 'Content-Type': type }),
      ...more,
    },
    ...(body === undefined ? {} : { body }),
  });

const audio = Uint8Array.from({ length: 5_000 }, (_, i) => i % 251);
const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { error: unknown }).error;

describe('D-PROMPT', () => {
  it('stores, gives back byte for byte, replaces and removes', async () => {
    expect((await call('PUT', 'tone.wav', audio)).status).toBe(201);
    const got = await call('GET', 'tone.wav');
    expect([got.status, got.headers.get('content-type'), got.headers.get('content-length')]).toEqual([
      200,
      'audio/wav',
      '5000',
    ]);
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(audio);
    expect((await call('HEAD', 'tone.wav')).headers.get('content-length')).toBe('5000');

    expect((await call('PUT', 'tone.wav', audio.slice(0, 10))).status).toBe(200);
    expect((await (await call('GET', 'tone.wav')).arrayBuffer()).byteLength).toBe(10);
    expect((await call('DELETE', 'tone.wav')).status).toBe(200);
    expect(await codeOf(await call('GET', 'tone.wav'))).toBe('unknownFile');
    expect((await call('DELETE', 'tone.wav')).status).toBe(404);
  });

  it('tells with ETags what has not changed', async () => {
    const put = await call('PUT', 'same.mp3', audio, 'audio/mpeg');
    const etag = put.headers.get('etag') ?? '';
    const first = await call('GET', 'same.mp3');
    expect([first.headers.get('etag'), first.headers.get('content-type')]).toEqual([etag, 'audio/mpeg']);
    const again = await call('GET', 'same.mp3', undefined, '', 'a.example', {
      'If-None-Match': etag,
      'Cache-Control': 'max-age=0',
    });
    expect(again.status).toBe(304);
  });

  it('gives recordings of any size, as they come from the disk', async () => {
    const whole = Uint8Array.from({ length: 350_000 }, (_, i) => (i * 7) % 253);
    const writer = await prompts.create('a.example', 'long.wav');
    await writer.write(whole, 0);
    await writer.commit();
    const head = await call('HEAD', 'long.wav');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '350000']);
    const got = await call('GET', 'long.wav');
    expect([got.status, got.headers.get('content-length')]).toEqual([200, '350000']);
    expect(Buffer.compare(new Uint8Array(await got.arrayBuffer()), whole)).toBe(0);
  });

  it('breaks the connection when a file breaks off, and goes on', async () => {
    const read = prompts.read.bind(prompts);
    await call('PUT', 'broken.wav', audio);
    const broken = async function* () {
      yield audio.subarray(0, 1000);
      throw new Error('the disk is gone');
    };
    prompts.read = async (domain, name) => ({ ...(await read(domain, name)), stream: Readable.from(broken()) });
    await expect(call('GET', 'broken.wav').then((response) => response.arrayBuffer())).rejects.toThrow();
    prompts.read = read;
    expect((await call('GET', 'broken.wav')).status).toBe(200);
  });

  it('keeps the domains apart', async () => {
    await call('PUT', 'mine.wav', audio);
    expect((await call('GET', 'mine.wav', undefined, '', 'b.example')).status).toBe(404);
  });

  it.each([
    ['path separator', '..%2Fsecrets.json'],
    ['backslash', 'a%5Cb.wav'],
    ['NUL', 'a%00.wav'],
  ])('refuses a name with %s', async (_name, file) => {
    for (const response of [await call('GET', file), await call('PUT', file, audio), await call('DELETE', file)]) {
      expect([response.status, await codeOf(response)]).toEqual([400, 'invalidParameter']);
    }
  });

  it.each([
    ['another type', 'text/html', audio, 415, 'unsupportedMediaType'],
    ['nothing', 'audio/wav', new Uint8Array(), 400, 'invalidBody'],
    ['too much', 'audio/wav', new Uint8Array(100_001), 413, 'bodyTooLarge'],
  ])('refuses %s', async (_name, type, body, status, error) => {
    const response = await call('PUT', 'x.wav', body, type);
    expect([response.status, await codeOf(response)]).toEqual([status, error]);
    expect((await call('GET', 'x.wav')).status).toBe(404);
  });
});
