import { scenario } from '../../harness/scenario.ts';
import { operationsOf } from '../support/claimed.ts';
import { expectRefused, failure } from '../support/errors.ts';
import { is, that } from '../support/expected.ts';

const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];
const nobody = { sessionId: '00000000-0000-4000-8000-000000000000' };

scenario(
  {
    id: 'rest-general/every-operation-is-posted',
    title: 'Each operation that the target claims takes POST with JSON at its path',
    area: 'rest-general',
    requirements: ['rest-general-post-json'],
    needs: { rest: true },
  },
  async (ctx) => {
    for (const operation of operationsOf(ctx.target).claimed) {
      const response = await ctx.rest.send(operation, {}, { expectInvalid: true });
      ctx.expect(
        'rest-general-post-json',
        `status of POST ${operation} with an empty object`,
        response.status,
        that(
          'neither 405, 415, 501 nor a fault of the service',
          (status: number) => ![405, 415].includes(status) && status < 500,
        ),
      );
    }
  },
);

scenario(
  {
    id: 'rest-general/unknown-domain',
    title: 'A domain that is not configured is answered 404',
    area: 'rest-general',
    requirements: ['rest-general-unknown-domain', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const response = await ctx.rest.send('hangupparticipant', nobody, { domain: 'nobody.invalid' });
    expectRefused(ctx, 'rest-general-unknown-domain', 'hangupparticipant of nobody.invalid', response, 404);
  },
);

scenario(
  {
    id: 'rest-general/unknown-operation',
    title: 'A path that is no operation is answered 404 with the error body',
    area: 'rest-general',
    requirements: ['rest-general-unknown-route', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const response = await ctx.rest.send('dohandstand', nobody, { expectInvalid: true });
    expectRefused(ctx, 'rest-general-unknown-route', 'an operation that does not exist', response, 404);
  },
);

scenario(
  {
    id: 'rest-general/other-methods',
    title: 'GET, PUT, PATCH and DELETE of an operation are answered 405 with Allow',
    area: 'rest-general',
    requirements: ['rest-general-method-not-allowed', 'rest-general-method-not-allowed-allow', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' ? undefined : nobody;
      const response = await ctx.rest.send('hangupparticipant', body, { method, expectInvalid: true });
      expectRefused(ctx, 'rest-general-method-not-allowed', `${method} hangupparticipant`, response, 405);
      ctx.should(
        'rest-general-method-not-allowed-allow',
        `Allow of ${method} hangupparticipant`,
        response.headers.allow,
        that('a list with POST', (value: string | undefined) => /(^|[\s,])POST($|[\s,])/.test(value ?? '')),
      );
    }
  },
);

scenario(
  {
    id: 'rest-general/same-fault-same-code',
    title: 'The same fault has the same error code each time, and different faults have different ones',
    area: 'rest-general',
    requirements: ['rest-general-error-code-stable'],
    needs: { rest: true },
  },
  async (ctx) => {
    const faults = {
      'no token': () => ctx.rest.send('hangupparticipant', nobody, { authorization: 'none' }),
      'unknown domain': () => ctx.rest.send('hangupparticipant', nobody, { domain: 'nobody.invalid' }),
      'unknown session': () => ctx.rest.send('hangupparticipant', nobody),
      'no JSON': () => ctx.rest.send('hangupparticipant', undefined, { raw: '{', expectInvalid: true }),
    };
    for (const [name, ask] of Object.entries(faults)) {
      const [first, second] = [failure(await ask()).error, failure(await ask()).error];
      ctx.expect('rest-general-error-code-stable', `error for ${name}, again`, second, is(first));
      ctx.expect(
        'rest-general-error-code-stable',
        `error for ${name} is a code`,
        first,
        that('text without blanks', (code: unknown) => typeof code === 'string' && /^\S+$/.test(code)),
      );
    }
  },
);

scenario(
  {
    id: 'rest-general/order-of-checks',
    title: 'Of several faults the one that comes first in the fixed order is told',
    area: 'rest-general',
    requirements: ['rest-general-check-order'],
    needs: { rest: true },
  },
  async (ctx) => {
    const wrong = { expectInvalid: true } as const;
    const bad = { sessionId: 5, replyId: 'x.y.z' };
    const none = { authorization: 'none' } as const;
    const cases: readonly [string, number, Parameters<typeof ctx.rest.send>][] = [
      ['unknown domain, no token', 404, ['hangupparticipant', nobody, { domain: 'nobody.invalid', ...none }]],
      ['other method, no token', 405, ['hangupparticipant', nobody, { method: 'PUT', ...none, ...wrong }]],
      ['no token, body against the schema', 401, ['hangupparticipant', bad, { ...none, ...wrong }]],
      [
        'no token, other media type',
        401,
        ['hangupparticipant', nobody, { ...none, contentType: 'text/plain', ...wrong }],
      ],
      [
        'other media type, no JSON',
        415,
        ['hangupparticipant', undefined, { raw: '{', contentType: 'text/plain', ...wrong }],
      ],
      ['body against the schema, bad replyId', 400, ['hangupparticipant', bad, wrong]],
      ['bad replyId, unknown session', 403, ['hangupparticipant', { ...nobody, replyId: 'x.y.z' }, {}]],
    ];
    for (const [what, status, request] of cases) {
      const response = await ctx.rest.send(...request);
      ctx.should('rest-general-check-order', `status for: ${what}`, response.status, is(status));
    }
  },
);

scenario(
  {
    id: 'rest-general/serves-on-after-refusals',
    title: 'After each kind of refusal the next request is served',
    area: 'rest-general',
    requirements: ['rest-general-keep-serving'],
    needs: { rest: true },
  },
  async (ctx) => {
    const wrong = { expectInvalid: true } as const;
    const refused: readonly [string, Parameters<typeof ctx.rest.send>][] = [
      ['no token', ['hangupparticipant', nobody, { authorization: 'none' }]],
      ['no JSON', ['hangupparticipant', undefined, { raw: '{"sessionId":', ...wrong }]],
      ['other media type', ['hangupparticipant', undefined, { raw: '<a/>', contentType: 'application/xml', ...wrong }]],
      ['unknown path', ['dohandstand', nobody, wrong]],
      ['other method', ['hangupparticipant', nobody, { method: 'PUT', ...wrong }]],
    ];
    for (const [what, request] of refused) {
      const refusal = await ctx.rest.send(...request);
      ctx.expect(
        'rest-general-keep-serving',
        `${what} is refused`,
        refusal.status,
        that('4xx', (status: number) => status >= 400 && status < 500),
      );
      const right = await ctx.rest.send('hangupparticipant', nobody);
      ctx.expect(
        'rest-general-keep-serving',
        `the next one after ${what} is understood: the session is not known`,
        right.status,
        is(404),
      );
    }
  },
);
