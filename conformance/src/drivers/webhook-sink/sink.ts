import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { callbackNames, isCallbackName } from '@mediaservice/spec';
import type { RunClock } from '../../harness/timeline.ts';
import { bodyOf, isObject, listen, parseJson, plainHeaders, shut } from '../http.ts';
import { endingHeader, exchangeHeader, intendedHeader, reusedHeader } from '../prism-proxy/types.ts';
import { candidates, idKeys } from './claims.ts';
import { defaultAnswer, Expectation } from './expectation.ts';
import type { Answer, Callback, CallbackExpectation, CallbackName, RawAnswer, WebhookSink } from './types.ts';

interface SinkOptions {
  readonly clock: RunClock;
  readonly host: string;
  /** Path of the URL that alarms are sent to. */
  readonly alarmPath: string;
  /** Default limit of `next`, ms. */
  readonly stepMs: number;
  /** Told of each callback that belongs to nobody. */
  readonly onUnclaimed?: (callback: Callback) => void;
}

/** The customer application of all scenarios at once. */
export async function startSink(options: SinkOptions): Promise<WebhookSink> {
  const { clock, host } = options;
  const owners = new Map<string, Expectation>();
  /** Whose a key was last, when it is nobody's any more; alarms of a domain are no one session's. */
  const former = new Map<string, Expectation>();
  const givenUp = new Set<CallbackExpectation>();
  const unclaimed: Callback[] = [];
  const exchanges = new Map<string, { callback: Callback; owner: Expectation | undefined }>();
  const around = {
    stepMs: options.stepMs,
    now: () => clock.now(),
    bind: (key: string, expectation: Expectation) => void owners.set(key, expectation),
    unbind: (expectation: Expectation) => {
      for (const [key, owner] of owners) {
        if (owner !== expectation) continue;
        owners.delete(key);
        if (!key.startsWith('alarm:')) former.set(key, owner);
      }
    },
  };

  const ownerOf = (callback: Callback): Expectation | undefined => {
    const key = candidates(callback).find((candidate) => owners.has(candidate));
    const owner = key === undefined ? undefined : owners.get(key);
    // Later callbacks of the session may carry nothing but its ids.
    if (owner) for (const id of idKeys(callback)) if (!owners.has(id)) owners.set(id, owner);
    return owner;
  };

  const isGivenUp = (callback: Callback): boolean => {
    const key = candidates(callback).find((candidate) => former.has(candidate));
    const owner = key === undefined ? undefined : former.get(key);
    if (owner === undefined || !givenUp.has(owner)) return false;
    for (const id of idKeys(callback)) if (!former.has(id)) former.set(id, owner);
    return true;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = clock.now();
    const answered = Promise.withResolvers<void>();
    response.once('close', answered.resolve);
    const url = request.url ?? '/';
    const body = await bodyOf(request);
    if (body === undefined) return void response.writeHead(413, { connection: 'close' }).end();
    const name = nameOf(url, options.alarmPath);
    if (name === undefined) return void response.writeHead(404).end();
    const callback = describe(name, { at, url, request, raw: body.toString(), answered: answered.promise });
    const owner = ownerOf(callback);
    const exchange = request.headers[exchangeHeader];
    if (typeof exchange === 'string') exchanges.set(exchange, { callback, owner });
    if (!owner && !isGivenUp(callback)) {
      unclaimed.push(callback);
      options.onUnclaimed?.(callback);
    }
    await write(response, await (owner?.take(callback) ?? defaultAnswer(callback)));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A script that throws is the scenario's fault; the target sees an application that is broken.
      if (!response.headersSent) response.writeHead(500, { [intendedHeader]: '1' });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  const { port } = await listen(server, host, 0);

  return {
    url: `http://${host}:${port}`,
    expectation: (heard) => new Expectation(around, heard),
    giveUp: (expectation) => void givenUp.add(expectation),
    unclaimed: () => unclaimed,
    report: (exchange) => {
      const known = exchanges.get(exchange.id);
      exchanges.delete(exchange.id);
      known?.owner?.report(exchange, known.callback);
      return known?.owner ? 'claimed' : 'unclaimed';
    },
    close: () => shut(server),
  };
}

/** Callbacks are told by the last part of the path, alarms by the whole of it. */
function nameOf(url: string, alarmPath: string): CallbackName | undefined {
  const path = url.replace(/[?#].*$/, '');
  if (path === alarmPath) return 'alarm';
  const last = path.slice(path.lastIndexOf('/') + 1);
  return isCallbackName(last) && callbackNames.includes(last) ? last : undefined;
}

interface Arrival {
  readonly at: number;
  readonly url: string;
  readonly request: IncomingMessage;
  readonly raw: string;
  readonly answered: Promise<void>;
}

function describe(name: CallbackName, { at, url, request, raw, answered }: Arrival): Callback {
  const parsed = parseJson(raw);
  const body = isObject(parsed) ? parsed : {};
  const reused = request.headers[reusedHeader] === '1';
  const sessionId = typeof body.sessionId === 'string' ? body.sessionId : undefined;
  return {
    name,
    at,
    url,
    headers: plainHeaders(request.headers),
    raw,
    body,
    reused,
    answered,
    ...(sessionId !== undefined && { sessionId }),
  };
}

const isRaw = (answer: Answer): answer is { readonly answer: RawAnswer } =>
  'answer' in answer && isObject(answer.answer);

async function write(response: ServerResponse, answer: Answer): Promise<void> {
  const raw: RawAnswer = isRaw(answer) ? answer.answer : { json: answer, expectInvalid: false };
  if (raw.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, raw.delayMs));
  if (raw.hang) return;
  if (raw.reset) return void response.socket?.resetAndDestroy();
  const text = raw.raw ?? (raw.json === undefined ? '' : JSON.stringify(raw.json));
  const type = raw.contentType ?? (text === '' ? undefined : 'application/json');
  response.writeHead(raw.status ?? 200, {
    ...raw.headers,
    ...(type !== undefined && { 'content-type': type }),
    ...((raw.expectInvalid ?? true) && { [intendedHeader]: '1' }),
    ...(raw.ending !== undefined && { [endingHeader]: raw.ending }),
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
