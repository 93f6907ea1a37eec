/** Where a REST operation is carried out: here, or on the node that the call is on. */
import type { Operation, OperationOutcome } from '../session/ports/operation.ts';
import type { Directory, NodeEntry } from './directory.ts';
import type { Forward } from './forward.ts';

export type Operate = (operation: Operation) => OperationOutcome;

interface RouterOptions {
  /** Id of this node. */
  readonly node: string;
  readonly here: Operate;
  readonly directory: Pick<Directory, 'find' | 'node'>;
  /** Nodes as last seen, for when the directory is away. */
  readonly peers: () => ReadonlyMap<string, NodeEntry>;
  readonly forward: Forward;
}

/** @param node Id of the node that the replyId of the request names. */
export type Route = (operation: Operation, node?: string) => Promise<OperationOutcome>;

/** As from the session layer when it has no such call. */
const gone: OperationOutcome = {
  ok: false,
  status: 404,
  error: 'unknownCall',
  message: 'The call that this speaks of is over.',
};

export const unavailable = (message: string): OperationOutcome => ({
  ok: false,
  status: 503,
  error: 'internalError',
  message,
});

const noDirectory = unavailable(
  'The call is not on this node, and other nodes cannot be found now: try again, or ask the node that sent the callback.',
);

export function createRouter({ node: self, here, directory, peers, forward }: RouterOptions): Route {
  const to = async (target: NodeEntry, operation: Operation): Promise<OperationOutcome> => {
    const answer = await forward(target, operation);
    switch (answer.result) {
      case 'answered':
        return answer.outcome;
      case 'gone':
        return gone;
      case 'unreachable':
        return unavailable('The node that this call is on does not answer: try again.');
      default:
        return answer satisfies never;
    }
  };

  const named = async (node: string): Promise<NodeEntry | undefined> =>
    peers().get(node) ?? (await directory.node(node));

  return async (operation, node) => {
    const { name, body, claims } = operation;
    if (name === 'placeIvrCall' || name === 'placeRemoteCall') return here(operation);
    try {
      if (node !== undefined && node !== self) {
        const target = await named(node);
        return target === undefined ? gone : await to(target, operation);
      }
      const outcome = here(operation);
      if (outcome.ok || outcome.error !== 'unknownCall' || node === self) return outcome;
      const { sessionId, participantId, connectionId } = body;
      const ids = [claims?.session, sessionId, participantId, connectionId].filter((id) => typeof id === 'string');
      const target = await directory.find(ids);
      return target === undefined || target.id === self ? outcome : await to(target, operation);
    } catch {
      return noDirectory;
    }
  };
}
