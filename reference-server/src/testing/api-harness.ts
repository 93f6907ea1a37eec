/** The REST API on a loopback port over a session host that a test writes. */
import { SignJWT } from 'jose';
import { createApi } from '../api/app.ts';
import { createAuthenticator } from '../api/auth.ts';
import type { ApiOptions, RequestSeen } from '../api/context.ts';
import { type HttpServer, listenHttp } from '../api/http-server.ts';
import { createRateLimiter } from '../api/rate.ts';
import { createReplyIds, type ReplyIds } from '../api/reply-id.ts';
import { apiSpec } from '../api/spec.ts';
import { createDomains, type Domains } from '../config/domains.ts';
import { checkSettings } from '../config/load.ts';
import type { Operation, OperationOutcome } from '../session/ports/operation.ts';
import { memoryPrompts } from './memory-prompts.ts';

export const secretOf = (domain: string): string => `${domain} `.repeat(8).slice(0, 40);

export const domainTree = (name: string, more: object = {}): object => ({
  name,
  auth: { secret: secretOf(name) },
  callbacks: { baseUrl: 'http://127.0.0.1:1' },
  ...more,
});

export interface ApiHarness {
  readonly url: string;
  readonly server: HttpServer;
  readonly domains: Domains;
  readonly replyIds: ReplyIds;
  /** What reached the session layer. */
  readonly operations: Operation[];
  readonly seen: RequestSeen[];
  readonly logged: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[];
  /** Milliseconds of the rate limiter's clock. */
  now: number;
  outcome: OperationOutcome | (() => OperationOutcome);
  ready: boolean;
  close(): Promise<void>;
}

export async function startApi(domainTrees: readonly object[], more: Partial<ApiOptions> = {}): Promise<ApiHarness> {
  const config = await checkSettings({
    environment: {},
    overrides: [{ option: 'test', path: ['domains'], value: domainTrees }],
  });
  const domains = createDomains(config);
  const replyIds = createReplyIds({
    secret: secretOf('reply'),
    node: '127.0.0.1',
    now: () => new Date(),
    lifetimeSeconds: () => 60,
  });
  const log = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    harness.logged.push({ fields, message });
  };
  const app = createApi({
    spec: apiSpec,
    host: {
      operate: (operation) => {
        harness.operations.push(operation);
        return typeof harness.outcome === 'function' ? harness.outcome() : harness.outcome;
      },
    },
    domain: domains.config,
    authenticate: createAuthenticator({ domain: domains.config, now: () => new Date() }),
    replyIds,
    prompts: memoryPrompts(),
    rate: createRateLimiter(() => harness.now),
    limits: { bodyBytes: 2_000, fileBytes: 100_000 },
    readiness: () => ({ ready: harness.ready, reasons: harness.ready ? [] : ['draining'] }),
    metrics: async () => ({ type: 'text/plain; version=0.0.4; charset=utf-8', text: 'one 1\n' }),
    uuid: () => crypto.randomUUID(),
    log: { info: log, warn: log, error: log },
    seen: (request) => harness.seen.push(request),
    ...more,
  });
  const server = await listenHttp(app, '127.0.0.1', 0);
  const harness: ApiHarness = {
    url: `http://127.0.0.1:${server.port}`,
    server,
    domains,
    replyIds,
    operations: [],
    seen: [],
    logged: [],
    now: 0,
    outcome: { ok: true },
    ready: true,
    close: () => server.close(100),
  };
  return harness;
}

/** A bearer token of the domain, with other claims or another key where a test wants them. */
export function token(
  domain: string,
  options: { claims?: object; secret?: string; expires?: number } = {},
): Promise<string> {
  const expires = options.expires ?? Math.floor(Date.now() / 1000) + 60;
  return new SignJWT({ domain, ...options.claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(options.secret ?? secretOf(domain)));
}
