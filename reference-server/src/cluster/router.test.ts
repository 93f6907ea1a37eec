import { describe, expect, it } from 'vitest';
import type { Operation, OperationOutcome } from '../session/ports/operation.ts';
import type { ReplyClaims } from '../session/ports/reply-id.ts';
import { DirectoryUnavailable, type NodeEntry } from './directory.ts';
import type { Forwarded } from './forward.ts';
import { createRouter } from './router.ts';

const unknown = { ok: false, status: 404, error: 'unknownCall', message: 'not here' } as const;
const wrongState = { ok: false, status: 409, error: 'wrongState', message: 'no' } as const;
const done = { ok: true } as const;
const entry = (id: string): NodeEntry => ({ id, address: `http://${id}.example` });
const claims = { domain: 'a.example', session: 's1' } as ReplyClaims;

interface Case {
  readonly operation?: Partial<Operation>;
  /** Node that the replyId names. */
  readonly node?: string;
  readonly here?: OperationOutcome;
  /** What the directory finds; a DirectoryUnavailable is thrown. */
  readonly found?: NodeEntry | DirectoryUnavailable;
  readonly peers?: readonly string[];
  readonly there?: Forwarded;
}

async function play(given: Case) {
  const forwarded: string[] = [];
  const asked: string[] = [];
  const look = async (what: string) => {
    asked.push(what);
    if (given.found instanceof Error) throw given.found;
    return given.found;
  };
  let local = 0;
  const route = createRouter({
    node: 'A',
    here: () => {
      local += 1;
      return given.here ?? unknown;
    },
    directory: { find: (ids) => look(ids.join(' ')), node: look },
    peers: () => new Map((given.peers ?? []).map((id) => [id, entry(id)])),
    forward: async ({ id }) => {
      forwarded.push(id);
      return given.there ?? { result: 'answered', outcome: done };
    },
  });
  const operation: Operation = { name: 'hangupCall', domain: 'a.example', body: {}, ...given.operation };
  const outcome = await route(operation, given.node);
  return { outcome: outcome.ok ? 200 : outcome.status, forwarded, asked, local };
}

const away = new DirectoryUnavailable('away');

describe('an operation', () => {
  it.each<[string, Case, Partial<Awaited<ReturnType<typeof play>>>]>([
    ['by the replyId of this node stays', { node: 'A', here: done }, { outcome: 200, forwarded: [], asked: [] }],
    ['by it, of a call that is over, is nobody else’s', { node: 'A' }, { outcome: 404, forwarded: [], asked: [] }],
    [
      'by the replyId of a known node goes there without a look',
      { node: 'B', peers: ['B'] },
      { outcome: 200, forwarded: ['B'], asked: [], local: 0 },
    ],
    [
      'by that of a node not yet seen is looked up',
      { node: 'B', found: entry('B') },
      { outcome: 200, forwarded: ['B'], asked: ['B'] },
    ],
    ['by that of a node that is no more', { node: 'B' }, { outcome: 404, forwarded: [], asked: ['B'], local: 0 }],
    [
      'by that of a node whose process is gone',
      { node: 'B', peers: ['B'], there: { result: 'gone' } },
      { outcome: 404 },
    ],
    [
      'by that of a node that does not answer',
      { node: 'B', peers: ['B'], there: { result: 'unreachable' } },
      { outcome: 503 },
    ],
    [
      'refused there is refused here',
      { node: 'B', peers: ['B'], there: { result: 'answered', outcome: wrongState } },
      { outcome: 409 },
    ],
    [
      'by ids of a call here stays',
      { operation: { body: { participantId: 'p1' } }, here: wrongState },
      { outcome: 409, asked: [] },
    ],
    [
      'by ids of a call elsewhere is looked up by each of them',
      { operation: { body: { sessionId: 's1', participantId: 'p1', connectionId: 'c1' } }, found: entry('B') },
      { outcome: 200, asked: ['s1 p1 c1'], forwarded: ['B'], local: 1 },
    ],
    [
      'by a replyId that names no node is looked up by its session',
      { operation: { claims }, found: entry('B') },
      { outcome: 200, asked: ['s1'], forwarded: ['B'] },
    ],
    ['by ids of nobody', { operation: { body: { participantId: 'p1' } } }, { outcome: 404, forwarded: [] }],
    [
      'by ids that the directory still has for this node',
      { operation: { body: { participantId: 'p1' } }, found: entry('A') },
      { outcome: 404, forwarded: [], local: 1 },
    ],
    [
      'by ids while the directory is away',
      { operation: { body: { participantId: 'p1' } }, found: away },
      { outcome: 503, forwarded: [] },
    ],
    [
      'by a replyId while the directory is away goes to a node seen before',
      { node: 'B', peers: ['B'], found: away },
      { outcome: 200, forwarded: ['B'] },
    ],
    ['by that of a node never seen', { node: 'B', found: away }, { outcome: 503, forwarded: [] }],
    ['on a call here while it is away', { node: 'A', here: done, found: away }, { outcome: 200 }],
    [
      'that places a call is done here',
      { operation: { name: 'placeIvrCall', body: { sessionId: 's1' } }, here: unknown, found: entry('B') },
      { outcome: 404, asked: [], forwarded: [], local: 1 },
    ],
  ])('%s', async (_name, given, expected) => {
    expect(await play(given)).toMatchObject(expected);
  });
});
