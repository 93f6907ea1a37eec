import { createLogger } from '@stoplight/prism-core';
import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpRequest,
  type IHttpResponse,
} from '@stoplight/prism-http';
import type { Culprit, Violation } from '../../harness/timeline.ts';
import { parseJson } from '../http.ts';

/** One message each way, as Prism wants to see them. */
export interface Judged {
  readonly method: string;
  /** Path as the OpenAPI document has it, with its query. */
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  /** 0: there was no answer. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

type Finding = Pick<Violation, 'where' | 'pointer' | 'message'>;
export type Judge = (exchange: Judged) => Promise<Finding[]>;

/** What was found, with who answers for it; nobody does for what was meant to be wrong. */
export const violationsOf = (
  findings: readonly Finding[],
  culprits: readonly [Culprit, Culprit],
  intended: Readonly<Record<Finding['where'], boolean>>,
): Violation[] =>
  findings.map((finding) => ({
    ...finding,
    culprit: culprits[finding.where === 'request' ? 0 : 1],
    intended: intended[finding.where],
  }));

type Method = IHttpRequest['method'];
const methods = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
] as const satisfies readonly Method[];

/**
 * Prism in proxy mode, with a forwarder that hands back the answer which the target has already given: validation is
 * Prism's own, the bytes on the wire are not.
 * @param document an OpenAPI document; it is copied.
 */
export async function createJudge(document: object): Promise<Judge> {
  const operations = await getHttpOperationsFromSpec(structuredClone(document));
  const answers = new WeakMap<IHttpRequest, IHttpResponse>();
  const prism = createInstance(
    {
      isProxy: true,
      upstream: new URL('http://target.invalid'),
      upstreamProxy: undefined,
      checkSecurity: true,
      validateRequest: true,
      validateResponse: true,
      errors: false,
      mock: { dynamic: false },
    },
    {
      logger: createLogger('judge', { enabled: false }),
      forward:
        ({ data }) =>
        () =>
        async () => {
          const answer = answers.get(data);
          return answer ? { _tag: 'Right', right: answer } : { _tag: 'Left', left: new Error('no answer') };
        },
    },
  );
  return async (exchange) => {
    const method = methods.find((one) => one === exchange.method.toLowerCase());
    if (method === undefined)
      return [{ where: 'request', pointer: '/method', message: `method ${exchange.method} is in no OpenAPI document` }];
    const { pathname, searchParams } = new URL(exchange.path, 'http://target.invalid');
    const request: IHttpRequest = {
      method,
      url: { path: pathname, query: Object.fromEntries(searchParams) },
      headers: { ...exchange.requestHeaders },
      body: bodyFor(exchange.requestHeaders, exchange.requestBody),
    };
    const answered = exchange.status > 0;
    const response: IHttpResponse = {
      statusCode: answered ? exchange.status : 200,
      headers: { ...exchange.responseHeaders },
      body: bodyFor(exchange.responseHeaders, exchange.responseBody),
    };
    answers.set(request, response);
    const result = await prism.request(request, operations)();
    if (result._tag === 'Left') return [{ where: 'request', pointer: '', message: result.left.message }];
    const { input, output } = result.right.validations;
    const finding =
      (where: Finding['where']) =>
      (one: { path?: readonly string[]; message: string }): Finding => ({
        where,
        pointer: (one.path ?? []).map((key) => `/${key}`).join(''),
        message: one.message,
      });
    return [...input.map(finding('request')), ...(answered ? output.map(finding('response')) : [])];
  };
}

function bodyFor(headers: Readonly<Record<string, string>>, text: string): unknown {
  if (text === '') return undefined;
  const json = /^application\/([\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '');
  // What is not JSON although it says so stays a text, which no schema of an object accepts.
  return json ? (parseJson(text) ?? text) : text;
}
