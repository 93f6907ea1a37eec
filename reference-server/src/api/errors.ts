/** The error model of the REST API (D-ERR): a status, a stable code, what to do, and the details of a bad body. */
import type { Schemas } from '@mediaservice/spec';

/** D-CODES. */
export type ErrorCode = Schemas['ErrorCode'];

/** One violation of the schema; `pointer` is RFC 6901, "" for the body as a whole. */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
  readonly keyword?: string;
}

interface ErrorBody {
  readonly success: false;
  readonly error: string;
  readonly message: string;
  readonly details?: readonly Violation[];
}

interface ApiErrorExtras {
  readonly details?: readonly Violation[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal on its way to the client. `code` is one of `ErrorCode` or what the session layer says. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extras: ApiErrorExtras;
  constructor(status: number, code: string, message: string, extras: ApiErrorExtras = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.extras = extras;
  }
  get body(): ErrorBody {
    const { details } = this.extras;
    return { success: false, error: this.code, message: this.message, ...(details === undefined ? {} : { details }) };
  }
}

const refuse = (status: number, code: ErrorCode, message: string, extras?: ApiErrorExtras): ApiError =>
  new ApiError(status, code, message, extras);

const challenge = { headers: { 'WWW-Authenticate': 'Bearer realm="mediaservice"' } };

export const refusals = {
  unknownRoute: () => refuse(404, 'unknownRoute', 'Use one of the paths of the API document.'),
  methodNotAllowed: (allow: readonly string[]) =>
    refuse(405, 'methodNotAllowed', `Use ${allow.join(' or ')}.`, { headers: { Allow: allow.join(', ') } }),
  noToken: () => refuse(401, 'unauthorized', 'Send the header Authorization: Bearer <token>.', challenge),
  badToken: () =>
    refuse(401, 'unauthorized', 'Send a bearer token that is signed for this domain and is valid now.', challenge),
  noNode: () =>
    refuse(401, 'unauthorized', 'Use the paths of the API document; this one is for the nodes of the service.'),
  wrongDomain: () => refuse(403, 'wrongDomain', 'Send a token that names the domain of the path.'),
  unknownDomain: () => refuse(404, 'unknownDomain', 'Use the name of a configured domain.'),
  keysUnavailable: () => refuse(503, 'internalError', "Try again when the domain's key server answers."),
  tooManyRequests: (seconds: number) =>
    refuse(429, 'tooManyRequests', 'Wait as long as Retry-After says.', {
      headers: { 'Retry-After': String(seconds) },
    }),
  unsupportedMediaType: (wanted: readonly string[]) =>
    refuse(415, 'unsupportedMediaType', `Send Content-Type ${wanted.join(' or ')}, in UTF-8.`),
  bodyTooLarge: (limit: number) => refuse(413, 'bodyTooLarge', `Send a body of at most ${limit} bytes.`),
  invalidJson: () => refuse(400, 'invalidJson', 'Send a body that is valid JSON.'),
  invalidBody: (details: readonly Violation[]) =>
    refuse(400, 'invalidBody', 'Correct the body at each place that the details name.', { details }),
  invalidParameter: (message: string) => refuse(400, 'invalidParameter', message),
  invalidReplyId: () =>
    refuse(
      403,
      'invalidReplyId',
      'Send the replyId of a callback of this domain, as it came and while its call lasts.',
    ),
  originNotAllowed: () =>
    refuse(403, 'originNotAllowed', "Use a callbackBaseUrl whose origin is on the domain's list of allowed origins."),
  unknownFile: () => refuse(404, 'unknownFile', 'Use the name of a stored file.'),
  storageFull: () => refuse(503, 'full', 'Delete files from the prompt storage, then try again.'),
  internal: () => refuse(500, 'internalError', 'Report this with the X-Request-Id of the answer.'),
} as const;
