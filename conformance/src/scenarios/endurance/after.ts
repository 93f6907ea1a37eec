/** What became of the crowd, held against what was to become of it. */
import type { CallbackExpectation } from '../../drivers/webhook-sink/types.ts';
import type { TestContext } from '../../harness/types.ts';
import { is } from '../support/expected.ts';
import type { Driven } from './crowd.ts';

/** Every SIPp counted what its scenario says, and every operation was taken. */
export function expectOutcomes(ctx: TestContext, driven: readonly Driven[]): void {
  for (const { kind, problem } of driven) ctx.note(`${kind.calls} calls ${kind.name}: ${problem ?? 'as they should'}`);
  const problems = driven.flatMap(({ kind, problem }) => (problem === undefined ? [] : [`${kind.name}: ${problem}`]));
  ctx.expect('endurance-calls-end-as-told', 'kinds of calls that did not end as they should', problems, is([]));
}

/** Each call was a session of its own, with one sessionCompleted, which came last (D-DONE). */
export async function expectCompletedOnce(ctx: TestContext, driven: readonly Driven[]): Promise<void> {
  const { stepMs, callbackTimeoutMs, quietMs } = ctx.target.timers;
  const end = ctx.harness.clock.now() + stepMs + callbackTimeoutMs;
  const open = (): boolean => driven.some(({ kind, app }) => app.all('sessionCompleted').length < kind.calls);
  while (open() && ctx.harness.clock.now() < end) await ctx.harness.outside.sleep(50);
  await Promise.all(driven.map(({ app }) => app.quiet(quietMs)));
  const wrong = driven.flatMap(({ kind, app }) => {
    const sessions = app.sessions();
    const count = sessions.length === kind.calls ? [] : [`${sessions.length} sessions of ${kind.calls} calls`];
    return [...count, ...unfinished(app, sessions)].slice(0, 5).map((text) => `${kind.name}: ${text}`);
  });
  ctx.expect('endurance-completed-once', 'sessions that did not end with one sessionCompleted', wrong, is([]));
}

function unfinished(app: CallbackExpectation, sessions: readonly string[]): string[] {
  const courses = new Map<string | undefined, string[]>(sessions.map((id) => [id, []]));
  for (const { sessionId, name } of app.all()) courses.get(sessionId)?.push(name);
  return [...courses].flatMap(([id, names]) =>
    names.indexOf('sessionCompleted') === names.length - 1 && names.length > 0
      ? []
      : [`session ${id} had ${names.join(', ')}`],
  );
}
