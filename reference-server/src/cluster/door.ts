/** Where operations of other nodes come in. They are carried out here or not at all, so that none can go in a circle. */
import express, { type RequestHandler } from 'express';
import type { Elsewhere } from '../session/ports/nodes.ts';
import { doorPath, type Forwarded, type Request } from './forward.ts';
import type { Passes } from './pass.ts';
import type { Operate } from './router.ts';
import type { Tandem } from './tandem.ts';

export interface Door {
  readonly path: string;
  readonly handlers: readonly RequestHandler[];
}

interface DoorOptions {
  readonly node: string;
  readonly passes: Pick<Passes, 'check'>;
  readonly operate: Operate;
  readonly lend: Tandem['lend'];
  /** Refuses who is no node. */
  readonly refuse: () => Error;
  readonly maxBytes: number;
}

export function createDoor({ node, passes, operate, lend, refuse, maxBytes }: DoorOptions): Door {
  const answer = (bytes: string): Forwarded | { readonly where: Elsewhere | undefined } => {
    // Signed by one of us: the other node has looked at all that a client can get wrong.
    const { to, ...question } = JSON.parse(bytes) as Request & { readonly to: string };
    if (to !== node) return { result: 'gone' };
    if ('borrow' in question) return { where: lend(question.borrow.domain, question.borrow.participant) };
    return { result: 'answered', outcome: operate(question.operation) };
  };
  return {
    path: doorPath,
    handlers: [
      express.text({ type: 'application/json', limit: maxBytes, defaultCharset: 'utf-8' }),
      async (request, response) => {
        const pass = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
        const bytes: unknown = request.body;
        if (pass === undefined || typeof bytes !== 'string') throw refuse();
        if ((await passes.check(pass, bytes)) === undefined) throw refuse();
        response.json(answer(bytes));
      },
    ],
  };
}
