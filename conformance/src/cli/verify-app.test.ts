import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf, isObject, listen, parseJson, shut } from '../drivers/http.ts';
import { recordedIo } from './testing/world.ts';
import { type VerifyAppOptions, verifyApp } from './verify-app.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(shut));
});

type Body = Readonly<Record<string, unknown>>;
type Handler = (body: Body, response: ServerResponse) => unknown;

/** An application that is right but for the handlers given; `undefined` as answer: the handler has answered. */
async function application(handlers: Readonly<Record<string, Handler>> = {}) {
  const seen: { readonly path: string; readonly body: Body }[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const name = path.slice(path.lastIndexOf('/') + 1);
    const body = parseJson(String((await bodyOf(request)) ?? ''));
    const asked = isObject(body) ? body : {};
    seen.push({ path, body: asked });
    const answer = (handlers[name] ?? right[name] ?? (() => ({})))(asked, response);
    if (answer !== undefined)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  servers.push(server);
  const { port } = await listen(server, '127.0.0.1', 0);
  return { url: `http://127.0.0.1:${port}/callbacks`, seen };
}

const right: Readonly<Record<string, Handler>> = {
  newCall: () => ({ action: 'ivr', sessionReferenceId: { my: 'reference' } }),
  callEvent: () => ({ action: 'drop' }),
  getIvrCommand: () => ({ hangup: true }),
};

/** The only one that a test waits for in vain. */
const silent: Handler = () => undefined;

async function verified(url: string, more: Partial<VerifyAppOptions> = {}) {
  const io = recordedIo();
  const exitCode = await verifyApp({ url, timeout: 10, ...more }, io);
  return { exitCode, out: io.said.out };
}

describe('an application that is right', () => {
  it('is told so, for all ten callbacks', async () => {
    const { url, seen } = await application();
    const { exitCode, out } = await verified(url);
    expect(out.split('\n').at(-2)).toMatch(/^verify-app: 10 callbacks right, 0 wrong; \d+ requests$/);
    expect(exitCode).toBe(0);
    expect(new Set(seen.map(({ path }) => path)).size).toBe(10);
  });

  it('gets back the reference that it gave, and one session for what belongs together', async () => {
    const { url, seen } = await application();
    await verified(url, { callbacks: 'newCall,callAnswered,getIvrCommand,sessionCompleted' });
    const sessions = Map.groupBy(seen, ({ body }) => body.sessionId);
    const [first, ...later] = [...sessions.values()].map((all) => all.map(({ path }) => path.split('/').at(-1)));
    expect(first?.slice(0, 2)).toEqual(['newCall', 'callAnswered']);
    expect(first?.filter((name) => name === 'sessionCompleted')).toHaveLength(1);
    expect(new Set(later.map(String))).toEqual(new Set(['newCall,sessionCompleted']));
    const references = seen.filter(({ path }) => !path.endsWith('newCall')).map(({ body }) => body.sessionReferenceId);
    expect(new Set(references.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"my":"reference"}']));
  });

  it('has its alarms elsewhere', async () => {
    const [{ url }, alarms] = [await application(), await application()];
    const { exitCode } = await verified(url, { alarmUrl: `${alarms.url}/operator`, callbacks: 'alarm,callNotify' });
    expect(exitCode).toBe(0);
    expect(new Set(alarms.seen.map(({ path }) => path))).toEqual(new Set(['/callbacks/operator']));
  });
});

describe('a broken handler', () => {
  it.each<[what: string, name: string, handler: Handler, says: readonly string[]]>([
    [
      '500 to getIvrCommand',
      'getIvrCommand',
      (_, response) => void response.writeHead(500).end(),
      [
        'it answered 500',
        'the call is ended with BYE: the caller hears nothing',
        'getIvrCommand request error',
        'reason error',
      ],
    ],
    [
      'an unknown action to newCall',
      'newCall',
      () => ({ action: 'answer' }),
      [
        'there is no action "answer"',
        'refused with 480',
        'alarm newCallEventError: newCall response with unknown action',
      ],
    ],
    [
      'nothing in time to callEvent',
      'callEvent',
      silent,
      ['it gave no whole answer within 0.2 s', 'No response to callEvent request'],
    ],
    [
      'a broken connection to callNotify',
      'callNotify',
      (_, response) => void response.destroy(),
      ['it gave no answer', 'the call goes on', 'no alarm'],
    ],
  ])('%s is told, and what comes of it on the telephone', async (_, name, handler, says) => {
    const { url } = await application({ [name]: handler });
    const { exitCode, out } = await verified(url, { timeout: handler === silent ? 0.2 : 10, callbacks: name });
    expect(exitCode).toBe(1);
    for (const words of says) expect(out).toContain(words);
    expect(out).toContain('verify-app: 0 callbacks right, 1 wrong;');
  });

  it('is told to programs and to CI', async () => {
    const { url } = await application({ newCall: () => ({ action: 'call', destAddr: 'tel:+4689' }) });
    const junit = join(tmpdir(), `verify-app-${process.pid}.xml`);
    const { exitCode, out } = await verified(url, { json: true, junit, callbacks: 'newCall,callEvent' });
    const cases = await readFile(junit, 'utf8');
    await rm(junit);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'fail',
      callbacks: [
        {
          name: 'newCall',
          verdict: 'fail',
          requests: [{ status: 200, findings: [{ fault: 'bad address', pointer: '/destAddr', sip: '480' }] }],
        },
        { name: 'callEvent', verdict: 'pass' },
      ],
    });
    expect(cases).toContain('<testsuite name="newCall" tests="1" failures="1">');
    expect(cases).toContain('<failure type="bad address"');
  });
});

describe('what the user has to set right', () => {
  it.each<[string, Partial<VerifyAppOptions>, string, string]>([
    ['nobody at the URL', { url: 'http://127.0.0.1:1' }, 'no-application', 'Nobody answers at http://127.0.0.1:1/'],
    ['no URL', { url: 'localhost:3000' }, 'bad-option', '--url localhost:3000 is no http or https URL.'],
    ['a callback that is none', { callbacks: 'newcall' }, 'bad-selection', 'Was newCall meant?'],
    [
      'a contract that is not there',
      { contract: '/nowhere.json' },
      'bad-option',
      '--contract /nowhere.json cannot be read',
    ],
  ])('%s', async (_, more, code, words) => {
    const { url } = await application();
    const work = verifyApp({ url, timeout: 10, ...more }, recordedIo());
    await expect(work).rejects.toMatchObject({ code, exitCode: 2, message: expect.stringContaining(words) });
  });
});
