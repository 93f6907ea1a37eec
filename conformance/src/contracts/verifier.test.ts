import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, shut } from '../drivers/http.ts';
import type { Interaction } from './types.ts';
import { type StateValues, verifyPact } from './verifier.ts';
import { pactText } from './write.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(shut));
});

const stated = (name: string): string => `$\{${name}}`;
const interaction: Interaction = {
  description: 'something is taken',
  states: [{ name: 'a call' }],
  requirements: ['a', 'b'],
  request: {
    path: { example: '/x/do', expression: `/${stated('domain')}/do` },
    headers: { 'Content-Type': 'application/json' },
    body: { value: { more: 1 }, rules: {} },
    stated: {
      replyId: { example: 'r', expression: stated('replyId') },
      port: { example: 1, expression: stated('port') },
    },
  },
  response: { status: 200, body: { value: { success: true }, rules: {} } },
};

interface Seen {
  readonly url: string | undefined;
  readonly body: string;
  readonly mark: string | string[] | undefined;
}

async function verify(
  answer: RequestListener,
  setup: () => Promise<StateValues>,
  headers: { readonly headers?: Readonly<Record<string, string>> } = { headers: { 'x-mark': '7' } },
) {
  const seen: Seen[] = [];
  const states: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text: Buffer) => {
      body += text.toString();
    });
    request.on('end', () => {
      seen.push({ url: request.url, body, mark: request.headers['x-mark'] });
      answer(request, response);
    });
  });
  servers.push(server);
  const { port } = await listen(server, '127.0.0.1', 0);
  const mismatches = await verifyPact({
    pact: await pactText({ consumer: 'a', provider: 'b', interactions: [interaction] }),
    baseUrl: `http://127.0.0.1:${port}/base`,
    ...headers,
    states: {
      setup: async ({ name }) => {
        states.push(`+${name}`);
        return setup();
      },
      teardown: async ({ name }) => {
        states.push(`-${name}`);
      },
    },
  });
  return { mismatches, seen, states };
}

const says =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
const told = async (): Promise<StateValues> => ({ domain: 'd.example', replyId: 'from the state', port: 4711 });

describe('the verifier', () => {
  it('puts into the request what the state tells, and ends the state', async () => {
    const { mismatches, seen, states } = await verify(says(200, { success: true, more: 1 }), told);
    expect(mismatches).toEqual([]);
    expect(states).toEqual(['+a call', '-a call']);
    expect(seen.map(({ url, mark }) => [url, mark])).toEqual([['/base/d.example/do', '7']]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ more: 1, replyId: 'from the state', port: 4711 });
  });

  it('needs no headers of its own', async () => {
    const { mismatches, seen } = await verify(says(200, { success: true }), told, {});
    expect([mismatches, seen[0]?.mark]).toEqual([[], undefined]);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['another status', says(500, { success: true }), /expected 200 but was 500/],
    ['another value', says(200, { success: false }), /\$\.success: .*true/],
    ['no answer', (request) => void request.socket.destroy(), /.+/],
  ])('tells of %s', async (_, answer, words) => {
    const { mismatches } = await verify(answer, told);
    expect(mismatches.join('\n')).toMatch(words);
  });

  it('hands on what went wrong with the state', async () => {
    const work = verify(says(200, { success: true }), async () => {
      throw new Error('no telephone rang');
    });
    await expect(work).rejects.toThrow('no telephone rang');
  });
});
