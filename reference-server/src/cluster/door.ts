/** Where operations of other nodes come in. They are carried out here or not at all, so that none can go in a circle. */
import express, { type RequestHandler } from 'express';
import type { Operation } from '../session/ports.ts';
import { doorPath, type Forwarded } from './forward.ts';
import type { Passes } from './pass.ts';
import type { Operate } from './router.ts';

export interface Door {
  readonly path: string;
  readonly handlers: readonly RequestHandler[];
}

interface DoorOptions {
  readonly node: string;
  readonly passes: Pick<Passes, 'check'>;
  readonly operate: Operate;
  /** Refuses who is no node. */
  readonly refuse: () => Error;
  readonly maxBytes: number;
}

export function createDoor({ node, passes, operate, refuse, maxBytes }: DoorOptions): Door {
  const answer = (bytes: string): Forwarded => {
    // Signed by one of us: the other node has looked at all that a client can get wrong.
    const { to, operation } = JSON.parse(bytes) as { readonly to: string; readonly operation: Operation };
    return to === node ? { result: 'answered', outcome: operate(operation) } : { result: 'gone' };
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
