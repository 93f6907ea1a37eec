import { createServer, type Server } from 'node:http';
import { loadOpenApi } from '@mediaservice/spec';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunClock } from '../../harness/timeline.ts';
import { parseTarget } from '../../target/load.ts';
import type { Target } from '../../target/types.ts';
import { bodyOf, listen, shut } from '../http.ts';
import { createJudge } from '../prism-proxy/judge.ts';
import { startTap } from '../prism-proxy/tap.ts';
import type { Exchange, PrismTap } from '../prism-proxy/types.ts';
import { restClient } from './client.ts';
import { bearerToken } from './token.ts';

const host = '127.0.0.1';
const clock: RunClock = { epoch: Date.now(), now: () => performance.now() };

describe('the REST client behind its tap', () => {
  let target: Target;
  let api: Server;
  let tap: PrismTap;
  let answer: { status: number; body: string } = { status: 200, body: '{"success":true}' };
  const requests: { url: string; headers: Record<string, unknown>; body: string }[] = [];
  const exchanges: Exchange[] = [];
  beforeAll(async () => {
    api = createServer((incoming, response) => {
      void bodyOf(incoming).then((body) => {
        requests.push({ url: incoming.url ?? '', headers: incoming.headers, body: body?.toString() ?? '' });
        response.writeHead(answer.status, { 'content-type': 'application/json', 'x-theirs': 'yes' }).end(answer.body);
      });
    });
    const { port } = await listen(api, host, 0);
    target = await parseTarget(
      `name: fake
rest: { baseUrl: "http://${host}:${port}/api" }
domain: acme.example
credentials: { kind: hs256, secret: a-secret-of-thirty-two-characters }
sip: { host: 127.0.0.1, port: 5060 }
callbacks: { baseUrl: http://127.0.0.1:9 }
numbers: { prefix: "1", first: 1, last: 9 }
suite: { host: 127.0.0.1 }
`,
      't.yaml',
    );
    tap = await startTap({
      ...{
        clock,
        host,
        upstream: new URL(target.rest.baseUrl).origin,
        judge: await createJudge(loadOpenApi()),
        culprits: ['harness', 'target'],
        marks: false,
      },
      pathOf: (url) => url.replace('/api', ''),
    });
  });
  afterEach(() => {
    answer = { status: 200, body: '{"success":true}' };
    requests.length = 0;
    exchanges.length = 0;
  });
  afterAll(async () => {
    await tap.close();
    await shut(api);
  });
  const client = (): ReturnType<typeof restClient> =>
    restClient({ target, tap, onExchange: (one) => exchanges.push(one) });

  it('calls an operation with a token of the domain, and the target sees nothing of the suite', async () => {
    const response = await client().call('hangupCall', { replyId: 'r' });
    expect(response).toMatchObject({ status: 200, body: { success: true }, violations: [] });
    expect(response.headers['x-theirs']).toBe('yes');
    const [seen] = requests;
    expect(seen).toMatchObject({ url: '/api/acme.example/hangupcall', body: '{"replyId":"r"}' });
    expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith('x-suite'))).toEqual([]);
    expect(decodeJwt(String(seen?.headers.authorization).replace('Bearer ', ''))).toMatchObject({
      domain: 'acme.example',
    });
    expect(exchanges).toHaveLength(1);
  });

  it('blames the target for an answer that breaks the schema', async () => {
    answer = { status: 200, body: '{"success":"yes"}' };
    const { violations } = await client().call('hangupCall', { replyId: 'r' });
    expect(violations.length).toBeGreaterThan(0);
    for (const one of violations) {
      expect(one).toMatchObject({ culprit: 'target', where: 'response', pointer: '/body/success', intended: false });
    }
  });

  it.each([
    ['malformed JSON', { raw: '{"replyId": ' }, '{"replyId": '],
    ['another content type', { raw: 'a=b', contentType: 'application/x-www-form-urlencoded' }, 'a=b'],
    ['a wrong type', { raw: '{"replyId": 5}' }, '{"replyId": 5}'],
  ])('sends %s as it is; that is nobody’s fault when intended', async (_, variant, wire) => {
    answer = { status: 400, body: '{"success":false,"error":"e","message":"m"}' };
    const { status, violations } = await client().send('hangupcall', undefined, { ...variant, expectInvalid: true });
    expect(status).toBe(400);
    expect(requests[0]?.body).toBe(wire);
    expect(violations.length).toBeGreaterThan(0);
    expect(violations.filter((one) => !one.intended || one.where === 'response')).toEqual([]);
  });

  it('blames the harness for a wrong request that was not intended', async () => {
    const { violations } = await client().send('hangupcall', { replyId: 5 });
    expect(violations).toMatchObject([{ culprit: 'harness', where: 'request', pointer: '/body/replyId' }]);
  });

  it('sends no token, another one, and to another domain', async () => {
    const rest = client();
    await rest.send('hangupcall', { replyId: 'r' }, { authorization: 'none' });
    expect(exchanges[0]?.violations.filter((one) => !one.intended && one.culprit === 'harness')).toEqual([]);
    await rest.send('hangupcall', { replyId: 'r' }, { authorization: { value: 'Basic x' }, domain: 'other/one' });
    expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/api/acme.example/hangupcall', undefined],
      ['/api/other%2Fone/hangupcall', 'Basic x'],
    ]);
  });

  it('tells that the target gave no answer', async () => {
    const dead = await startTap({
      ...{
        clock,
        host,
        upstream: 'http://127.0.0.1:9',
        judge: async () => [],
        culprits: ['harness', 'target'],
        marks: false,
      },
      pathOf: (url) => url,
    });
    await expect(restClient({ target, tap: dead }).call('hangupCall', { replyId: 'r' })).rejects.toThrow(
      /^POST hangupcall: the target gave no answer \(/,
    );
    await dead.close();
  });

  it('makes tokens with other claims, and with fewer', async () => {
    const changes = { claims: { domain: undefined, extra: 1 } };
    expect(decodeJwt(await bearerToken(target.credentials, 'd'))).toMatchObject({ domain: 'd' });
    const changed = decodeJwt(await bearerToken(target.credentials, 'd', changes));
    expect(changed).toMatchObject({ extra: 1 });
    expect(changed).not.toHaveProperty('domain');
  });

  it('makes expired tokens, and leaves a ready one as it is', async () => {
    expect(decodeJwt(await client().token({ expired: true })).exp).toBeLessThan(Date.now() / 1000);
    expect(await bearerToken({ kind: 'bearer', token: 't' }, 'd')).toBe('t');
    await expect(bearerToken({ kind: 'bearer', token: 't' }, 'd', { expired: true })).rejects.toThrow(/ready token/);
  });
});
