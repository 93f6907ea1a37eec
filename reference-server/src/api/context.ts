/** What the parts of the REST API share: their dependencies and what is known of a request. */
import type { Request, RequestHandler, Response } from 'express';
import type { DomainConfig } from '../config/types.ts';
import type { Operation, OperationOutcome } from '../session/ports/operation.ts';
import type { LogPort } from '../session/ports.ts';
import type { PromptStore } from '../storage/prompt-store.ts';
import type { Authenticate } from './auth.ts';
import type { RateLimiter } from './rate.ts';
import type { ReplyIds } from './reply-id.ts';
import type { ApiSpec } from './spec.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Why not; empty when ready. */
  readonly reasons: readonly string[];
}

export interface RequestSeen {
  readonly operation: string;
  readonly status: number;
  readonly seconds: number;
}

export interface ApiOptions {
  readonly spec: ApiSpec;
  readonly host: {
    /** @param node Id of the node that the replyId was made by, where there is one. */
    operate(operation: Operation, node?: string): OperationOutcome | Promise<OperationOutcome>;
  };
  readonly domain: (name: string) => DomainConfig | undefined;
  readonly authenticate: Authenticate;
  readonly replyIds: Pick<ReplyIds, 'verify'>;
  readonly prompts: PromptStore;
  readonly rate: RateLimiter;
  readonly limits: { readonly bodyBytes: number; readonly fileBytes: number };
  readonly readiness: () => Readiness;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly uuid: () => string;
  readonly log: LogPort;
  /** Where other nodes hand on what came to them. */
  readonly door?: { readonly path: string; readonly handlers: readonly RequestHandler[] };
  readonly seen?: (request: RequestSeen) => void;
}

/** What is found out about a request while it is answered. */
export interface Known {
  requestId: string;
  operation: string;
  domain?: DomainConfig;
  sessionId?: string;
  error?: string;
}

const store = new WeakMap<Response, Known>();

export const begin = (response: Response, known: Known): void => {
  store.set(response, known);
};

/** @throws When the request did not pass the outermost handler: a mistake in the order of the handlers. */
export const known = (response: Response): Known => {
  const found = store.get(response);
  if (found === undefined) throw new Error('this request was not begun');
  return found;
};

/** The domain of the path. */
export const domainOf = (response: Response): DomainConfig => {
  const { domain } = known(response);
  if (domain === undefined) throw new Error('this route has no domain');
  return domain;
};

export const parameter = (request: Request, name: string): string => {
  const value: unknown = request.params[name];
  return typeof value === 'string' ? value : '';
};
