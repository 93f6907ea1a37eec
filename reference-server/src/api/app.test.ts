import { connect } from 'node:net';
import { validateSchema } from '@mediaservice/spec';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../session/ids.ts';
import { type ApiHarness, domainTree, startApi, token } from '../testing/api-harness.ts';
import { createApi } from './app.ts';
import { createReplyIds } from './reply-id.ts';
import { apiSpec } from './spec.ts';

let api: ApiHarness;
let bearer = '';
beforeAll(async () => {
  api = await startApi([
    domainTree('a.example', { allowedCallbackOrigins: ['https://app.example'] }),
    domainTree('slow.example', { requestsPerSecond: 2 }),
    domainTree('small.example', { without: ['recording', 'prompts'] }),
  ]);
  bearer = await token('a.example');
});
afterAll(() => api.close());
beforeEach(() => {
  api.operations.length = 0;
  api.outcome = { ok: true };
  api.ready = true;
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly error?: string; readonly details?: readonly { pointer: string; keyword?: string }[] };
}

async function send(
  method: string,
  path: string,
  init: { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(api.url + path, {
    method,
    headers: { Authorization: `Bearer ${bearer}`, ...init.headers },
    ...(init.body === undefined ? {} : { body: init.body }),
  });
  const body = (await response.json()) as Answer['body'];
  // D-ERR: whatever fails, fails in one form.
  if (!response.ok) expect(validateSchema('Error', body)).toEqual([]);
  return { status: response.status, headers: response.headers, body };
}

const json = (value: unknown) => ({ body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } });
const session = '9bb07660-c747-11ea-afa0-bd07728b88b7' as SessionId;
const reply = (domain = 'a.example'): string => api.replyIds.replyId({ domain, session });

