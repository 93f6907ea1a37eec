import { tones, wave } from '@mediaservice/fixtures';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, play, stored } from '../support/answers.ts';
import { expectRefused } from '../support/errors.ts';
import { between, is } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { foreignRequest } from '../support/foreign.ts';
import { asciiWave } from '../support/waves.ts';

const area = 'promptfile';
const capability = 'prompts';
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

/** A name that no other scenario of any run has. */
const ownName = (ctx: TestContext): string => `suite-${ctx.newId()}.wav`;
const path = (name: string): string => `promptfile/${name}`;

const put = (ctx: TestContext, name: string, raw: Uint8Array, contentType = 'audio/wav') =>
  ctx.rest.send(path(name), undefined, { method: 'PUT', raw, contentType });
const get = (ctx: TestContext, name: string) => ctx.rest.send(path(name), undefined, { method: 'GET' });
const remove = (ctx: TestContext, name: string) => ctx.rest.send(path(name), undefined, { method: 'DELETE' });

scenario(
  {
    id: 'promptfile/of-another-domain',
    title: 'A file of one domain is not there in another, and another of its name changes nothing in it',
    area,
    capability,
    tenant: 'foreign',
    requirements: ['promptfile-domains-apart', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const [name, foreign] = [ownName(ctx), await foreignRequest(ctx)];
    const wav = (hertz: number) => wave(tones([{ frequencies: [hertz], milliseconds: 50 }], 8000), 8000);
    const ours = wav(440);
    await put(ctx, name, ours);
    const unseen = await ctx.rest.send(path(name), undefined, { ...foreign, method: 'GET' });
    expectRefused(ctx, 'promptfile-domains-apart', 'GET in the other domain', unseen, 404);
    const theirs = { ...foreign, method: 'PUT', raw: wav(880), contentType: 'audio/wav' };
    await ctx.rest.send(path(name), undefined, theirs);
    const kept = Buffer.from((await get(ctx, name)).bytes).equals(ours);
    ctx.expect('promptfile-domains-apart', 'our file is as it was', kept, is(true));
    await ctx.rest.send(path(name), undefined, { ...foreign, method: 'DELETE' });
    const { status } = await get(ctx, name);
    ctx.expect('promptfile-domains-apart', 'our file after the DELETE of theirs', status, is(200));
    await remove(ctx, name);
  },
);

scenario(
  {
    id: 'promptfile/stored-and-fetched',
    title: 'A file that was stored (201) can be fetched byte by byte, replaced (200) and removed',
    area,
    capability,
    requirements: [
      'promptfile-put-new',
      'promptfile-put-replace',
      'promptfile-get-bytes',
      'promptfile-delete',
      'promptfile-get-unknown',
      'promptfile-delete-unknown',
      ...refusal,
    ],
    needs: { rest: true },
  },
  async (ctx) => {
    const name = ownName(ctx);
    expectRefused(ctx, 'promptfile-get-unknown', 'GET of a name that is not there', await get(ctx, name), 404);
    expectRefused(ctx, 'promptfile-delete-unknown', 'DELETE of a name that is not there', await remove(ctx, name), 404);
    const [first, second] = [asciiWave('first'), asciiWave('the second one')];
    ctx.expect('promptfile-put-new', 'status of the first PUT', (await put(ctx, name, first)).status, is(201));
    const fetched = await get(ctx, name);
    ctx.expect('promptfile-put-new', 'status of GET', fetched.status, is(200));
    ctx.expect(
      'promptfile-get-bytes',
      'the bytes, which are all ASCII',
      fetched.raw,
      is(Buffer.from(first).toString('latin1')),
    );
    ctx.expect('promptfile-put-replace', 'status of the second PUT', (await put(ctx, name, second)).status, is(200));
    const replaced = await get(ctx, name);
    ctx.expect(
      'promptfile-put-replace',
      'the bytes afterwards',
      replaced.raw,
      is(Buffer.from(second).toString('latin1')),
    );
    ctx.expect('promptfile-delete', 'status of DELETE', (await remove(ctx, name)).status, is(200));
    expectRefused(ctx, 'promptfile-delete', 'GET after DELETE', await get(ctx, name), 404);
  },
);

scenario(
  {
    id: 'promptfile/names-with-paths',
    title: 'Names that would leave the storage are refused with 400, whichever way they are encoded',
    area,
    capability,
    requirements: ['promptfile-name-with-path', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    for (const name of [
      '..%2Fsecret.wav',
      'a%2Fb.wav',
      '%2Fetc%2Fpasswd.wav',
      'a%5Cb.wav',
      '..%5C..%5Cx.wav',
      'a%00b.wav',
      'a%0Ab.wav',
    ]) {
      for (const method of ['GET', 'PUT'] as const) {
        const body = method === 'PUT' ? { raw: asciiWave('x'), contentType: 'audio/wav' } : {};
        const response = await ctx.rest.send(path(name), undefined, { method, expectInvalid: true, ...body });
        expectRefused(ctx, 'promptfile-name-with-path', `${method} ${name}`, response, 400);
      }
    }
  },
);

scenario(
  {
    id: 'promptfile/strangers',
    title: 'Without a valid token nothing is read, written or removed',
    area,
    capability,
    requirements: ['promptfile-auth', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const name = ownName(ctx);
    await put(ctx, name, asciiWave('mine'));
    const stranger = { authorization: { value: 'Bearer not-a-token' } } as const;
    const write = { raw: asciiWave('theirs'), contentType: 'audio/wav' };
    for (const [method, more] of [
      ['GET', {}],
      ['PUT', write],
      ['DELETE', {}],
    ] as const) {
      const response = await ctx.rest.send(path(name), undefined, { method, ...stranger, ...more });
      expectRefused(ctx, 'promptfile-auth', `${method} with a bad token`, response, 401);
    }
    const still = await get(ctx, name);
    ctx.expect(
      'promptfile-auth',
      'the file afterwards',
      still.raw,
      is(Buffer.from(asciiWave('mine')).toString('latin1')),
    );
    await remove(ctx, name);
  },
);

scenario(
  {
    id: 'promptfile/other-media-types',
    title: 'Content that is declared as something else than audio is refused with 415',
    area,
    capability,
    requirements: ['promptfile-not-audio', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const name = ownName(ctx);
    for (const contentType of ['text/html', 'application/json', 'image/png']) {
      const response = await ctx.rest.send(path(name), undefined, {
        method: 'PUT',
        raw: '{}',
        contentType,
        expectInvalid: true,
      });
      expectRefused(ctx, 'promptfile-not-audio', `Content-Type ${contentType}`, response, 415);
    }
    expectRefused(ctx, 'promptfile-not-audio', 'GET afterwards', await get(ctx, name), 404);
  },
);

scenario(
  {
    id: 'promptfile/broken-upload',
    title: 'An upload that breaks off leaves the file that was there before',
    area,
    capability,
    requirements: ['promptfile-whole-or-nothing', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const [old, fresh] = [ownName(ctx), ownName(ctx)];
    await put(ctx, old, asciiWave('whole'));
    for (const name of [old, fresh]) await breakOff(ctx, name, asciiWave('a part of what was promised'));
    const kept = await get(ctx, old);
    ctx.expect(
      'promptfile-whole-or-nothing',
      'the file that was there',
      kept.raw,
      is(Buffer.from(asciiWave('whole')).toString('latin1')),
    );
    expectRefused(ctx, 'promptfile-whole-or-nothing', 'the file that was not there', await get(ctx, fresh), 404);
    await remove(ctx, old);
  },
);

/** Announces more bytes than it sends, and breaks the connection. */
async function breakOff(ctx: TestContext, name: string, bytes: Uint8Array): Promise<void> {
  const base = new URL(ctx.target.rest.baseUrl);
  const head = [
    `PUT ${base.pathname.replace(/\/$/, '')}/${ctx.target.domain}/${path(name)} HTTP/1.1`,
    `Host: ${base.host}`,
    `Authorization: Bearer ${await ctx.rest.token()}`,
    'Content-Type: audio/wav',
    `Content-Length: ${bytes.length * 2}`,
    '',
    '',
  ].join('\r\n');
  const { hostname: host, port } = base;
  await ctx.harness.outside.breakOff({ host, port: Number(port) || 80 }, head, bytes);
  ctx.note(`PUT ${name} broken off half-way`);
  // The target has to see the end of the connection, and nothing may come of it.
  await ctx.webhooks.quiet(ctx.target.timers.quietMs);
}

scenario(
  {
    id: 'promptfile/playable-at-once',
    title: 'A WAV that has just been stored is heard as a phrase: its frequency, for as long as it is',
    area,
    capability,
    requirements: ['promptfile-playable'],
    needs: { rest: true, call: true, webhook: true, rtp: true },
  },
  async (ctx) => {
    const name = ownName(ctx);
    const tone = tones([{ frequencies: [700], milliseconds: 600 }], 8000);
    await put(ctx, name, wave(tone, 8000));
    const { call } = await answeredIvr(ctx, { commands: play([stored(name)], hangUp()) });
    const heard = await call.rtp.waitForTone(700, 500, ctx.target.timers.stepMs);
    ctx.expect('promptfile-playable', 'frequency, Hz', heard.frequency, between(690, 710));
    await call.ended;
    await remove(ctx, name);
  },
);
