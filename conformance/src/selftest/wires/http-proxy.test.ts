import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bodyOf, listen, shut } from '../../drivers/http.ts';
import { freePort } from '../../drivers/ports.ts';
import { callback } from '../dsl/index.ts';
import type { Rewrite } from '../types.ts';
import { startHttpProxy } from './http-proxy.ts';
import { Interceptor } from './interceptor.ts';
import { RtpRelay } from './rtp-relay.ts';

const host = '127.0.0.1';

interface Heard {
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** An application behind the proxy of callbacks, and what it heard. */
async function world(
  rewrites: readonly Rewrite[],
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{"action":"ivr"}');
  },
): Promise<{ readonly url: string; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const body = String(await bodyOf(request));
    heard.push({ url: request.url ?? '', headers: request.rawHeaders, body });
    answer(request, response);
  });
  const upstream = await listen(server, host, 0);
  const interceptor = new Interceptor();
  interceptor.begin(rewrites);
  const port = await freePort(host);
  const proxy = await startHttpProxy({
    ...{ wire: 'callback', host, port, interceptor, names: [['there', 'here']] },
    ...{ upstream: `http://${host}:${upstream.port}`, alarmPath: '/alarm', relay: new RtpRelay(interceptor) },
  });
  onTestFinished(async () => {
    await proxy.close();
    await shut(server);
  });
  return { url: `http://${host}:${port}`, heard };
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Odd-Case': '1' },
    body: JSON.stringify(body),
  });

describe('the proxy of callbacks', () => {
  it('hands request and answer on as they are, but for the names of addresses', async () => {
    const { url, heard } = await world([]);
    const answer = await post(`${url}/base/newCall?x=1`, { at: 'there' });
    expect([answer.status, await answer.text()]).toEqual([200, '{"action":"ivr"}']);
    expect(heard).toMatchObject([{ url: '/base/newCall?x=1', body: '{"at":"here"}' }]);
    expect(heard[0]?.headers.map((one) => one.toLowerCase())).toContain('x-odd-case');
  });

  it.each([
    ['a request is changed', callback('newCall').drop('/a'), ['{"b":2}'], '{"action":"ivr"}'],
    ['an answer is changed', callback('newCall').answer.set('/action', 'drop'), ['{"a":1,"b":2}'], '{"action":"drop"}'],
    ['it is lost', callback('newCall').lose(), [], '{}'],
    ['it comes twice', callback('newCall').double(), ['{"a":1,"b":2}', '{"a":1,"b":2}'], '{"action":"ivr"}'],
    ['it is another one', callback('alarm').lose(), ['{"a":1,"b":2}'], '{"action":"ivr"}'],
  ])('%s', async (_name, rewrite, bodies, text) => {
    const { url, heard } = await world([rewrite]);
    expect(await (await post(`${url}/newCall`, { a: 1, b: 2 })).text()).toBe(text);
    expect(heard.map(({ body }) => body)).toEqual(bodies);
  });

  it('puts one behind another', async () => {
    const { url, heard } = await world([...callback('callAnswered').after('getIvrCommand', 1)]);
    await post(`${url}/callAnswered`, {});
    await post(`${url}/getIvrCommand`, {});
    await expect.poll(() => heard.map((one) => one.url)).toEqual(['/getIvrCommand', '/callAnswered']);
  });

  it('sends another callback before it', async () => {
    const { url, heard } = await world([callback('newCall').besides('callEvent', ({ a }) => ({ of: a }))]);
    await post(`${url}/base/newCall`, { a: 1 });
    expect(heard).toMatchObject([
      { url: '/base/callEvent', body: '{"of":1}' },
      { url: '/base/newCall', body: '{"a":1}' },
    ]);
  });

  it('knows alarms by their path', async () => {
    const { url, heard } = await world([callback('alarm').lose()]);
    await post(`${url}/alarm`, {});
    expect(heard).toEqual([]);
  });

  it('breaks off where the other side does', async () => {
    const { url } = await world([], (request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => request.socket.resetAndDestroy());
    });
    const answer = await post(`${url}/newCall`, {});
    await expect(answer.text()).rejects.toThrow();
  });

  it('gives no answer where there is none', async () => {
    const { url } = await world([], (request) => request.socket.resetAndDestroy());
    await expect(post(`${url}/newCall`, {})).rejects.toThrow();
  });

  it('resets a connection when it is told to', async () => {
    const { url, heard } = await world([callback('newCall').reset()]);
    await expect(post(`${url}/newCall`, {})).rejects.toThrow();
    expect(heard).toEqual([]);
  });
});
