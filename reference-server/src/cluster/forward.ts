/** Hands an operation to another node and brings its answer back. What was handed on is never handed on again: see `door.ts`. */
import { Agent, errors } from 'undici';
import type { Elsewhere, ElsewherePort } from '../session/ports/nodes.ts';
import type { Operation, OperationOutcome } from '../session/ports/operation.ts';
import type { LogPort } from '../session/ports.ts';
import type { NodeEntry } from './directory.ts';
import type { Passes } from './pass.ts';

export type Forwarded =
  | { readonly result: 'answered'; readonly outcome: OperationOutcome }
  /** Nobody is there, or another node than the one meant: its calls are gone with it. */
  | { readonly result: 'gone' }
  /** It may be there; whether it did what it was asked is not known. */
  | { readonly result: 'unreachable' };

export type Forward = (node: NodeEntry, operation: Operation) => Promise<Forwarded>;

/** What one node asks another: to do something with a call that it has, or to lend it a participant who waits. */
export type Request = { readonly operation: Operation } | { readonly borrow: Parameters<ElsewherePort['find']>[0] };

export interface Forwarder {
  readonly forward: Forward;
  /** Undefined: nobody waits there under that id. Rejects where the node cannot be asked. */
  borrow(node: NodeEntry, asked: Parameters<ElsewherePort['find']>[0]): Promise<Elsewhere | undefined>;
  close(): Promise<void>;
}

/** Where nodes speak to each other; no domain can be called so. */
export const doorPath = '/-/nodes/operate';

interface ForwarderOptions {
  readonly passes: Pick<Passes, 'issue'>;
  readonly log: LogPort;
  readonly timeoutMs: number;
  readonly seen?: (result: Forwarded['result']) => void;
}

export function createForwarder({ passes, log, timeoutMs, seen }: ForwarderOptions): Forwarder {
  const agent = new Agent({
    connections: 64,
    pipelining: 1,
    // Less than the other side keeps them, so that no request meets the end of its connection.
    keepAliveTimeout: 3_000,
    keepAliveMaxTimeout: 3_000,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });

  const ask = async (node: NodeEntry, question: Request): Promise<unknown> => {
    const bytes = JSON.stringify({ to: node.id, ...question });
    const { statusCode, body } = await agent.request({
      origin: new URL(node.address).origin,
      path: doorPath,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await passes.issue(bytes)}` },
      body: bytes,
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`it answered ${statusCode}: ${text.slice(0, 200)}`);
    // Its pass is as good as ours: nobody else answers at the address that the directory has.
    return JSON.parse(text);
  };

  return {
    async forward(node, operation) {
      const asked = ask(node, { operation }) as Promise<Forwarded>;
      const answer = await asked.catch((error: unknown): Forwarded => {
        const refused = isRefused(error);
        const fields = { node: node.id, address: node.address, operation: operation.name, error: describe(error) };
        log.warn(fields, refused ? 'no node is at its address' : 'a node cannot be reached');
        return { result: refused ? 'gone' : 'unreachable' };
      });
      seen?.(answer.result);
      return answer;
    },
    async borrow(node, borrow) {
      const { where } = (await ask(node, { borrow })) as { readonly where?: Elsewhere };
      return where;
    },
    close: () => agent.destroy(),
  };
}

/** No process listens there: what was on the node ended with it. */
const isRefused = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.length > 0 && error.errors.every(isRefused)
    : error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';

const describe = (error: unknown): string =>
  error instanceof errors.UndiciError
    ? `${error.code} ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error);
