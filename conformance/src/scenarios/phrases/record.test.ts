import { scenario } from '../../harness/scenario.ts';
import { hangUp, type Json, play } from '../support/answers.ts';
import { atWork } from '../support/collect.ts';
import { between, is, nonEmptyText, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { withTone } from '../support/prompts.ts';
import { fetchFile, ownName, removeFile } from '../support/recordings.ts';

const area = 'phrases';
const capability = 'ivr-record';
const needs = { call: true, webhook: true, rtp: true } as const;
const seconds = 8;

for (const { name, key, slug, more } of [
  {
    name: 'termination-key',
    key: '#',
    slug: 'phrases-record-termination-key',
    more: { dtmf: { terminationKey: '#', firstTimeout: 5 } },
  },
  { name: 'barge-in', key: '5', slug: 'phrases-record-barge-in', more: { bargeIn: 'current' } },
] satisfies readonly { name: string; key: '#' | '5'; slug: string; more: Json }[]) {
  scenario(
    {
      id: `phrases/record-${name}`,
      title: `The key ${key} ends a record phrase long before its maxDuration, and the prompt after it is heard`,
      area,
      capability,
      requirements: [slug, 'phrases-record'],
      needs,
    },
    (ctx) =>
      withTone(ctx, 1500, 300, async (tone) => {
        const fileName = ownName(ctx);
        const record = play([{ format: 'record', fileName, maxDuration: seconds }, tone], more);
        const { call, command } = await answeredIvr(ctx, { commands: [record, hangUp()] });
        await atWork(ctx, command);
        await call.rtp.sendTone(650, 500);
        const pressed = ctx.harness.clock.now();
        await call.rtp.sendDigits(key);
        const next = await ctx.webhooks.next('getIvrCommand');
        await call.ended;
        const soon = that('long before the phrase is over', (ms: number) => ms < (seconds - 3) * 1000);
        ctx.expect(slug, 'ms from the key to the next command', next.at - pressed, soon);
        const heard = frequenciesOf(await tonesHeard(call.rtp));
        ctx.expect(slug, 'frequencies heard, Hz', heard, theseTones(1500));
        const { status } = await fetchFile(ctx, fileName);
        ctx.expect('phrases-record', 'status of the file', status, is(200));
        await removeFile(ctx, fileName);
      }),
  );
}

scenario(
  {
    id: 'phrases/record-caller-hangs-up',
    title:
      'What a caller said who hangs up during a record phrase is stored, and recordingReady precedes sessionCompleted',
    area,
    capability,
    requirements: [
      'phrases-record-call-ends',
      'getivrcommand-answer-recorded-callback',
      'getivrcommand-answer-recorded-callback-properties',
    ],
    needs,
  },
  async (ctx) => {
    const fileName = ownName(ctx);
    const record = play([{ format: 'record', fileName, maxDuration: seconds }], { recordedCallback: true });
    const { call, command } = await answeredIvr(ctx, { commands: record });
    await atWork(ctx, command);
    await call.rtp.sendTone(650, 600);
    await call.hangup();
    const { body } = await ctx.webhooks.next('recordingReady');
    ctx.expect('getivrcommand-answer-recorded-callback', 'name', body.recordingFileName, is(fileName));
    await ctx.webhooks.next('sessionCompleted');
    const order = ctx.webhooks.sequence().slice(-2);
    ctx.expect('phrases-record-call-ends', 'last callbacks', order, is(['recordingReady', 'sessionCompleted']));
    const { bytes } = await fetchFile(ctx, fileName);
    // A second of G.711 is 16 000 octets of 16-bit PCM; the tone lasted 0.6 s, the call a little longer.
    ctx.expect('phrases-record-call-ends', 'bytes of the file', bytes.length, between(8000, 40_000));
    const answered = await ctx.webhooks.next('callAnswered');
    const facts = { connectionId: body.connectionId, name: body.recordingFileName, size: body.fileSize };
    const expected = { connectionId: answered.body.connectionId, name: fileName, size: bytes.length };
    ctx.expect('getivrcommand-answer-recorded-callback-properties', 'recordingReady', facts, is(expected));
    await removeFile(ctx, fileName);
  },
);

scenario(
  {
    id: 'phrases/record-nothing-heard',
    title: 'Of a caller who sends no audio during a record phrase recordingReady tells recordingFailed',
    area,
    capability,
    requirements: ['getivrcommand-answer-recorded-callback-silent'],
    needs,
  },
  async (ctx) => {
    const record = play([{ format: 'record', fileName: ownName(ctx), maxDuration: 1 }], { recordedCallback: true });
    const { call } = await answeredIvr(ctx, { call: { silent: true }, commands: [record, hangUp()] });
    const { body } = await ctx.webhooks.next('recordingReady');
    await call.ended;
    ctx.expect('getivrcommand-answer-recorded-callback-silent', 'event', body.event, is('recordingFailed'));
    ctx.expect('getivrcommand-answer-recorded-callback-silent', 'reason', body.reason, nonEmptyText);
    await ctx.webhooks.next('sessionCompleted');
  },
);
