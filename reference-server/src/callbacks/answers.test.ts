import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallbackName } from '../session/ports/callbacks.ts';
import { type Answer, type CallbackBench, openCallbackBench } from '../testing/callback-bench.ts';

let bench: CallbackBench;
beforeEach(async () => {
  bench = await openCallbackBench();
});
afterEach(() => bench.close());

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
    bench.answer = reply;
    expect(await bench.ask(name)).toMatchObject(expected);
    expect(bench.received).toHaveLength(1);
    expect(bench.seen).toHaveLength(1);
  });

  it.each<[string, Answer, string]>([
    ['no answer', () => {}, 'timeout'],
    ['an answer that stops halfway', (response) => response.write('{"a'), 'timeout'],
    ['a reset', (_response, { socket }) => socket.resetAndDestroy(), 'connection'],
    ['a reset halfway', (response, { socket }) => response.write('{"a', () => socket.resetAndDestroy()), 'connection'],
  ])('%s is a failure of a question, asked once', async (_name, reply, cause) => {
    bench.answer = reply;
    expect(await bench.ask('newCall')).toMatchObject({ ok: false, cause });
    expect(bench.received).toHaveLength(1);
  });

  it('nobody listens', async () => {
    await bench.stopListening();
    expect(await bench.ask('newCall')).toMatchObject({ ok: false, cause: 'connection' });
  });
});

describe('retries', () => {
  const failTimes = (times: number, fail: Answer): void => {
    bench.answer = (response, incoming) =>
      bench.received.length <= times ? fail(response, incoming) : response.end('{}');
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
    expect(await bench.ask(name, { body: { httpTransactionId: 'same' } })).toMatchObject({ ok: true });
    expect(bench.received.map(({ body }) => body)).toEqual([
      '{"httpTransactionId":"same"}',
      '{"httpTransactionId":"same"}',
    ]);
    expect(bench.seen[0]).toMatchObject({ attempts: 2, result: 'ok' });
  });

  it('end at the number that is set', async () => {
    failTimes(9, status500);
    expect(await bench.ask('callNotify')).toMatchObject({ ok: false, cause: 'status', status: 500 });
    expect(bench.received).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    ['a 4xx', (response) => void response.writeHead(400).end()],
    ['a time-out', () => {}],
  ])('are not for %s', async (_name, fail) => {
    failTimes(9, fail);
    expect((await bench.ask('callNotify')).ok).toBe(false);
    expect(bench.received).toHaveLength(1);
  });
});
