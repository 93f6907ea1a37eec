import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, endBridge, hears, voices } from '../support/bridge.ts';
import { expectRefused } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { ownName, removeFile, talkAtOnce } from '../support/recordings.ts';

const area = 'stoprecording';
const capability = 'recording';
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

scenario(
  {
    id: 'stoprecording/not-recording',
    title: 'stoprecording is refused with 409 before a recording and after its end, with 400 when it names nothing',
    area,
    capability,
    requirements: [
      ...['stoprecording-not-recording', 'stoprecording-nothing-named', 'stoprecording-not-a-connection'],
      ...refusal,
    ],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const nothing = await ctx.rest.send('stoprecording', {}, { expectInvalid: true });
    expectRefused(ctx, 'stoprecording-nothing-named', 'an empty object', nothing, 400);
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    const never = await ctx.rest.send('stoprecording', { connectionId });
    expectRefused(ctx, 'stoprecording-not-recording', 'a connection that was never recorded', never, 409);
    const name = ownName(ctx);
    await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
    await talkAtOnce(bridge, 300);
    await ctx.rest.send('stoprecording', { connectionId });
    const twice = await ctx.rest.send('stoprecording', { connectionId });
    expectRefused(ctx, 'stoprecording-not-recording', 'a recording that was stopped', twice, 409);
    const unknown = await ctx.rest.send('stoprecording', { connectionId: '00000000-0000-4000-8000-000000000002' });
    expectRefused(ctx, 'stoprecording-not-a-connection', 'an unknown connectionId', unknown, 404);
    await ctx.webhooks.next('recordingReady');
    await endBridge(ctx, bridge);
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'stoprecording/call-goes-on',
    title: 'After stoprecording the parties still hear each other, and another recording can be made',
    area,
    capability,
    requirements: ['stoprecording-ends-recording', 'startrecording-file-name'],
    needs: { call: true, webhook: true, rest: true, rtp: true },
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId, caller, callee } = bridge;
    for (const name of [ownName(ctx), ownName(ctx)]) {
      await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
      await talkAtOnce(bridge, 300);
      await ctx.rest.send('stoprecording', { connectionId });
      const { body } = await ctx.webhooks.next('recordingReady');
      ctx.expect('startrecording-file-name', 'recordingFileName', body.recordingFileName, is(name));
      await removeFile(ctx, name);
    }
    const heard = await hears(ctx, caller, callee, voices.third);
    ctx.expect('stoprecording-ends-recording', 'the callee hears the caller', heard, is(true));
    ctx.expect('stoprecording-ends-recording', 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
    await endBridge(ctx, bridge);
  },
);
