import { scenario } from '../../harness/scenario.ts';
import { drop, waiting } from '../support/answers.ts';
import { absent, is, nonEmptyText, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'ordering/transaction-and-trace-ids',
    title:
      'Each callback has a httpTransactionId of its own; traceId is one for the call and another for the next call',
    area: 'ordering',
    capability: 'ivr',
    requirements: [
      'callanswered-trace-id',
      'callanswered-http-transaction-id',
      'sessioncompleted-trace-id',
      'sessioncompleted-http-transaction-id',
      'ordering-transaction-id-fresh',
      'ordering-trace-id-constant',
      'ordering-trace-id-differs',
      'ordering-trace-id-elsewhere',
    ],
    needs,
  },
  async (ctx) => {
    const traces: unknown[] = [];
    for (let call = 0; call < 2; call += 1) {
      const { call: leg } = await answeredIvr(ctx);
      const answered = await ctx.webhooks.next('callAnswered');
      const completed = await hangupAndComplete(ctx, leg);
      ctx.expect('callanswered-trace-id', 'traceId of callAnswered', answered.body.traceId, nonEmptyText);
      const told = ctx.webhooks.all().filter(({ sessionId }) => sessionId === completed.sessionId);
      const different = new Set(told.map(({ body }) => body.traceId).filter((id) => id !== undefined));
      ctx.expect('ordering-trace-id-constant', 'different traceIds in the callbacks of a call', different.size, is(1));
      ctx.expect(
        'sessioncompleted-trace-id',
        'traceId of sessionCompleted',
        completed.body.traceId,
        is(answered.body.traceId),
      );
      ctx.expect(
        'callanswered-http-transaction-id',
        'httpTransactionId of callAnswered',
        answered.body.httpTransactionId,
        nonEmptyText,
      );
      const other = that(
        'another than that of callAnswered',
        (id: unknown) => typeof id === 'string' && id !== answered.body.httpTransactionId,
      );
      ctx.expect(
        'sessioncompleted-http-transaction-id',
        'httpTransactionId of sessionCompleted',
        completed.body.httpTransactionId,
        other,
      );
      traces.push(answered.body.traceId);
      for (const { name, body } of ctx.webhooks.all().filter(({ sessionId }) => sessionId === completed.sessionId)) {
        if ('traceId' in body)
          ctx.should('ordering-trace-id-elsewhere', `traceId of ${name}`, body.traceId, is(answered.body.traceId));
      }
    }
    ctx.expect('ordering-trace-id-differs', 'different traceIds of two calls', new Set(traces).size, is(2));
    const ids = ctx.webhooks
      .all()
      .map(({ body }) => body.httpTransactionId)
      .filter((id) => id !== undefined);
    ctx.expect(
      'ordering-transaction-id-fresh',
      `different ids in ${ids.length} callbacks`,
      new Set(ids).size,
      is(ids.length),
    );
  },
);

scenario(
  {
    id: 'ordering/reference-replaced',
    title:
      'A sessionReferenceId given by a later answer takes the place of the one before; an answer without changes nothing',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['rest-general-reference-any-json', 'sessioncompleted-session-reference'],
    needs,
  },
  async (ctx) => {
    const later = { given: 'by getIvrCommand' };
    const { call, command } = await answeredIvr(ctx, {
      commands: [{ getIVRCommandAfter: 0.2, sessionReferenceId: later }, { getIVRCommandAfter: 0.2 }, waiting()],
    });
    ctx.expect(
      'rest-general-reference-any-json',
      'in the first getIvrCommand',
      command.body.sessionReferenceId,
      is(ctx.reference),
    );
    for (const nth of ['second', 'third']) {
      const next = await ctx.webhooks.next('getIvrCommand');
      ctx.expect(
        'rest-general-reference-any-json',
        `in the ${nth} getIvrCommand`,
        next.body.sessionReferenceId,
        is(later),
      );
    }
    const completed = await hangupAndComplete(ctx, call);
    ctx.expect(
      'sessioncompleted-session-reference',
      'in sessionCompleted',
      completed.body.sessionReferenceId,
      is(later),
    );
  },
);

scenario(
  {
    id: 'ordering/no-reference',
    title: 'A session whose application gave no sessionReferenceId has none in its callbacks',
    area: 'ordering',
    requirements: ['newcall-absent-left-out', 'sessioncompleted-sent'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('sessioncompleted-sent', 'callback', completed.name, is('sessionCompleted'));
      for (const callback of ctx.webhooks.all()) {
        ctx.expect(
          'newcall-absent-left-out',
          `sessionReferenceId of ${callback.name}`,
          callback.body.sessionReferenceId,
          absent,
        );
        ctx.expect(
          'newcall-absent-left-out',
          `ivrServer of ${callback.name} is no empty value`,
          callback.body.ivrServer,
          that(
            'an address or left out',
            (value: unknown) => value === undefined || (typeof value === 'string' && value !== ''),
          ),
        );
      }
    }),
);
