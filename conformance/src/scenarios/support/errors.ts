import type { RestResponse } from '../../drivers/rest/types.ts';
import type { TestContext } from '../../harness/types.ts';
import { is, nonEmptyText, oneOf, that } from './expected.ts';

/** The body of a failure, as far as it is one. */
export function failure(response: RestResponse): {
  readonly success?: unknown;
  readonly error?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
} {
  return typeof response.body === 'object' && response.body !== null ? response.body : {};
}

/** A refusal with this status, and with the body that each refusal has. */
export function expectRefused(
  ctx: TestContext,
  requirement: string | readonly string[],
  what: string,
  response: RestResponse,
  ...statuses: readonly number[]
): void {
  ctx.expect(
    requirement,
    `status of ${what}`,
    response.status,
    statuses.length === 1 ? is(statuses[0]) : oneOf(...statuses),
  );
  const body = failure(response);
  ctx.expect('rest-general-error-shape', `success of ${what}`, body.success, is(false));
  ctx.expect('rest-general-error-shape', `error of ${what}`, body.error, nonEmptyText);
  ctx.expect('rest-general-error-shape', `message of ${what}`, body.message, nonEmptyText);
  expectJson(ctx, what, response);
}

/** An operation that was taken. */
export function expectTaken(ctx: TestContext, what: string, response: RestResponse): void {
  const slug = 'rest-general-answers-success-true';
  ctx.expect(slug, `status of ${what}`, response.status, is(200));
  ctx.expect(slug, `success of ${what}`, (response.body as { success?: unknown } | undefined)?.success, is(true));
}

function expectJson(ctx: TestContext, what: string, response: RestResponse): void {
  ctx.expect(
    'rest-general-answer-content-type',
    `Content-Type of ${what}`,
    response.headers['content-type'],
    that('application/json', (value: string | undefined) => /^application\/json\s*(;|$)/i.test(value ?? '')),
  );
}
