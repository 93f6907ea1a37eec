import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Downloader, type DownloaderOptions } from './download.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let web: Server;
let base: string;
let asked: IncomingMessage[];
let answer: Answer;
let now: number;
let closers: (() => Promise<unknown>)[];

const listen = async (server: NetServer): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise((done) => server.close(done)));
  return (server.address() as AddressInfo).port;
};

beforeEach(async () => {
  asked = [];
  now = 0;
  closers = [];
  answer = (_, response) => response.end('sound');
  web = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  base = `http://127.0.0.1:${await listen(web)}`;
});
afterEach(() => {
  web.closeAllConnections();
  return Promise.all(closers.map((close) => close()));
});

const downloader = (changes: Partial<DownloaderOptions> = {}): Downloader =>
  new Downloader({
    fetch: globalThis.fetch,
    timeoutMs: 5000,
    maxBytes: 1000,
    cacheBytes: 10_000,
    cacheSeconds: 100,
    now: () => now,
    date: () => 1_800_000_000_000 + now,
    ...changes,
  });
const text = ({ bytes }: { readonly bytes: Uint8Array }): string => Buffer.from(bytes).toString();
const headers = (given: Record<string, string>, body = 'sound'): Answer => {
  return (_, response) => response.writeHead(200, given).end(body);
};

describe('how long a download is kept', () => {
  it.each<[string, number | undefined, Record<string, string>, number]>([
    ['what the phrase says', 10, {}, 10],
    ['what the phrase says, whatever the response says', 10, { 'cache-control': 'no-store' }, 10],
    ['what the phrase says, however long the response', 10, { 'cache-control': 'max-age=50' }, 10],
    ['max-age without a word of the phrase', undefined, { 'cache-control': 'public, max-age=20' }, 20],
    ['s-maxage before max-age', undefined, { 'cache-control': 'max-age=5, s-maxage="30"' }, 30],
    ['max-age less its age', undefined, { 'cache-control': 'max-age=50', age: '15' }, 35],
    [
      'Expires less Date',
      undefined,
      { expires: 'Fri, 15 Jan 2027 08:00:40 GMT', date: 'Fri, 15 Jan 2027 08:00:00 GMT' },
      40,
    ],
    ['not at all after no-store', undefined, { 'cache-control': 'no-store' }, 0],
    ['not at all after no-cache', undefined, { 'cache-control': 'no-cache', etag: '"a"' }, 0],
    ['not at all with an Expires that is no date', undefined, { expires: '0' }, 0],
    ['the time of the settings where nobody says anything', undefined, {}, 100],
    ['not at all with 0 seconds', 0, {}, 0],
  ])('%s', async (_, seconds, given, kept) => {
    const prompts = downloader();
    answer = headers(given);
    const first = await prompts.get(`${base}/a.wav`, seconds, false);
    now = kept * 1000 - 1;
    if (kept > 0) expect(await prompts.get(`${base}/a.wav`, seconds, false)).toBe(first);
    expect(asked).toHaveLength(1);
    now = kept * 1000;
    await prompts.get(`${base}/a.wav`, seconds, false);
    expect(asked).toHaveLength(2);
  });

  it('a phrase with a shorter time than the one before fetches anew', async () => {
    const prompts = downloader();
    await prompts.get(base, 1000, false);
    now = 10_000;
    await prompts.get(base, 20, false);
    expect(asked).toHaveLength(1);
    await prompts.get(base, 5, false);
    expect(asked).toHaveLength(2);
  });
});

