import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDomains } from '../config/domains.ts';
import { checkSettings } from '../config/load.ts';
import type { HttpTransactionId, SessionId } from '../session/ids.ts';
import type { CallbackEvent, CallbackName, CallbackRequest, CallbackResult } from '../session/ports.ts';
import { type CallbackOptions, type CallbackSeen, type Callbacks, createCallbacks } from './callbacks.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Received {
  readonly path: string;
  readonly body: string;
  readonly type: string | undefined;
}

let server: Server;
let port = 0;
let received: Received[] = [];
let connections = 0;
let answer: Answer = (response) => response.end('{}');
let events: CallbackEvent[] = [];
let seen: CallbackSeen[] = [];
let callbacks: Callbacks;

beforeEach(async () => {
  received = [];
  events = [];
  seen = [];
  connections = 0;
  answer = (response) => response.end('{}');
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', body, type: request.headers['content-type'] });
      answer(response, request);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  callbacks = await create();
});
afterEach(async () => {
  await callbacks.close(0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function create(more: Partial<CallbackOptions> = {}, waits: object = {}): Promise<Callbacks> {
  const base = `http://127.0.0.1:${port}`;
  const domain = {
    name: 'a.example',
    callbacks: { baseUrl: `${base}/hooks/`, timeoutSeconds: 0.3, retries: 1, retryDelaySeconds: 0.01, ...waits },
    instances: [{ id: 'survey', baseUrl: `${base}/survey` }],
    alarmUrl: `${base}/pager?who=ops`,
  };
  const silent = { ...domain, name: 'silent.example', alarmUrl: undefined };
  const config = await checkSettings({
    environment: {},
    overrides: [{ option: 'test', path: ['domains'], value: JSON.parse(JSON.stringify([domain, silent])) }],
  });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  return createCallbacks({
    domain: createDomains(config).config,
    onResult: (event) => events.push(event),
    log,
    seen: (callback) => seen.push(callback),
    ...more,
  });
}

let count = 0;
const request = (name: CallbackName, more: Partial<CallbackRequest> = {}): CallbackRequest => ({
  session: 's1' as SessionId,
  domain: 'a.example',
  name,
  body: {},
  token: `t${++count}`,
  httpTransactionId: `h${count}` as HttpTransactionId,
  ...more,
});

/** Sends one callback and waits for its result. */
async function ask(name: CallbackName, more: Partial<CallbackRequest> = {}): Promise<CallbackResult> {
  const sent = request(name, more);
  callbacks.send(sent);
  return resultOf(sent.token);
}

const resultOf = async (token: string): Promise<CallbackResult> => {
  await expect
    .poll(() => events.filter((event) => event.token === token).length, { interval: 5, timeout: 5_000 })
    .toBe(1);
  const event = events.find((candidate) => candidate.token === token);
  if (event === undefined) throw new Error('unreachable');
  return event.result;
};

const paths = () => received.map(({ path }) => path);

describe('where callbacks go', () => {
  it.each([
    ['default instance', 'newCall', {}, '/hooks/newCall'],
    ['named instance', 'newCall', { instance: 'survey' }, '/survey/newCall'],
    ['alarm', 'alarm', {}, '/pager?who=ops'],
  ] as const)('%s', async (_name, name, more, path) => {
    expect((await ask(name, more)).ok).toBe(true);
    expect(paths()).toEqual([path]);
  });

  it('the base URL of the request wins', async () => {
    await ask('callAnswered', { baseUrl: `http://127.0.0.1:${port}/device` });
    expect(paths()).toEqual(['/device/callAnswered']);
  });

  it.each([
    ['unknown instance', request('newCall', { instance: 'none' }), /no instance none/],
    ['unknown domain', request('newCall', { domain: 'x' }), /no domain x/],
    ['domain without alarmUrl', request('alarm', { domain: 'silent.example' }), /no alarmUrl/],
    ['base URL that is none', request('newCall', { baseUrl: 'nowhere' }), /no URL/],
  ])('%s is a failure', async (_name, sent, detail) => {
    callbacks.send(sent);
    expect(await resultOf(sent.token)).toMatchObject({
      ok: false,
      cause: 'connection',
      detail: expect.stringMatching(detail),
    });
    expect(received).toEqual([]);
  });

  it('sends JSON without the properties that have no value', async () => {
    await ask('newCall', { body: { a: 1, gone: undefined, none: null, deep: { text: 'å' } } });
    expect(received[0]).toMatchObject({ body: '{"a":1,"none":null,"deep":{"text":"å"}}', type: 'application/json' });
  });
});

describe('answers', () => {
  const says = (status: number, type: string | undefined, body: string | Buffer) => (response: ServerResponse) => {
    response.statusCode = status;
    if (type !== undefined) response.setHeader('Content-Type', type);
    response.end(body);
  };
  const json = 'application/json';
  it.each<[string, CallbackName, ReturnType<typeof says>, object]>([
    ['JSON', 'newCall', says(200, json, '{"action":"ivr"}'), { ok: true, status: 200, body: { action: 'ivr' } }],
    ['JSON of a vendor', 'newCall', says(200, 'application/vnd.x+json; charset=utf-8', '1'), { ok: true, body: 1 }],
    ['JSON without a type', 'newCall', says(200, undefined, '[]'), { ok: true, status: 200, body: [] }],
    ['201', 'newCall', says(201, json, '{}'), { ok: false, cause: 'status', status: 201 }],
    ['204 where nobody looks', 'callAnswered', says(204, undefined, ''), { ok: true, status: 204 }],
    ['JSON with byte order mark', 'newCall', says(200, json, '\uFEFF{}'), { ok: true, body: {} }],
    ['empty', 'newCall', says(200, json, ''), { ok: false, cause: 'empty', status: 200 }],
    ['blank', 'getIvrCommand', says(200, json, ' \n'), { ok: false, cause: 'empty' }],
    ['204', 'callEvent', says(204, undefined, ''), { ok: false, cause: 'status', status: 204 }],
    ['empty where that is allowed', 'newRemoteCall', says(200, json, ''), { ok: true, status: 200 }],
    ['HTML', 'newCall', says(200, 'text/html', '<p>hello</p>'), { ok: false, cause: 'notJson', status: 200 }],
    ['broken JSON', 'newCall', says(200, json, '{"a"'), { ok: false, cause: 'notJson' }],
    [
      'JSON nested too deep',
      'newCall',
      says(200, json, '['.repeat(9000) + ']'.repeat(9000)),
      { ok: false, cause: 'notJson' },
    ],
    ['10 MB', 'newCall', says(200, json, Buffer.alloc(10_000_000, ' ')), { ok: false, cause: 'tooLarge' }],
    ['404', 'newCall', says(404, json, '{}'), { ok: false, cause: 'status', status: 404 }],
    ['redirect', 'newCall', says(302, undefined, ''), { ok: false, cause: 'status', status: 302 }],
    ['500 to a question', 'newCall', says(500, json, '{}'), { ok: false, cause: 'status', status: 500 }],
    ['HTML where nobody looks', 'callNotify', says(200, 'text/html', '<p>'), { ok: true, status: 200 }],
    [
      '10 MB where nobody looks',
      'callNotify',
      says(200, json, Buffer.alloc(10_000_000, ' ')),
      { ok: true, status: 200 },
    ],
  ])('%s', async (_name, name, reply, expected) => {
    answer = reply;
    expect(await ask(name)).toMatchObject(expected);
    expect(received).toHaveLength(1);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, Answer, string]>([
    ['no answer', () => {}, 'timeout'],
    ['an answer that stops halfway', (response) => response.write('{"a'), 'timeout'],
    ['a reset', (_response, { socket }) => socket.resetAndDestroy(), 'connection'],
    ['a reset halfway', (response, { socket }) => response.write('{"a', () => socket.resetAndDestroy()), 'connection'],
  ])('%s is a failure of a question, asked once', async (_name, reply, cause) => {
    answer = reply;
    expect(await ask('newCall')).toMatchObject({ ok: false, cause });
    expect(received).toHaveLength(1);
  });

  it('nobody listens', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await ask('newCall')).toMatchObject({ ok: false, cause: 'connection' });
    server.listen(0, '127.0.0.1');
  });
});

describe('retries', () => {
  const failTimes = (times: number, fail: Answer): void => {
    answer = (response, incoming) => (received.length <= times ? fail(response, incoming) : response.end('{}'));
  };
  const reset: Answer = (_response, { socket }) => socket.resetAndDestroy();
  const status500: Answer = (response) => {
    response.statusCode = 500;
    response.end();
  };

  it.each<[CallbackName, string, Answer]>([
    ['callNotify', 'after a 5xx', status500],
    ['callAnswered', 'after a reset', reset],
    ['sessionCompleted', 'after a 5xx', status500],
    ['recordingReady', 'after a reset', reset],
    ['alarm', 'after a 5xx', status500],
  ])('%s is sent again %s, as it was', async (name, _when, fail) => {
    failTimes(1, fail);
    expect(await ask(name, { body: { httpTransactionId: 'same' } })).toMatchObject({ ok: true });
    expect(received.map(({ body }) => body)).toEqual(['{"httpTransactionId":"same"}', '{"httpTransactionId":"same"}']);
    expect(seen[0]).toMatchObject({ attempts: 2, result: 'ok' });
  });

  it('end at the number that is set', async () => {
    failTimes(9, status500);
    expect(await ask('callNotify')).toMatchObject({ ok: false, cause: 'status', status: 500 });
    expect(received).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    ['a 4xx', (response) => void response.writeHead(400).end()],
    ['a time-out', () => {}],
  ])('are not for %s', async (_name, fail) => {
    failTimes(9, fail);
    expect((await ask('callNotify')).ok).toBe(false);
    expect(received).toHaveLength(1);
  });
});

describe('order', () => {
  /** Holds every answer back until the test lets it go. */
  const hold = (): (() => void)[] => {
    const held: (() => void)[] = [];
    answer = (response) => held.push(() => response.end('{}'));
    return held;
  };

  it('one session: one at a time, in the order they were given', async () => {
    callbacks = await create({}, { timeoutSeconds: 5 });
    const held = hold();
    const sent = (['newCall', 'callNotify', 'callAnswered'] as const).map((name) => request(name));
    sent.forEach(callbacks.send);
    for (let arrived = 1; arrived <= 3; arrived++) {
      await expect.poll(() => held.length, { interval: 5 }).toBe(arrived);
      expect(callbacks.stats()).toMatchObject({ waiting: 3 - arrived, underWay: 1 });
      held[arrived - 1]?.();
      await resultOf(sent[arrived - 1]?.token ?? '');
    }
    expect(paths()).toEqual(['/hooks/newCall', '/hooks/callNotify', '/hooks/callAnswered']);
    expect(events.map(({ token }) => token)).toEqual(sent.map(({ token }) => token));
    expect(callbacks.stats()).toMatchObject({ waiting: 0, underWay: 0 });
  });

  it('sessions and alarms do not wait for each other', async () => {
    callbacks = await create({}, { timeoutSeconds: 5 });
    const held = hold();
    for (const session of ['a', 'b', 'c']) callbacks.send(request('newCall', { session: session as SessionId }));
    callbacks.send(request('alarm', { session: 'a' as SessionId }));
    await expect.poll(() => held.length, { interval: 5 }).toBe(4);
    for (const release of held) release();
    await expect.poll(() => events.length, { interval: 5 }).toBe(4);
  });

  it('a failure does not stop those behind it', async () => {
    answer = (response) => (received.length === 1 ? response.socket?.destroy() : response.end('{}'));
    const [first, second] = [request('newCall'), request('getIvrCommand')];
    callbacks.send(first);
    callbacks.send(second);
    expect(await resultOf(second.token)).toMatchObject({ ok: true });
    expect(events[0]).toMatchObject({ token: first.token, result: { ok: false } });
  });

  it('forget drops what waits, abandons what is under way and tells of neither', async () => {
    callbacks = await create({}, { timeoutSeconds: 5 });
    const held = hold();
    callbacks.send(request('newCall'));
    callbacks.send(request('callNotify'));
    await expect.poll(() => held.length, { interval: 5 }).toBe(1);
    callbacks.forget('s1' as SessionId);
    const other = request('newCall', { session: 's2' as SessionId });
    callbacks.send(other);
    await expect.poll(() => held.length, { interval: 5 }).toBe(2);
    held[1]?.();
    await resultOf(other.token);
    expect(paths()).toEqual(['/hooks/newCall', '/hooks/newCall']);
    expect(events).toHaveLength(1);
    expect(callbacks.stats()).toMatchObject({ waiting: 0, underWay: 0 });
  });

  it('forget leaves the alarms of the session alone', async () => {
    callbacks = await create({}, { timeoutSeconds: 5 });
    const held = hold();
    const alarm = request('alarm');
    callbacks.send(alarm);
    await expect.poll(() => held.length, { interval: 5 }).toBe(1);
    callbacks.forget('s1' as SessionId);
    held[0]?.();
    expect(await resultOf(alarm.token)).toMatchObject({ ok: true });
  });

  it('a lane is bounded', async () => {
    callbacks = await create({ maxWaiting: 2 }, { timeoutSeconds: 5 });
    hold();
    const sent = [1, 2, 3, 4].map(() => request('callNotify'));
    sent.forEach(callbacks.send);
    expect(await resultOf(sent[3]?.token ?? '')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/waiting already/),
    });
    expect(callbacks.stats().waiting).toBe(2);
  });
});

