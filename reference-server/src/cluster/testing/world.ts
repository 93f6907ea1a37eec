/** Nodes in one process on one clock that a test moves: each can be killed, stand still and go on, or lose the directory. */

import type { SessionId } from '../../session/ids.ts';
import type { CallbackEvent, CallbackRequest } from '../../session/ports/callbacks.ts';
import type { SessionEntry } from '../../session/ports/nodes.ts';
import type { OperationOutcome } from '../../session/ports/operation.ts';
import { createFakeClock } from '../../session/testing/fake-clock.ts';
import { type Cluster, createCluster } from '../cluster.ts';
import { createMemoryBooks, createMemoryDirectory, type MemoryDirectory } from '../memory-directory.ts';

export interface TestNode {
  readonly cluster: Cluster;
  readonly directory: MemoryDirectory;
  /** What left for applications. */
  readonly sent: CallbackRequest[];
  readonly abandoned: SessionId[];
  /** Whether the application answers a callback at once; default true. */
  answers: boolean;
  /** No timer of it runs any more. */
  stand(): void;
  /** What was due meanwhile comes now. */
  goOn(): Promise<void>;
  /** Stands for ever, and nothing that it sends arrives. */
  kill(): void;
  open(session: string, more?: Partial<Pick<SessionEntry, 'ids' | 'answered'>>): void;
  say(session: string, name: CallbackRequest['name'], body?: CallbackRequest['body']): void;
  /** sessionCompleted, as the session layer sends it. */
  end(session: string): void;
}

export interface World {
  node(name: string): Promise<TestNode>;
  /** Lets so much time pass for all. */
  pass(milliseconds: number): Promise<void>;
  now(): number;
}

export const deadMs = 5_000;

/** What promises are waiting for in one process is done when the event loop has turned a few times. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

export function createWorld(): World {
  const clock = createFakeClock();
  const books = createMemoryBooks(clock.now);
  let ids = 0;
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      await settle();
    }
  };

  const node = async (name: string): Promise<TestNode> => {
    const directory = createMemoryDirectory(books);
    const sent: CallbackRequest[] = [];
    const abandoned: SessionId[] = [];
    let standing = false;
    let dead = false;
    const missed: (() => void)[] = [];
    const cluster = createCluster({
      node: name,
      ivrServer: `ip of ${name}`,
      directory,
      secret: 's'.repeat(32),
      deadMs,
      keepMs: 3_600_000,
      maxBodyBytes: 1_000,
      clock: {
        now: clock.now,
        after: (milliseconds, run) => clock.after(milliseconds, () => (standing ? void missed.push(run) : run())),
      },
      now: () => new Date(clock.now()),
      log: { info() {}, warn() {}, error() {} },
      uuid: () => `uuid-${++ids}`,
      refuse: () => new Error('no node'),
      forwarded: () => {},
    });
    const port = cluster.hold({
      send(request) {
        if (dead) return;
        sent.push(request);
        if (!self.answers) return;
        const result = { ok: true, status: 200, body: undefined } as const;
        const event: CallbackEvent = { type: 'callback.result', name: request.name, token: request.token, result };
        cluster.saw(event);
        if (request.name === 'sessionCompleted') cluster.books.over(request.session as SessionId);
      },
      forget() {},
    });
    const last = (session: string): SessionEntry['last'] => ({
      domain: 'a.example',
      name: 'sessionCompleted',
      body: { sessionId: session, reason: 'error', sessionDuration: '0', ivrServer: `ip of ${name}` },
    });
    const request = (
      session: string,
      callback: CallbackRequest['name'],
      body: CallbackRequest['body'],
    ): CallbackRequest => ({
      session: session as SessionId,
      domain: 'a.example',
      name: callback,
      body,
      token: `${session}/${++ids}`,
      httpTransactionId: `uuid-${++ids}` as CallbackRequest['httpTransactionId'],
    });
    const self: TestNode = {
      cluster,
      directory,
      sent,
      abandoned,
      answers: true,
      stand() {
        standing = true;
      },
      async goOn() {
        standing = false;
        for (const run of missed.splice(0)) run();
        await settle();
      },
      kill() {
        standing = true;
        dead = true;
      },
      open: (session, more = {}) =>
        cluster.books.changed({
          session: session as SessionId,
          ids: [],
          answered: false,
          last: last(session),
          ...more,
        }),
      say: (session, callback, body = {}) => port.send(request(session, callback, body)),
      end: (session) =>
        port.send(
          request(session, 'sessionCompleted', { ...last(session).body, reason: 'completed', sessionDuration: '7' }),
        ),
    };
    const operate = (): OperationOutcome => ({ ok: true });
    await cluster.start(`http://${name}.example`, {
      host: {
        waiting: () => undefined,
        relay() {},
        dispatch() {},
        abandon: (session) => {
          abandoned.push(session);
          cluster.books.over(session);
        },
      },
      operate,
    });
    return self;
  };
  return { node, pass, now: clock.now };
}
