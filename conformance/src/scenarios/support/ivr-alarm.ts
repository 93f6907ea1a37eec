import type { TestContext } from '../../harness/types.ts';
import { absent, is, that } from './expected.ts';

/** Requirements that `expectIvrAlarm` shows. */
export const ivrAlarm = [
  'alarm-type',
  'alarm-domain',
  'alarm-session-id',
  'alarm-error-details',
  'alarm-others-absent',
];

/** What every alarm of type ivrCommandError says besides its error. */
export function expectIvrAlarm(ctx: TestContext, body: Readonly<Record<string, unknown>>, sessionId: string): void {
  ctx.expect('alarm-type', 'type', body.type, is('ivrCommandError'));
  ctx.expect('alarm-domain', 'domain', body.domain, is(ctx.target.domain));
  ctx.expect('alarm-session-id', 'sessionId', body.sessionId, is(sessionId));
  const object = that(
    'an object',
    (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  ctx.expect(
    'alarm-error-details',
    'errorDetails, if there are any',
    'errorDetails' in body ? body.errorDetails : {},
    object,
  );
  for (const name of ['status', 'participantId', 'user', 'callId']) {
    ctx.expect('alarm-others-absent', name, body[name], absent);
  }
}
