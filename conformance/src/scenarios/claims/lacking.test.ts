/**
 * What a target does not claim is tried beside what nobody has: both have to be answered alike. With everything claimed
 * only the latter is left, so a target that takes whatever it is given is found in any case.
 */
import { scenario } from '../../harness/scenario.ts';
import { hangUp, ivr, play } from '../support/answers.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { extensionsOf, lackingActions, lackingPhrases, lackingRecordings, operationsOf } from '../support/claimed.ts';
import { expectRefused, failure } from '../support/errors.ts';
import { is, nonEmptyText, that } from '../support/expected.ts';
import { ownName } from '../support/recordings.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const area = 'claims';
const madeUp = 'conjurecall';

scenario(
  {
    id: 'claims/operations',
    title: 'Operations that the target does not claim are refused as one that nobody has; those that it claims are not',
    area,
    requirements: [
      'claims-operation-refused',
      'claims-operation-refused-alike',
      'claims-operation-there',
      'rest-general-error-shape',
      'rest-general-answer-content-type',
    ],
    needs: { rest: true },
  },
  async (ctx) => {
    const wrong = { expectInvalid: true } as const;
    const { claimed, lacking } = operationsOf(ctx.target);
    const unknown = await ctx.rest.send(madeUp, {}, wrong);
    expectRefused(ctx, 'claims-operation-refused', `${madeUp}, which nobody has`, unknown, 404);
    const { error: code } = failure(unknown);
    const prompt = ctx.target.capabilities.includes('prompts') ? [] : ['promptfile/claim.wav'];
    for (const name of [...lacking, ...prompt]) {
      const response = await ctx.rest.send(name, {}, wrong);
      expectRefused(ctx, 'claims-operation-refused', `${name}, which the target does not claim`, response, 404);
      ctx.expect('claims-operation-refused-alike', `error of ${name}`, failure(response).error, is(code));
    }
    for (const name of [madeUp, ...lacking]) {
      const response = await ctx.rest.send(name, {}, { ...wrong, authorization: 'none' });
      const told = [response.status, failure(response).error];
      ctx.expect(
        'claims-operation-refused-alike',
        `status and error of ${name} without a token`,
        told,
        is([404, code]),
      );
    }
    for (const name of claimed) {
      const { status, ...response } = await ctx.rest.send(name, {}, wrong);
      const other = that(
        `not 404 with ${String(code)}`,
        ([one, error]: readonly unknown[]) => one !== 404 || error !== code,
      );
      const told = [status, failure({ status, ...response }).error];
      ctx.expect('claims-operation-there', `status and error of ${name} with an empty object`, told, other);
    }
  },
);

scenario(
  {
    id: 'claims/actions',
    title: 'Actions that the target does not claim end a call as one that nobody has: 480 and an alarm',
    area,
    requirements: ['claims-action-refused', 'claims-action-alarm'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const answers = lackingActions(ctx.target);
    ctx.webhooks.on(
      'newCall',
      answers.map((json) => ({ answer: { json, expectInvalid: true } })),
    );
    for (const { action } of answers) {
      await onWire(ctx, { name: String(action) }, async (wire) => {
        const final = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        ctx.expect('claims-action-refused', `final response after ${String(action)}`, final.status, is(480));
      });
      if (ctx.target.capabilities.includes('alarms')) {
        const alarm = await ctx.webhooks.next('alarm');
        const told = [alarm.body.type, alarm.body.error];
        const unknown = is(['newCallEventError', 'newCall response with unknown action']);
        ctx.expect('claims-action-alarm', `type and error after ${String(action)}`, told, unknown);
      }
      await ctx.webhooks.next('sessionCompleted');
    }
  },
);

scenario(
  {
    id: 'claims/formats',
    title:
      'Phrase formats that the target does not claim are passed over as one that nobody has, with the alarm phraseError',
    area,
    capability: 'alarms',
    requirements: ['claims-format-refused'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const phrases = lackingPhrases(ctx.target);
    // One command each: two that cannot be had in one command may be told in one alarm.
    const commands = phrases.map((phrase) => ({
      answer: { json: play([phrase], { getIVRCommandAfter: 1 }), expectInvalid: true },
    }));
    ctx.webhooks.on('newCall', ivr({ sessionReferenceId: ctx.reference })).on('getIvrCommand', [...commands, hangUp()]);
    const call = await ctx.call();
    for (const { format } of phrases) {
      await ctx.webhooks.next('getIvrCommand');
      const alarm = await ctx.webhooks.next('alarm');
      const told = [alarm.body.type, alarm.body.error];
      ctx.expect(
        'claims-format-refused',
        `type and error after ${String(format)}`,
        told,
        is(['ivrCommandError', 'phraseError']),
      );
    }
    const last = await ctx.webhooks.next('getIvrCommand');
    ctx.expect('claims-format-refused', 'the command after them all, its sessionId', last.body.sessionId, nonEmptyText);
    await call.ended;
  },
);

scenario(
  {
    id: 'claims/extensions',
    title:
      'SIP extensions that the target does not claim are refused as one that nobody has: 420, and Unsupported names them',
    area,
    requirements: ['claims-extension-refused', 'claims-extension-told'],
    needs: { call: true },
  },
  async (ctx) => {
    const { claimed, lacking } = extensionsOf(ctx.target);
    // Each alone, as others may hide it, and then the one that nobody has among those that the target has.
    for (const required of [...lacking.map((tag) => [tag]), [...claimed, ...lacking.slice(0, 1)]]) {
      const name = required.join(', ');
      await onWire(ctx, { name: required.join('-') }, async (wire) => {
        const headers = [`Require: ${name}`, 'Session-Expires: 1800'];
        const refused = await wireCaller(ctx, wire).invite({ headers, body: audioSdp(wire) });
        ctx.expect('claims-extension-refused', `final response to Require: ${name}`, refused.status, is(420));
        const told = refused.headers('Unsupported').flatMap((line) => line.split(',').map((tag) => tag.trim()));
        const wanted = required.filter((tag) => lacking.includes(tag));
        ctx.expect(
          'claims-extension-told',
          `Unsupported after Require: ${name}`,
          told.map((tag) => tag.toLowerCase()).toSorted(),
          is(wanted.toSorted()),
        );
      });
    }
  },
);

scenario(
  {
    id: 'claims/recording-formats',
    title: 'Formats of recordings that the target does not claim are refused as one that nobody has: 400',
    area,
    capability: 'recording',
    requirements: ['claims-recording-format-refused', 'rest-general-error-shape', 'rest-general-answer-content-type'],
    needs: { call: true, webhook: true, rest: true },
    timeoutMs: 15_000,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    for (const format of lackingRecordings(ctx.target)) {
      const recordingFileName = ownName(ctx, format);
      const response = await ctx.rest.send('startrecording', { connectionId, recordingFileName });
      expectRefused(ctx, 'claims-recording-format-refused', `a name that ends in .${format}`, response, 400);
    }
    await endBridge(ctx, bridge);
    const told = ctx.webhooks.all('recordingReady').length;
    ctx.expect('claims-recording-format-refused', 'recordings told', told, is(0));
  },
);
