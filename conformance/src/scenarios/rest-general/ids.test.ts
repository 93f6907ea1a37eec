import { scenario } from '../../harness/scenario.ts';
import { is, uuid } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

scenario(
  {
    id: 'rest-general/ids-are-uuids',
    title: 'Ids of session, connection, participant, trace and HTTP transaction are UUIDs',
    area: 'rest-general',
    capability: 'ivr',
    requirements: ['rest-general-uuid-ids'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { call, newCall, command } = await answeredIvr(ctx);
    const answered = await ctx.webhooks.next('callAnswered');
    const completed = await hangupAndComplete(ctx, call);
    const ids: readonly [string, unknown][] = [
      ['sessionId of newCall', newCall.body.sessionId],
      ['sessionId of getIvrCommand', command.body.sessionId],
      ['connectionId of callAnswered', answered.body.connectionId],
      ['callerParticipantId of callAnswered', answered.body.callerParticipantId],
      ['traceId of callAnswered', answered.body.traceId],
      ['httpTransactionId of callAnswered', answered.body.httpTransactionId],
      ['sessionId of sessionCompleted', completed.body.sessionId],
      ['traceId of sessionCompleted', completed.body.traceId],
      ['httpTransactionId of sessionCompleted', completed.body.httpTransactionId],
    ];
    for (const [what, id] of ids) ctx.expect('rest-general-uuid-ids', what, id, uuid);
  },
);

const references: Readonly<Record<string, unknown>> = {
  number: 20_000,
  'number-zero': 0,
  text: 'été ☎ "quoted"',
  boolean: false,
  array: [1, 'two', null, [3]],
  object: { foo: 1, bar: { deep: ['x', null, true], empty: {} } },
};

for (const [name, reference] of Object.entries(references)) {
  scenario(
    {
      id: `rest-general/reference-${name}`,
      title: `A sessionReferenceId that is ${JSON.stringify(reference)} comes back exactly so in each later callback`,
      area: 'rest-general',
      capability: 'ivr',
      requirements: [
        'rest-general-reference-any-json',
        'newcall-answer-reference',
        'callanswered-session-reference',
        'sessioncompleted-session-reference',
      ],
      needs: { call: true, webhook: true },
    },
    async (ctx) => {
      const { call, command } = await answeredIvr(ctx, { newCall: { sessionReferenceId: reference } });
      const answered = await ctx.webhooks.next('callAnswered');
      const completed = await hangupAndComplete(ctx, call);
      ctx.expect('newcall-answer-reference', 'in getIvrCommand', command.body.sessionReferenceId, is(reference));
      ctx.expect('callanswered-session-reference', 'in callAnswered', answered.body.sessionReferenceId, is(reference));
      // The order of an object's properties says nothing (RFC 8259 4), so it may be another one.
      const { sessionReferenceId: last } = completed.body;
      ctx.expect('rest-general-reference-any-json', 'in sessionCompleted, type and value', last, is(reference));
      ctx.expect('sessioncompleted-session-reference', 'in sessionCompleted', last, is(reference));
    },
  );
}
