/** An application that runs elsewhere and serves several generators. */
import { SettingsError } from '@mediaservice/conformance/kit';
import type { Ready } from '../webhook/protocol.ts';
import type { RunningApplication } from './application.ts';

const answerMs = 5000;

/**
 * @param url where it answers callbacks; any path of it.
 * @throws {SettingsError} when it does not answer.
 */
export async function sharedApplication(url: string): Promise<RunningApplication> {
  try {
    const answer = await fetch(new URL('/ready', url), { signal: AbortSignal.timeout(answerMs) });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    const ready = (await answer.json()) as Ready['ready'];
    return {
      ready: { ...ready, host: new URL(url).hostname },
      pid: undefined,
      died: new Promise<string>(() => undefined),
      stop: () => Promise.resolve(),
    };
  } catch (cause) {
    // fetch says only that it failed; its cause says why.
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const why = reason instanceof Error ? reason.message || reason.name : String(reason);
    throw new SettingsError(
      'bad-option',
      `No application of this kit is at ${url}: ${why}. Start one: mediaservice-load application.`,
      {
        cause,
      },
    );
  }
}
