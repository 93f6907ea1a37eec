import { scenario } from '../../harness/scenario.ts';
import { hangUp, waiting } from '../support/answers.ts';
import { between, is, nonEmptyText, oneOf } from '../support/expected.ts';

scenario(
  {
    id: 'getcallidentifier/asks-and-goes-to-the-ivr',
    title: 'A number of an intelligent network: getCallIdentifier is asked, the call is answered and the IVR begins',
    area: 'getcallidentifier',
    capability: 'in-routing',
    tenant: 'identifier',
    requirements: [
      'getcallidentifier-asked',
      'getcallidentifier-instead-of-newcall',
      'getcallidentifier-called-party',
      'getcallidentifier-session-id',
      'getcallidentifier-answer-reference',
      'getcallidentifier-goes-to-ivr',
    ],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const number = ctx.harness.takeNumber('identifier');
    const reference = { call: ctx.reference, of: ['an', 'IN'] };
    const app = ctx
      .alsoClaim({ number })
      .on('getCallIdentifier', ({ body }) => ({ sessionId: body.sessionId, sessionReferenceId: reference }))
      .on('getIvrCommand', waiting());
    const call = await ctx.call({ to: number, domain: ctx.target.tenants.identifier?.domain ?? 'identifier' });
    const { body } = await app.next('getCallIdentifier');
    ctx.expect('getcallidentifier-called-party', 'calledParty', body.calledParty, is(number));
    ctx.expect('getcallidentifier-session-id', 'sessionId', body.sessionId, nonEmptyText);
    await call.established;
    const command = await app.next('getIvrCommand');
    const sequence = app.sequence();
    ctx.expect('getcallidentifier-asked', 'first callback', sequence[0], is('getCallIdentifier'));
    ctx.expect('getcallidentifier-instead-of-newcall', 'newCalls', app.all('newCall').length, is(0));
    ctx.expect(
      'getcallidentifier-goes-to-ivr',
      'callbacks until the first command',
      sequence.at(-1),
      is('getIvrCommand'),
    );
    ctx.expect(
      'getcallidentifier-session-id',
      'sessionId of getIvrCommand',
      command.body.sessionId,
      is(body.sessionId),
    );
    const given = command.body.sessionReferenceId;
    ctx.expect('getcallidentifier-answer-reference', 'sessionReferenceId of getIvrCommand', given, is(reference));
    await call.hangup();
    const completed = await app.next('sessionCompleted');
    const last = completed.body.sessionReferenceId;
    ctx.expect('getcallidentifier-answer-reference', 'sessionReferenceId of sessionCompleted', last, is(reference));
  },
);

scenario(
  {
    id: 'getcallidentifier/without-reference',
    title: 'An answer without sessionReferenceId goes to the IVR as well',
    area: 'getcallidentifier',
    capability: 'in-routing',
    tenant: 'identifier',
    requirements: ['getcallidentifier-goes-to-ivr'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const number = ctx.harness.takeNumber('identifier');
    const app = ctx
      .alsoClaim({ number })
      .on('getCallIdentifier', ({ body }) => ({ sessionId: body.sessionId }))
      .on('getIvrCommand', hangUp());
    const call = await ctx.call({ to: number, domain: ctx.target.tenants.identifier?.domain ?? 'identifier' });
    await call.established;
    const command = await app.next('getIvrCommand');
    const slug = 'getcallidentifier-goes-to-ivr';
    const [asked] = app.all('getCallIdentifier');
    const ok = call.sipp.messages().find((m) => m.direction === 'received' && m.status === 200);
    const answeredAt = (ok?.at ?? Number.NaN) - ctx.harness.clock.epoch;
    const [before, behind] = [answeredAt - (asked?.at ?? Number.NaN), command.at - answeredAt];
    // The suite may read of one a little later than of the other, which came by another way.
    ctx.expect(slug, 'ms from getCallIdentifier to 200', before, between(-20, 60_000));
    ctx.expect(slug, 'ms from 200 to getIvrCommand', behind, between(-20, 60_000));
    await call.ended;
    ctx.expect(slug, 'commands asked for', app.all('getIvrCommand').length, is(1));
  },
);

for (const [name, answer] of [
  ['status-500', { status: 500, json: { error: 'down' } }],
  ['html', { raw: '<html></html>', contentType: 'text/html' }],
] as const) {
  scenario(
    {
      id: `getcallidentifier/failed-${name}`,
      title: `A getCallIdentifier that is answered with ${name.replace('-', ' ')} ends the call with 480`,
      area: 'getcallidentifier',
      capability: 'in-routing',
      tenant: 'identifier',
      requirements: ['getcallidentifier-failed'],
      needs: { call: true, webhook: true },
    },
    async (ctx) => {
      const number = ctx.harness.takeNumber('identifier');
      const app = ctx.alsoClaim({ number }).on('getCallIdentifier', { answer: { ...answer, expectInvalid: true } });
      const domain = ctx.target.tenants.identifier?.domain ?? 'identifier';
      const call = await ctx.call({ to: number, domain, expectStatus: 480 });
      await call.ended;
      const final = call.sipp.messages().find((m) => m.direction === 'received' && (m.status ?? 0) >= 200);
      ctx.expect('getcallidentifier-failed', 'final response', final?.status, is(480));
      const completed = await app.next('sessionCompleted');
      ctx.expect('getcallidentifier-failed', 'questions', app.all('getCallIdentifier').length, oneOf(1));
      ctx.note('reason of the session', completed.body.reason);
    },
  );
}
