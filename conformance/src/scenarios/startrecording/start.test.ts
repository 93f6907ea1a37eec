import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is, that } from '../support/expected.ts';
import { fetchFile, ownName, removeFile, talkAtOnce } from '../support/recordings.ts';

const area = 'startrecording';
const capability = 'recording';
const needs = { call: true, webhook: true, rest: true } as const;
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

scenario(
  {
    id: 'startrecording/by-reply-id',
    title: 'startrecording and stoprecording take the replyId of callAnswered; without a name the service makes one',
    area,
    capability,
    requirements: [
      ...['startrecording-by-replyid', 'startrecording-default-name', 'stoprecording-by-replyid'],
      'rest-general-answers-success-true',
    ],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { replyId } = bridge;
    const started = await ctx.rest.send('startrecording', { replyId });
    ctx.expect('startrecording-by-replyid', 'status', started.status, is(200));
    expectTaken(ctx, 'startrecording', started);
    await talkAtOnce(bridge, 400);
    const stopped = await ctx.rest.send('stoprecording', { replyId });
    ctx.expect('stoprecording-by-replyid', 'status', stopped.status, is(200));
    expectTaken(ctx, 'stoprecording', stopped);
    const { body } = await ctx.webhooks.next('recordingReady');
    await endBridge(ctx, bridge);
    const named = that('a name of a WAV or MP3', (name: unknown) => /^[^/\\]+\.(wav|mp3)$/i.test(String(name)));
    ctx.expect('startrecording-default-name', 'recordingFileName', body.recordingFileName, named);
    const name = String(body.recordingFileName);
    ctx.expect('startrecording-default-name', 'GET of it', (await fetchFile(ctx, name)).status, is(200));
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'startrecording/twice',
    title: 'startrecording on a connection that is recorded is refused with 409, and the recording goes on',
    area,
    capability,
    requirements: ['startrecording-already-recording', ...refusal],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    const [first, second] = [ownName(ctx), ownName(ctx)];
    await ctx.rest.send('startrecording', { connectionId, recordingFileName: first });
    const again = await ctx.rest.send('startrecording', { connectionId, recordingFileName: second });
    expectRefused(ctx, 'startrecording-already-recording', 'the second startrecording', again, 409);
    await talkAtOnce(bridge, 400);
    await ctx.rest.send('stoprecording', { connectionId });
    const { body } = await ctx.webhooks.next('recordingReady');
    await endBridge(ctx, bridge);
    ctx.expect('startrecording-already-recording', 'what was recorded', body.recordingFileName, is(first));
    const told = ctx.webhooks.all('recordingReady').length;
    ctx.expect('startrecording-already-recording', 'recordings told', told, is(1));
    ctx.expect('startrecording-already-recording', 'GET of the second', (await fetchFile(ctx, second)).status, is(404));
    await removeFile(ctx, first);
  },
);

scenario(
  {
    id: 'startrecording/names',
    title: 'Names with a path, dot-dot, a control character or another extension are refused with 400',
    area,
    capability,
    requirements: ['startrecording-name-with-path', 'startrecording-unknown-extension', ...refusal],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    const name = ownName(ctx);
    const start = (recordingFileName: string) =>
      ctx.rest.send('startrecording', { connectionId, recordingFileName }, { expectInvalid: true });
    const slug = 'startrecording-name-with-path';
    for (const bad of [
      `../${name}`,
      `a/${name}`,
      `/${name}`,
      `a\\${name}`,
      `..\\${name}`,
      `a\n${name}`,
      `a\0${name}`,
    ]) {
      expectRefused(ctx, slug, `the name ${JSON.stringify(bad)}`, await start(bad), 400);
    }
    for (const bad of ['conversation', 'conversation.ogg', 'conversation.wav.exe', '.wav']) {
      expectRefused(ctx, 'startrecording-unknown-extension', `the name ${bad}`, await start(bad), 400);
    }
    await endBridge(ctx, bridge);
    ctx.expect(slug, 'recordings told', ctx.webhooks.all('recordingReady').length, is(0));
    ctx.expect(slug, 'GET of the last part of the names', (await fetchFile(ctx, name)).status, is(404));
  },
);

scenario(
  {
    id: 'startrecording/no-connection',
    title: 'startrecording that names nothing is refused with 400, of no ongoing connection with 404',
    area,
    capability,
    requirements: ['startrecording-nothing-named', 'startrecording-not-a-connection', ...refusal],
    needs,
  },
  async (ctx) => {
    const nothing = await ctx.rest.send('startrecording', { recordingFileName: ownName(ctx) }, { expectInvalid: true });
    expectRefused(ctx, 'startrecording-nothing-named', 'a body with a name alone', nothing, 400);
    const connectionId = '00000000-0000-4000-8000-000000000002';
    const unknown = await ctx.rest.send('startrecording', { connectionId });
    expectRefused(ctx, 'startrecording-not-a-connection', 'an unknown connectionId', unknown, 404);
    const bridge = await bridgedCall(ctx);
    await endBridge(ctx, bridge);
    const over = await ctx.rest.send('startrecording', { connectionId: bridge.connectionId });
    expectRefused(ctx, 'startrecording-not-a-connection', 'the connectionId of a call that is over', over, 404);
  },
);