describe('connections', () => {
  it('are kept open: fifty callbacks of one session need one', async () => {
    for (let i = 0; i < 50; i++) expect((await ask('getIvrCommand')).ok).toBe(true);
    expect(connections).toBe(1);
    expect(callbacks.stats().connections).toBe(1);
  });

  it('are bounded: twenty sessions share the four that are allowed', async () => {
    callbacks = await create({ connections: 4 }, { timeoutSeconds: 5 });
    const sent = Array.from({ length: 20 }, (_, i) => request('newCall', { session: `s${i}` as SessionId }));
    sent.forEach(callbacks.send);
    await expect.poll(() => events.filter(({ result }) => result.ok).length, { interval: 5 }).toBe(20);
    expect(connections).toBeLessThanOrEqual(4);
  });

  it('are closed with the port, which first lets its requests end', async () => {
    const held: (() => void)[] = [];
    answer = (response) => held.push(() => response.end('{}'));
    const sent = request('sessionCompleted');
    callbacks.send(sent);
    await expect.poll(() => held.length, { interval: 5 }).toBe(1);
    const closed = callbacks.close(5_000);
    held[0]?.();
    await closed;
    expect(events).toMatchObject([{ token: sent.token, result: { ok: true } }]);
    callbacks.send(request('callNotify'));
    expect(callbacks.stats()).toEqual({ waiting: 0, underWay: 0, connections: 0 });
  });
});
