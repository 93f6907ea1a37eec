/** Tells applications the end of sessions whose node is dead: sessionCompleted, once each, by whoever claimed them (D-DONE). */
import type { CallbackEvent, CallbackPort } from '../session/ports/callbacks.ts';
import type { LogPort } from '../session/ports.ts';
import type { Directory, Orphan } from './directory.ts';
import type { Standing } from './standing.ts';
import { execute } from './will.ts';

interface ReporterOptions {
  readonly node: string;
  /** IP address of this node. */
  readonly ivrServer: string;
  readonly directory: Pick<Directory, 'orphans' | 'settled'>;
  readonly standing: Standing;
  readonly callbacks: () => Pick<CallbackPort, 'send'>;
  readonly log: LogPort;
}

export interface Reporter {
  /** Looks what there is to report. */
  collect(): void;
  /** Takes the result of a callback if it is one of these. */
  saw(event: CallbackEvent): void;
  /** Sessions reported so far. */
  reported(): number;
}

const prefix = 'orphan/';

export function createReporter(options: ReporterOptions): Reporter {
  const { node, ivrServer, directory, standing, log } = options;
  /** Sent, and not yet off the books; `done` when the result is there. */
  const sent = new Map<string, 'under way' | 'done'>();
  let reported = 0;
  let collecting = false;

  const settle = (session: string): void => {
    directory.settled(node, session).then(
      () => sent.delete(session),
      // Still on the books then, and comes again with the next look.
      () => undefined,
    );
  };

  const report = (orphan: Orphan): void => {
    const { session } = orphan;
    const state = sent.get(session);
    if (state === 'done') settle(session);
    if (state !== undefined) return;
    const request = execute(orphan, ivrServer, prefix + session);
    if (request === undefined) {
      log.error({ sessionId: session }, 'the last will of a session cannot be read');
      sent.set(session, 'done');
      settle(session);
      return;
    }
    sent.set(session, 'under way');
    reported += 1;
    const { reason } = request.body;
    log.warn({ sessionId: session, domain: request.domain, reason }, 'the end of a session of a dead node is reported');
    options.callbacks().send(request);
  };

  const collect = async (): Promise<void> => {
    // Who may be taken for dead itself must not speak for the dead.
    for (let doubt = standing.doubt(); doubt !== undefined; doubt = standing.doubt()) await doubt;
    for (const orphan of await directory.orphans(node)) report(orphan);
  };

  return {
    collect() {
      if (collecting) return;
      collecting = true;
      collect()
        // Asked for again with the next beat.
        .catch(() => undefined)
        .finally(() => {
          collecting = false;
        });
    },
    saw({ token }) {
      const session = token.startsWith(prefix) ? token.slice(prefix.length) : undefined;
      if (session === undefined || !sent.has(session)) return;
      // Delivered or given up, as sessionCompleted of one's own sessions is.
      sent.set(session, 'done');
      settle(session);
    },
    reported: () => reported,
  };
}
