/** Whatever goes wrong in a handler becomes an answer of D-ERR; no stack ever leaves the server. */
import type { ErrorRequestHandler } from 'express';
import { type ApiOptions, known } from './context.ts';
import { ApiError, refusals } from './errors.ts';

export const failureHandler =
  ({ log, limits }: ApiOptions): ErrorRequestHandler =>
  (thrown: unknown, request, response, _next) => {
    const error = translate(thrown, limits);
    const about = known(response);
    about.error = error.code;
    if (error.status >= 500 && thrown !== error) {
      log.error({ requestId: about.requestId, operation: about.operation, err: thrown }, 'a REST request failed');
    }
    if (response.headersSent) {
      request.socket.destroy();
      return;
    }
    // What is still on its way of a refused body is not read.
    if (error.status === 413) response.set('Connection', 'close');
    response
      .status(error.status)
      .set(error.extras.headers ?? {})
      .json(error.body);
  };

function translate(thrown: unknown, limits: ApiOptions['limits']): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof URIError) return refusals.invalidParameter('Send a path whose percent-encoding is valid.');
  // http-errors of the body parsers carry `type`, and `limit` where the body was too long.
  switch (property(thrown, 'type')) {
    case 'entity.too.large': {
      const limit = property(thrown, 'limit');
      return refusals.bodyTooLarge(typeof limit === 'number' ? limit : limits.bodyBytes);
    }
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return refusals.unsupportedMediaType(['application/json']);
    case 'entity.verify.failed':
    case 'request.aborted':
    case 'request.size.invalid':
      return refusals.invalidJson();
    default:
      break;
  }
  const status = property(thrown, 'status');
  // zlib's complaints about a body that says it is compressed.
  if (status === 400) return refusals.invalidJson();
  return refusals.internal();
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