describe('routes', () => {
  it('are all those of the specification, and each asks for a token', async () => {
    for (const { method, path } of apiSpec.routes) {
      const url = api.url + path.replace('{domain}', 'a.example').replace('{filename}', 'x.wav');
      expect([path, (await fetch(url, { method: method.toUpperCase() })).status]).toEqual([path, 401]);
    }
    expect(apiSpec.routes).toHaveLength(14);
  });

  it('are refused at the start when nobody implements one', () => {
    const routes = [{ operation: 'holdCall', method: 'post', path: '/{domain}/holdcall' } as const];
    const options = { spec: { ...apiSpec, routes } } as unknown as Parameters<typeof createApi>[0];
    expect(() => createApi({ ...options, uuid: () => '', log: { info() {}, warn() {}, error() {} } })).toThrow(
      /"holdCall" .*not implemented/,
    );
  });

  it.each([
    ['unknown operation', 'POST', '/a.example/holdcall', 404, 'unknownRoute'],
    ['root', 'GET', '/', 404, 'unknownRoute'],
    ['name in other case', 'POST', '/a.example/HangupCall', 404, 'unknownRoute'],
    ['slash at the end', 'POST', '/a.example/hangupcall/', 404, 'unknownRoute'],
    ['unknown domain before the method', 'GET', '/x.example/hangupcall', 404, 'unknownDomain'],
    ['operation that the domain does without', 'POST', '/small.example/startrecording', 404, 'unknownRoute'],
    ['and any method of it', 'GET', '/small.example/startrecording', 404, 'unknownRoute'],
    ['several on one path', 'PUT', '/small.example/promptfile/x.wav', 404, 'unknownRoute'],
    ['broken percent-encoding', 'POST', '/%zz/hangupcall', 400, 'invalidParameter'],
  ])('%s', async (_name, method, path, status, error) => {
    const answer = await send(method, path);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it.each([
    ['GET', '/a.example/hangupcall', 'POST'],
    ['DELETE', '/a.example/placeivrcall', 'POST'],
    ['OPTIONS', '/a.example/placeivrcall', 'POST'],
    ['POST', '/a.example/promptfile/x.wav', 'PUT, GET, HEAD, DELETE'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s is a 405 that allows %s', async (method, path, allow) => {
    const answer = await send(method, path);
    expect([answer.status, answer.body.error, answer.headers.get('allow')]).toEqual([405, 'methodNotAllowed', allow]);
  });
});

describe('bodies', () => {
  it.each([
    ['malformed JSON', '{"a":', 400, 'invalidJson'],
    ['text after the JSON', '{} {}', 400, 'invalidJson'],
    ['nested too deep', `{"sessionReferenceId":${'['.repeat(900)}${']'.repeat(900)}}`, 400, 'invalidJson'],
    ['no object', '[]', 400, 'invalidBody'],
    ['null', 'null', 400, 'invalidBody'],
    ['empty', '', 400, 'invalidBody'],
    ['too large', `{"a":"${'x'.repeat(3000)}"}`, 413, 'bodyTooLarge'],
  ])('%s', async (_name, body, status, error) => {
    const answer = await send('POST', '/a.example/placeivrcall', {
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(api.operations).toEqual([]);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=koi8', 415],
    ['application/json; charset=utf-8', 200],
    ['application/vnd.mediaservice+json', 200],
  ])('of type %s: %d', async (type, status) => {
    const body = JSON.stringify({ destAddr: 'sip:bob@192.0.2.1' });
    expect((await send('POST', '/a.example/placeivrcall', { body, headers: { 'Content-Type': type } })).status).toBe(
      status,
    );
  });

  it('in which the session layer finds a fault are told where it is', async () => {
    const details = [{ pointer: '/destAddr', message: 'No such port.' }];
    api.outcome = { ok: false, status: 400, error: 'invalidParameter', message: 'No such port.', details };
    const answer = await send('POST', '/a.example/placeivrcall', json({ destAddr: 'sip:b@c:99999' }));
    expect([answer.status, answer.body.details]).toEqual([400, details]);
  });

  it('that is no UTF-8 is no JSON', async () => {
    const body = Buffer.concat([Buffer.from('{"destAddr":"sip:b'), Buffer.of(0xff), Buffer.from('b@192.0.2.1"}')]);
    const headers = { 'Content-Type': 'application/json' };
    const answer = await send('POST', '/a.example/placeivrcall', { body, headers });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalidJson']);
    expect(api.operations).toEqual([]);
  });

  it('with several faults names each of them', async () => {
    const answer = await send('POST', '/a.example/placeivrcall', json({ destAddr: 7, maxRingTime: 'x' }));
    expect([answer.status, answer.body.error]).toEqual([400, 'invalidBody']);
    expect(answer.body.details?.map(({ pointer }) => pointer).toSorted()).toEqual(['/destAddr', '/maxRingTime']);
  });

  it('reach the session layer whole, unknown properties included', async () => {
    const body = { destAddr: 'sip:bob@192.0.2.1', sessionReferenceId: { deep: [1, null] }, extra: true };
    expect((await send('POST', '/a.example/placeivrcall', json(body))).body).toEqual({ success: true });
    expect(api.operations).toEqual([{ name: 'placeIvrCall', domain: 'a.example', body }]);
  });
});

describe('D-REPLY', () => {
  const forger = createReplyIds({ secret: 'f'.repeat(32), node: '', now: () => new Date(), lifetimeSeconds: () => 60 });
  const expired = () =>
    createReplyIds({
      secret: `${'reply '.repeat(8)}`.slice(0, 40),
      node: '',
      now: () => new Date(0),
      lifetimeSeconds: () => 60,
    });

  it('hands the claims on', async () => {
    const replyId = api.replyIds.replyId({ domain: 'a.example', session, command: 3 });
    await send('POST', '/a.example/hangupcall', json({ replyId }));
    expect(api.operations[0]?.claims).toEqual({ domain: 'a.example', session, command: 3 });
  });

  it.each([
    ['forged', () => forger.replyId({ domain: 'a.example', session })],
    ['expired', () => expired().replyId({ domain: 'a.example', session })],
    ['of another domain', () => reply('slow.example')],
    ['cut short', () => reply().slice(0, -3)],
    ['no JWT', () => 'x'],
    ['a bearer token', () => bearer],
  ])('refuses one that is %s', async (_name, make) => {
    const answer = await send('POST', '/a.example/hangupcall', json({ replyId: make() }));
    expect([answer.status, answer.body.error]).toEqual([403, 'invalidReplyId']);
    expect(api.operations).toEqual([]);
  });

  it.each([
    [404, 'unknownCall'],
    [409, 'wrongState'],
    [503, 'draining'],
  ] as const)('answers what the session layer says: %d %s', async (status, error) => {
    api.outcome = { ok: false, status, error, message: 'Do something else.' };
    const answer = await send('POST', '/a.example/hangupcall', json({ replyId: reply() }));
    expect([answer.status, answer.body]).toEqual([status, { success: false, error, message: 'Do something else.' }]);
  });
});

describe('the rest of D-ERR', () => {
  it('never shows what broke inside', async () => {
    api.outcome = () => {
      throw new TypeError('secret detail');
    };
    const answer = await send('POST', '/a.example/hangupcall', json({ replyId: reply() }));
    expect([answer.status, answer.body.error]).toEqual([500, 'internalError']);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret detail|\.ts|at /);
    expect(api.logged.some(({ fields }) => fields.err instanceof TypeError)).toBe(true);
  });

  it('limits the requests of a domain, not those of others', async () => {
    const slow = { Authorization: `Bearer ${await token('slow.example')}` };
    const ask = async () => (await send('GET', '/slow.example/promptfile/x.wav', { headers: slow })).status;
    expect([await ask(), await ask(), await ask()]).toEqual([404, 404, 429]);
    const refused = await send('GET', '/slow.example/promptfile/x.wav', { headers: slow });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await send('GET', '/a.example/promptfile/x.wav')).status).toBe(404);
    api.now += 500;
    expect([await ask(), await ask()]).toEqual([404, 429]);
  });

  it.each([
    ['https://app.example/hooks', 200],
    ['https://app.example.evil/hooks', 403],
    ['http://app.example/hooks', 403],
  ])('D-CUA: callbacks to %s: %d', async (callbackBaseUrl, status) => {
    const body = {
      codec: 'PCMA',
      destinationUri: 'sip:b@192.0.2.1',
      sourceUser: '1',
      receivePort: 4000,
      receiveIp: '192.0.2.2',
      callbackBaseUrl,
    };
    expect((await send('POST', '/a.example/placeremotecall', json(body))).status).toBe(status);
  });

  it.each([
    ['what is no HTTP', 'NONSENSE\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers even %s', async (_name, bytes, status) => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(api.server.port, '127.0.0.1', () => socket.write(bytes));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(validateSchema('Error', JSON.parse(body))).toEqual([]);
  });
});

describe('health', () => {
  it('is alive while it is not ready', async () => {
    api.ready = false;
    expect((await send('GET', '/healthz')).status).toBe(200);
    const answer = await send('GET', '/readyz');
    expect([answer.status, answer.body.error]).toEqual([503, 'draining']);
    api.ready = true;
    expect((await send('GET', '/readyz')).status).toBe(200);
  });

  it('gives its metrics in their own type', async () => {
    const response = await fetch(`${api.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('one 1\n');
  });
});

describe('what is told of a request', () => {
  it.each([
    ['a good id is kept', 'req-1.a', /^req-1\.a$/],
    ['a bad one is replaced', 'no spaces please', /^[0-9a-f-]{36}$/],
  ])('%s', async (_name, id, expected) => {
    expect((await send('GET', '/healthz', { headers: { 'X-Request-Id': id } })).headers.get('x-request-id')).toMatch(
      expected,
    );
  });

  it('is logged with session and outcome, without token or replyId', async () => {
    const replyId = reply();
    await send('POST', '/a.example/hangupcall', {
      ...json({ replyId }),
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'mine' },
    });
    await expect
      .poll(() => api.logged.find(({ fields }) => fields.requestId === 'mine')?.fields)
      .toMatchObject({
        operation: 'hangupCall',
        status: 200,
        domain: 'a.example',
        sessionId: session,
      });
    expect(JSON.stringify(api.logged)).not.toContain(replyId);
    expect(JSON.stringify(api.logged)).not.toContain(bearer);
    expect(api.seen.at(-1)).toMatchObject({ operation: 'hangupCall', status: 200 });
  });
});