describe('a phrase that names no time', () => {
  it.each<[string, Record<string, string>, number, number]>([
    ['no-store', { 'cache-control': 'no-store' }, 1, 2],
    ['max-age, while that lasts', { 'cache-control': 'max-age=5' }, 4, 1],
    ['max-age, when that is over', { 'cache-control': 'max-age=5' }, 5, 2],
    ['nothing, within the time of the settings', {}, 99, 1],
    ['nothing, after the time of the settings', {}, 100, 2],
  ])('goes by the response, though one before it named a day: %s', async (_, given, seconds, times) => {
    const prompts = downloader();
    answer = headers(given);
    await prompts.get(base, 86_400, false);
    now = seconds * 1000;
    await prompts.get(base, undefined, false);
    expect(asked).toHaveLength(times);
  });

  it('leaves a copy that one after it may play which names a longer time', async () => {
    const prompts = downloader();
    answer = headers({ 'cache-control': 'max-age=5' });
    const first = await prompts.get(base, undefined, false);
    now = 20_000;
    expect(await prompts.get(base, 60, false)).toBe(first);
    expect(asked).toHaveLength(1);
  });

  it('goes by what the copy came with where 304 says nothing of it (RFC 9111 section 4.3.4)', async () => {
    const prompts = downloader();
    answer = headers({ 'cache-control': 'max-age=20', etag: '"a"' });
    await prompts.get(base, undefined, false);
    answer = (_, response) => response.writeHead(304).end();
    now = 20_000;
    await prompts.get(base, undefined, false);
    now = 39_999;
    await prompts.get(base, undefined, false);
    expect(asked).toHaveLength(2);
    now = 40_000;
    await prompts.get(base, undefined, false);
    expect(asked).toHaveLength(3);
  });
});

