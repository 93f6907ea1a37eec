import { scenario } from '../../harness/scenario.ts';
import { expectRefused, expectTaken, failure } from '../support/errors.ts';
import { is, oneOf, that } from '../support/expected.ts';

const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];
const nobody = { sessionId: '00000000-0000-4000-8000-000000000000' };
const wrong = { expectInvalid: true } as const;

scenario(
  {
    id: 'rest-general/malformed-json',
    title: 'Bodies that are no JSON are refused with 400',
    area: 'rest-general',
    requirements: ['rest-general-malformed-json', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    for (const raw of ['{', '{"sessionId": }', "{'sessionId': 'x'}", 'sessionId=x', '{"sessionId":"x"} trailing']) {
      const response = await ctx.rest.send('hangupparticipant', undefined, { raw, ...wrong });
      expectRefused(ctx, 'rest-general-malformed-json', `body ${raw}`, response, 400);
    }
  },
);

scenario(
  {
    id: 'rest-general/empty-body',
    title: 'An empty body is refused with 400',
    area: 'rest-general',
    requirements: ['rest-general-empty-body', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const response = await ctx.rest.send('hangupparticipant', undefined, { raw: '', ...wrong });
    expectRefused(ctx, 'rest-general-empty-body', 'an empty body', response, 400);
  },
);

scenario(
  {
    id: 'rest-general/body-is-no-object',
    title: 'An array, a text, a number and null as body are refused with 400',
    area: 'rest-general',
    requirements: ['rest-general-body-not-object', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    for (const raw of ['[]', '[{"sessionId":"x"}]', '"sessionId"', '5', 'true', 'null']) {
      const response = await ctx.rest.send('hangupparticipant', undefined, { raw, ...wrong });
      expectRefused(ctx, 'rest-general-body-not-object', `body ${raw}`, response, 400);
    }
  },
);

/** Pointers of the details of a refusal, in alphabetical order. */
function pointers(response: Parameters<typeof failure>[0]): string[] {
  const { details } = failure(response);
  if (!Array.isArray(details)) return [];
  return details
    .flatMap((detail: unknown) =>
      typeof detail === 'object' && detail !== null && 'pointer' in detail && typeof detail.pointer === 'string'
        ? [detail.pointer]
        : [],
    )
    .toSorted();
}

scenario(
  {
    id: 'rest-general/wrong-types',
    title: 'Each property of a wrong type is refused with 400, and the answer points at it',
    area: 'rest-general',
    capability: 'outbound',
    requirements: ['rest-general-wrong-type', 'rest-general-error-details-pointer', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const right = { destAddr: 'sip:nobody@nowhere.invalid' };
    const cases: readonly [string, Readonly<Record<string, unknown>>][] = [
      ['/destAddr', { destAddr: 5 }],
      ['/displayName', { ...right, displayName: { text: 'x' } }],
      ['/callerPrivacy', { ...right, callerPrivacy: 'yes' }],
      ['/maxRingTime', { ...right, maxRingTime: '20' }],
      ['/xHeaders', { ...right, xHeaders: 'X-A: b' }],
      ['/contactParameters', { ...right, contactParameters: ['a'] }],
    ];
    for (const [pointer, body] of cases) {
      const response = await ctx.rest.send('placeivrcall', body, wrong);
      expectRefused(ctx, 'rest-general-wrong-type', `wrong type at ${pointer}`, response, 400);
      ctx.expect(
        'rest-general-error-details-pointer',
        `details for a wrong type at ${pointer}`,
        pointers(response),
        that(
          `${pointer} and nothing beside it`,
          (found: string[]) =>
            found.length > 0 && found.every((one) => one === pointer || one.startsWith(`${pointer}/`)),
        ),
      );
    }
  },
);

scenario(
  {
    id: 'rest-general/all-violations',
    title: 'A body with three violations has all three in its details',
    area: 'rest-general',
    capability: 'outbound',
    requirements: ['rest-general-error-details-all', 'rest-general-wrong-type', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const body = { destAddr: 'sip:nobody@nowhere.invalid', callerPrivacy: 1, displayName: 2, maxRingTime: 'soon' };
    const response = await ctx.rest.send('placeivrcall', body, wrong);
    expectRefused(ctx, 'rest-general-wrong-type', 'three wrong types', response, 400);
    const found = [...new Set(pointers(response))];
    ctx.should(
      'rest-general-error-details-all',
      'pointers',
      found,
      is(['/callerPrivacy', '/displayName', '/maxRingTime']),
    );
  },
);

scenario(
  {
    id: 'rest-general/other-media-types',
    title: 'Bodies that are declared as something else than JSON are refused with 415',
    area: 'rest-general',
    requirements: ['rest-general-media-type', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    for (const contentType of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
      const raw = JSON.stringify(nobody);
      const response = await ctx.rest.send('hangupparticipant', undefined, { raw, contentType, ...wrong });
      expectRefused(ctx, 'rest-general-media-type', `Content-Type ${contentType}`, response, 415);
    }
  },
);

scenario(
  {
    id: 'rest-general/json-with-charset',
    title: 'Content-Type application/json; charset=utf-8 is taken as JSON',
    area: 'rest-general',
    requirements: ['rest-general-media-type-charset'],
    needs: { rest: true },
  },
  async (ctx) => {
    const contentType = 'application/json; charset=utf-8';
    const response = await ctx.rest.send('hangupparticipant', nobody, { contentType });
    ctx.should(
      'rest-general-media-type-charset',
      'status: understood, the session is not known',
      response.status,
      is(404),
    );
  },
);

scenario(
  {
    id: 'rest-general/extra-properties',
    title: 'Properties that the API does not know are ignored: the call is placed',
    area: 'rest-general',
    capability: 'outbound',
    requirements: ['rest-general-extra-properties', 'rest-general-answers-success-true'],
    needs: { rest: true, call: true },
  },
  async (ctx) => {
    const callee = await ctx.callee({ answer: 486 });
    const response = await ctx.rest.send('placeivrcall', {
      destAddr: callee.uri,
      sipFrom: ctx.number,
      sessionReferenceId: ctx.reference,
      notOfTheApi: { nested: [1, 2] },
      priority: 'high',
    });
    ctx.expect('rest-general-extra-properties', 'status', response.status, is(200));
    expectTaken(ctx, 'placeivrcall', response);
    await callee.invited;
    await callee.ended;
    const invited = callee.sipp.messages().some((m) => m.direction === 'received' && m.method === 'INVITE');
    ctx.expect('rest-general-extra-properties', 'the call was placed', invited, oneOf(true));
  },
);
