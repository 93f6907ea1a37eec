import { header } from '../../drivers/sipp/message-log.ts';
import { sdp } from '../../drivers/sipp/sdp.ts';
import { scenario } from '../../harness/scenario.ts';
import { incomingRemote, received, ringRemote } from '../support/cloud.ts';
import { audioSection } from '../support/description.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';

const area = 'answerremotecall';
const capability = 'cloud-ua';
const tenant = 'cloudUa';
const needs = { call: true, webhook: true, rest: true } as const;
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];
/** An address that answers nothing: who sends there is not heard (RFC 5737). */
const device = { receiveIp: '192.0.2.55', receivePort: 40_000 };

for (const [codec, payloadType] of [
  ['PCMU', 0],
  ['PCMA', 8],
] as const) {
  scenario(
    {
      id: `answerremotecall/${codec.toLowerCase()}`,
      title: `answerremotecall answers with 200, ${codec} and the address of the device; ringback and another answer are 409 then`,
      area,
      capability,
      tenant,
      requirements: [
        ...['answerremotecall-answers-call', 'answerremotecall-codec', 'answerremotecall-receive-address'],
        ...['answerremotecall-twice', 'sendremotecallringback-after-answer', 'answerremotecall-session-reference'],
        ...['answerremotecall-session-reference-over-newremotecall', ...refusal],
      ],
      needs,
    },
    async (ctx) => {
      const before = `${ctx.reference}-before`;
      ctx.webhooks.claim({ reference: before });
      const { call, replyId } = await incomingRemote(ctx, {
        call: { sdp: sdp({ codecs: ['PCMU', 'PCMA'] }), silent: true },
        answer: { sessionReferenceId: before },
      });
      const body = { replyId, codec, ...device, sessionReferenceId: ctx.reference };
      expectTaken(ctx, 'answerremotecall', await ctx.rest.send('answerremotecall', body));
      await call.established;
      const ok = received(call, 'INVITE', 200);
      ctx.expect(
        'answerremotecall-answers-call',
        'Content-Type of the 200',
        header(ok?.raw ?? '', 'Content-Type', 'c'),
        is('application/sdp'),
      );
      const audio = audioSection(ok?.raw ?? '');
      ctx.expect('answerremotecall-codec', 'first format', audio?.formats[0], is(payloadType));
      ctx.expect('answerremotecall-receive-address', 'address', audio?.address, is(device.receiveIp));
      ctx.expect('answerremotecall-receive-address', 'port', audio?.port, is(device.receivePort));
      const answered = await ctx.webhooks.next('callAnswered');
      const reference = answered.body.sessionReferenceId;
      ctx.expect('answerremotecall-session-reference', 'sessionReferenceId', reference, is(ctx.reference));
      ctx.should(
        'answerremotecall-session-reference-over-newremotecall',
        'sessionReferenceId',
        reference,
        is(ctx.reference),
      );
      expectRefused(
        ctx,
        'answerremotecall-twice',
        'a second answer',
        await ctx.rest.send('answerremotecall', body),
        409,
      );
      const ringback = await ctx.rest.send('sendremotecallringback', { replyId });
      expectRefused(ctx, 'sendremotecallringback-after-answer', 'ringback after the answer', ringback, 409);
      await call.hangup();
      await ctx.webhooks.next('sessionCompleted');
    },
  );
}

scenario(
  {
    id: 'answerremotecall/refused',
    title: 'An answer that lacks something gets 400, one with a codec that was not offered 409; the call waits on',
    area,
    capability,
    tenant,
    requirements: [
      ...['answerremotecall-missing-property', 'answerremotecall-codec-unknown', 'answerremotecall-codec-not-offered'],
      ...refusal,
    ],
    needs,
  },
  async (ctx) => {
    const { call, replyId } = await incomingRemote(ctx, { call: { silent: true } });
    const whole = { replyId, codec: 'PCMU', ...device };
    for (const name of ['replyId', 'codec', 'receiveIp', 'receivePort'] as const) {
      const { [name]: _left, ...rest } = whole;
      const response = await ctx.rest.send('answerremotecall', rest, { expectInvalid: true });
      expectRefused(ctx, 'answerremotecall-missing-property', `a body without ${name}`, response, 400);
    }
    for (const codec of ['GSM', 'G729', 'pcmu!']) {
      const response = await ctx.rest.send('answerremotecall', { ...whole, codec }, { expectInvalid: true });
      expectRefused(ctx, 'answerremotecall-codec-unknown', `codec ${codec}`, response, 400);
    }
    const other = await ctx.rest.send('answerremotecall', { ...whole, codec: 'PCMA' });
    expectRefused(ctx, 'answerremotecall-codec-not-offered', 'PCMA where PCMU was offered', other, 409);
    expectTaken(ctx, 'answerremotecall', await ctx.rest.send('answerremotecall', whole));
    await call.established;
    await call.hangup();
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'answerremotecall/caller-gone',
    title: 'Answering a call that its caller has cancelled is refused with 404, and so is ringback',
    area,
    capability,
    tenant,
    requirements: ['answerremotecall-caller-gone', 'sendremotecallringback-call-gone', ...refusal],
    needs,
  },
  async (ctx) => {
    const incoming = await incomingRemote(ctx);
    const { call, replyId } = incoming;
    await ringRemote(ctx, incoming);
    await call.hangup();
    await ctx.webhooks.next('sessionCompleted');
    const late = await ctx.rest.send('answerremotecall', { replyId, codec: 'PCMU', ...device });
    expectRefused(ctx, 'answerremotecall-caller-gone', 'an answer after the CANCEL', late, 404);
    const ringback = await ctx.rest.send('sendremotecallringback', { replyId });
    expectRefused(ctx, 'sendremotecallringback-call-gone', 'ringback after the CANCEL', ringback, 404);
  },
);
