import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mock, MockError, startMock } from './mock.ts';
import { callbackNames, callbacks, isAsking, operationIds, operations } from './tables.ts';
import { exampleBody } from './testing/examples.ts';
import { validateCallbackAnswer, validateSchema } from './validators.ts';

let mock: Mock;
const violations: string[] = [];

beforeAll(async () => {
  mock = await startMock({
    host: '127.0.0.1',
    apiPort: 0,
    applicationPort: 0,
    onViolation: (line) => violations.push(line),
  });
});
afterAll(() => mock.close());

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const authorization = 'Bearer a.b.c';
const urlOf = (id: (typeof operationIds)[number]) => mock.api + operations[id].path.replace('{domain}', 'demo');

describe('the API', () => {
  it.each(operationIds)('takes the example of %s', async (id) => {
    const answer = await post(urlOf(id), exampleBody('paths', operations[id].path), { authorization });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ success: true });
  });

  it.each([
    ['no token', {}, { destAddr: 'sip:a@b' }, 401],
    ['a body against the schema', { authorization }, { destAddr: 7 }, 400],
    ['another answer on request', { authorization, prefer: 'code=409' }, { destAddr: 'sip:a@b' }, 409],
  ])('answers as D-ERR says: %s', async (_name, headers, body, status) => {
    const answer = await post(urlOf('placeIvrCall'), body, headers);
    expect(answer.status).toBe(status);
    expect(validateSchema('Error', await answer.json())).toEqual([]);
  });

  it('tells what is wrong', async () => {
    violations.length = 0;
    await post(urlOf('placeIvrCall'), {}, { authorization });
    expect(violations.join('\n')).toContain('destAddr');
  });

  it('has a prompt', async () => {
    const answer = await fetch(`${mock.api}/demo/promptfile/hello.wav`, { headers: { authorization } });
    expect(answer.status).toBe(200);
  });
});

describe('the customer application', () => {
  it.each(callbackNames)('answers the example of %s', async (name) => {
    const answer = await post(mock.application + callbacks[name].path, exampleBody('webhooks', name));
    expect(answer.status).toBe(200);
    if (isAsking(name)) expect(validateCallbackAnswer(name, await answer.json())).toEqual([]);
  });

  it('takes a new call to the IVR and has something to say', async () => {
    const action = await post(`${mock.application}/newCall`, exampleBody('webhooks', 'newCall'));
    expect(await action.json()).toMatchObject({ action: 'ivr' });
    const command = await post(`${mock.application}/getIvrCommand`, exampleBody('webhooks', 'getIvrCommand'));
    expect(await command.json()).toMatchObject({ phrases: [{ format: 'awstts' }] });
  });
});

/** Runs the program until it ends by itself. */
async function runMock(...args: readonly string[]) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('mock.ts', import.meta.url)), ...args]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('Ctrl-C ends it.')) child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, output };
}

describe('the program', () => {
  it('prints both addresses and ends cleanly by Ctrl-C', async () => {
    const { code, output } = await runMock('--api-port', '0', '--app-port', '0');
    expect(output).toMatch(/API: +http:\/\/127\.0\.0\.1:\d+\ncustomer application: http:\/\/127\.0\.0\.1:\d+\n/);
    expect(code).toBe(0);
  });

  it.each([
    ['--help', 0, /--api-port/],
    ['--api-port=many', 2, /^--api-port takes a number[^\n]+\n$/],
    ['--app-port=70000', 2, /^--app-port takes a number[^\n]+\n$/],
    ['--tea', 2, /^[^\n]*--tea[^\n]*\n$/],
  ])('%s: exit code %i', async (argument, code, expected) => {
    const ended = await runMock(argument);
    expect(ended.output).toMatch(expected);
    expect(ended.code).toBe(code);
  });

  it('a port in use: one sentence, exit code 2', async () => {
    const taken = new URL(mock.api).port;
    const ended = await runMock('--api-port', '0', '--app-port', taken);
    expect(ended.output).toBe(`Port ${taken} of 127.0.0.1 is in use; name a free one with --api-port or --app-port.\n`);
    expect(ended.code).toBe(2);
  });
});

describe('startMock', () => {
  it('leaves nothing running when the second port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const free = holder.address();
    holder.close();
    await once(holder, 'close');
    const apiPort = typeof free === 'object' && free !== null ? free.port : 0;
    const settings = {
      host: '127.0.0.1',
      apiPort,
      applicationPort: Number(new URL(mock.api).port),
      onViolation: () => {},
    };
    await expect(startMock(settings)).rejects.toThrow(MockError);
    await expect(fetch(`http://127.0.0.1:${apiPort}/`)).rejects.toThrow();
  });
});
