/** The REST API as an Express application. Its routes come from the specification, so that none can be missing. */
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { lacksOperation } from '../session/lacking.ts';
import { type ApiOptions, begin, domainOf, known, parameter } from './context.ts';
import { ApiError, refusals } from './errors.ts';
import { failureHandler } from './failure.ts';
import { isOperation, operationHandlers } from './operation.ts';
import { isPromptOperation, promptHandlers } from './promptfile.ts';
import type { ApiRoute } from './spec.ts';

/** @throws When the specification has an operation that nobody implements. */
export function createApi(options: ApiOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('strict routing', true);
  app.set('case sensitive routing', true);

  app.use(observe(options));
  const own: readonly [string, RequestHandler][] = [
    ['/healthz', (_request, response) => void response.json({ status: 'ok' })],
    ['/readyz', (_request, response) => ready(options, response)],
    ['/metrics', (_request, response) => metrics(options, response)],
  ];
  for (const [path, handler] of own) {
    app.get(path, named(path.slice(1)), handler);
    app.all(path, refuseMethod(['GET']));
  }
  if (options.door !== undefined) {
    app.post(options.door.path, named('forwarded'), ...options.door.handlers);
    app.all(options.door.path, refuseMethod(['POST']));
  }
  for (const [path, routes] of byPath(options.spec.routes)) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    // D-CHECKORDER: the domain is looked for before method and token, for its keys verify the token.
    app.all(pattern, findDomain(options));
    app.all(pattern, hasOperations(routes));
    for (const route of routes) {
      app[route.method](
        pattern,
        named(route.operation),
        authenticate(options),
        rate(options),
        ...handlers(route, options),
      );
    }
    app.all(pattern, refuseMethod(routes.map(({ method }) => method.toUpperCase())));
  }
  app.use(() => {
    throw refusals.unknownRoute();
  });
  app.use(failureHandler(options));
  return app;
}

function handlers({ operation }: ApiRoute, options: ApiOptions): RequestHandler[] {
  if (isOperation(operation)) return operationHandlers(operation, options);
  if (isPromptOperation(operation)) return promptHandlers(operation, options);
  throw new Error(`the specification has an operation "${operation}" that is not implemented`);
}

function byPath(routes: readonly ApiRoute[]): Map<string, ApiRoute[]> {
  const paths = new Map<string, ApiRoute[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

const named =
  (operation: string): RequestHandler =>
  (_request, response, next) => {
    known(response).operation = operation;
    next();
  };

/** GET brings HEAD along. */
const refuseMethod =
  (methods: readonly string[]): RequestHandler =>
  () => {
    throw refusals.methodNotAllowed(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
  };

const findDomain =
  ({ domain }: ApiOptions): RequestHandler =>
  (request, response, next) => {
    const found = domain(parameter(request, 'domain'));
    if (found === undefined) throw refusals.unknownDomain();
    known(response).domain = found;
    next();
  };

/** A path of nothing but operations that the domain does without is no path (D-CLAIM). */
const hasOperations =
  (routes: readonly ApiRoute[]): RequestHandler =>
  (_request, response, next) => {
    const domain = domainOf(response);
    if (routes.every(({ operation }) => lacksOperation(domain, operation))) throw refusals.unknownRoute();
    next();
  };

const authenticate =
  (options: ApiOptions): RequestHandler =>
  async (request, response, next) => {
    await options.authenticate(request.headers.authorization, domainOf(response));
    next();
  };

const rate =
  (options: ApiOptions): RequestHandler =>
  (_request, response, next) => {
    const { name, requestsPerSecond } = domainOf(response);
    const wait = options.rate.take(name, requestsPerSecond);
    if (wait > 0) throw refusals.tooManyRequests(wait);
    next();
  };

function ready({ readiness }: ApiOptions, response: Response): void {
  const { ready, reasons } = readiness();
  if (!ready) throw new ApiError(503, reasons[0] ?? 'notReady', `Send calls elsewhere: ${reasons.join(', ')}.`);
  response.json({ status: 'ready' });
}

async function metrics(options: ApiOptions, response: Response): Promise<void> {
  const { type, text } = await options.metrics();
  response.set('Content-Type', type).end(text);
}

/** Gives every request an id, and tells of it when it is answered. */
function observe({ uuid, log, seen }: ApiOptions): RequestHandler {
  return (request: Request, response, next) => {
    const started = process.hrtime.bigint();
    const offered = request.get('x-request-id');
    const requestId = offered !== undefined && /^[\w.:-]{1,128}$/.test(offered) ? offered : uuid();
    const about = { requestId, operation: 'none' };
    begin(response, about);
    response.set('X-Request-Id', requestId);
    response.on('close', () => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const { operation, domain, sessionId, error } = known(response);
      const status = response.statusCode;
      seen?.({ operation, status, seconds });
      const fields = {
        requestId,
        method: request.method,
        operation,
        status,
        seconds,
        domain: domain?.name,
        sessionId,
        error,
      };
      if (operation !== 'healthz' && operation !== 'readyz' && operation !== 'metrics')
        log.info(fields, 'REST request');
    });
    next();
  };
}