describe('asking whether a copy is still right', () => {
  const conditional =
    (etag: string, modified?: string): Answer =>
    (request, response) => {
      const { 'if-none-match': tag, 'if-modified-since': since } = request.headers;
      const same = etag === '' ? since !== undefined && since === modified : tag === etag;
      const given = {
        ...(etag === '' ? {} : { etag }),
        ...(modified === undefined ? {} : { 'last-modified': modified }),
      };
      response.writeHead(same ? 304 : 200, given).end(same ? undefined : `content ${etag}`);
    };

  it.each<[string, string, string | undefined, string]>([
    ['an ETag', '"v1"', undefined, 'if-none-match'],
    ['a weak ETag', 'W/"v1"', undefined, 'if-none-match'],
    ['Last-Modified', '', 'Wed, 21 Oct 2026 07:28:00 GMT', 'if-modified-since'],
  ])('by %s: 304 keeps the content and its key, and begins the time anew', async (_, etag, modified, header) => {
    const prompts = downloader();
    answer = conditional(etag, modified);
    const first = await prompts.get(base, 10, false);
    now = 10_000;
    expect(await prompts.get(base, 10, false)).toBe(first);
    expect(asked.map((request) => header in request.headers)).toEqual([false, true]);
    now = 19_999;
    expect(await prompts.get(base, 10, false)).toBe(first);
    expect(asked).toHaveLength(2);
  });

  it('takes the new content where there is one', async () => {
    const prompts = downloader();
    answer = conditional('"v1"');
    const first = await prompts.get(base, 10, false);
    answer = conditional('"v2"');
    now = 10_000;
    const second = await prompts.get(base, 10, false);
    expect([text(first), text(second)]).toEqual(['content "v1"', 'content "v2"']);
    expect(second.key).not.toBe(first.key);
  });

  it('refreshCache asks for all of it', async () => {
    const prompts = downloader();
    answer = conditional('"v1"');
    await prompts.get(base, 10, false);
    expect(text(await prompts.get(base, 10, true))).toBe('content "v1"');
    expect(asked.map((request) => request.headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  it('takes no 304 that it did not ask for', async () => {
    answer = (_, response) => response.writeHead(304).end();
    await expect(downloader().get(base, 10, false)).rejects.toThrow('answered 304');
  });
});

describe('one download', () => {
  it('serves all who ask at once, and is kept as long as the most patient one wants', async () => {
    const prompts = downloader();
    let release = (): void => undefined;
    answer = (_, response) => {
      release = () => response.end('sound');
    };
    const all = [prompts.get(base, 5, false), prompts.get(base, 50, false), prompts.get(base, undefined, true)];
    await expect.poll(() => asked.length).toBe(1);
    release();
    const [one, ...others] = await Promise.all(all);
    for (const other of others) expect(other).toBe(one);
    now = 49_000;
    expect(await prompts.get(base, undefined, false)).toBe(one);
    expect(asked).toHaveLength(1);
  });

  it('that failed is tried again by the next', async () => {
    const prompts = downloader();
    answer = (_, response) => response.writeHead(503).end();
    await expect(prompts.get(base, 10, false)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    answer = (_, response) => response.end('sound');
    expect(text(await prompts.get(base, 10, false))).toBe('sound');
  });

  it('drops what was used least when the cache is full', async () => {
    const prompts = downloader({ cacheBytes: 2200 });
    answer = (_, response) => response.end('x'.repeat(900));
    for (const path of ['/a', '/b', '/a', '/c']) await prompts.get(base + path, 50, false);
    expect(prompts.cacheBytes).toBeLessThanOrEqual(2200);
    expect(asked.map(({ url }) => url)).toEqual(['/a', '/b', '/c']);
    await prompts.get(`${base}/a`, 50, false);
    await prompts.get(`${base}/b`, 50, false);
    expect(asked.map(({ url }) => url)).toEqual(['/a', '/b', '/c', '/b']);
  });
});

describe('what goes wrong', () => {
  const steps = (count: number): Answer => {
    return ({ url = '/' }, response) => {
      const step = Number(url.slice(1));
      if (step === count) response.end('there');
      else response.writeHead([301, 302, 303, 307, 308][step % 5] ?? 302, { location: `/${step + 1}` }).end();
    };
  };

  it('follows redirects, not for ever', async () => {
    answer = steps(5);
    expect(text(await downloader().get(`${base}/0`, 10, false))).toBe('there');
    answer = steps(1000);
    await expect(downloader().get(`${base}/0`, 10, false)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it('follows no redirect to a file', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(downloader().get(base, 10, false)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it.each<[string, Answer, string]>([
    ['an announced size', headers({ 'content-length': '1001' }, 'x'.repeat(1001)), 'DOWNLOAD_TOO_LARGE'],
    ['a size that shows', (_, response) => void response.write('x'.repeat(1001)), 'DOWNLOAD_TOO_LARGE'],
    ['an answer that never comes', () => undefined, 'DOWNLOAD_TIMEOUT'],
    ['an answer that does not end', (_, response) => void response.write('RIFF'), 'DOWNLOAD_TIMEOUT'],
    ['a part', (_, response) => response.writeHead(206).end('x'), 'DOWNLOAD_FAILED'],
    ['a connection that breaks', (_, response) => response.destroy(), 'DOWNLOAD_FAILED'],
  ])('refuses %s', async (_, given, code) => {
    answer = given;
    const prompts = downloader({ timeoutMs: code === 'DOWNLOAD_TIMEOUT' ? 300 : 10_000 });
    await expect(prompts.get(base, 10, false)).rejects.toMatchObject({ name: 'DownloadError', code });
    expect(prompts.cacheBytes).toBe(0);
  });

  it.each([
    ['no address', 'tone.wav', 'DOWNLOAD_BAD_URL'],
    ['a file', 'file:///etc/passwd', 'DOWNLOAD_BAD_URL'],
    ['a name that is badly escaped', 'http://tom%zz:pass@127.0.0.1:1/', 'DOWNLOAD_BAD_URL'],
    ['nobody there', 'http://127.0.0.1:1/', 'DOWNLOAD_FAILED'],
  ])('refuses %s', async (_, url, code) => {
    await expect(downloader().get(url, 10, false)).rejects.toMatchObject({ code });
  });

  it('sends name and password as a header, and shows them to nobody', async () => {
    answer = (_, response) => response.writeHead(403).end();
    const refused = downloader().get(base.replace('//', '//tom:p%40ss@'), 10, false);
    await expect(refused).rejects.toThrow(`${base}/ answered 403`);
    expect(asked[0]?.headers.authorization).toBe(`Basic ${btoa('tom:p@ss')}`);
  });

  it('tells that TLS failed where none is spoken', async () => {
    const refused = downloader().get(base.replace('http:', 'https:'), 10, false);
    await expect(refused).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/SSL|TLS/i),
    });
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!openssl)('trusts no certificate that nobody vouches for (skipped: openssl is not installed)', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tls-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
      ...['-keyout', key, '-out', cert, ...subject],
    ]);
    expect(made.status).toBe(0);
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
      response.end('sound'),
    );
    rmSync(directory, { recursive: true });
    const refused = downloader().get(`https://127.0.0.1:${await listen(server)}/`, 10, false);
    await expect(refused).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/could not be fetched: self-signed certificate/),
    });
  });
});
