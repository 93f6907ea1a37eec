import { randomUUID } from 'node:crypto';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Culprit, RunClock, Violation } from '../../harness/timeline.ts';
import { bodyOf, listen, plainHeaders, shut } from '../http.ts';
import { type Judge, violationsOf } from './judge.ts';
import {
  type Ending,
  type Exchange,
  endingHeader,
  exchangeHeader,
  intendedHeader,
  type PrismTap,
  reusedHeader,
} from './types.ts';

interface TapOptions {
  readonly clock: RunClock;
  readonly host: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Origin to which everything is handed on. */
  readonly upstream: string;
  readonly judge: Judge;
  /** Path of the OpenAPI document for a path on the wire. */
  readonly pathOf: (url: string) => string;
  /** Who answers for each direction: `[request, response]`. */
  readonly culprits: readonly [Culprit, Culprit];
  /** Whether the suite's own headers may reach the upstream: the sink needs them, a target must not see them. */
  readonly marks: boolean;
  readonly onExchange?: (exchange: Exchange) => void;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly intended: boolean;
  readonly ending: Ending | undefined;
}

/** Idle connections are closed before any server would do so: a request that meets that is lost (RFC 9112 9.3.1). */
const idleMs = 2000;

/** Headers of one connection only (RFC 9110 7.6.1), and those that node writes by itself. */
const ownHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'proxy-connection',
  'te',
  'upgrade',
  'host',
]);

export async function startTap(options: TapOptions): Promise<PrismTap> {
  const { clock, host } = options;
  const upstream = new URL(options.upstream);
  const agent = upstream.protocol === 'http:' ? new Agent({ keepAlive: true, timeout: idleMs }) : undefined;
  const finished = new Map<string, PromiseWithResolvers<Exchange>>();
  const violations: Violation[] = [];
  const seen = new WeakSet<Socket>();
  const slot = (id: string): PromiseWithResolvers<Exchange> => {
    const known = finished.get(id) ?? Promise.withResolvers<Exchange>();
    finished.set(id, known);
    return known;
  };

  const forward = (
    request: IncomingMessage,
    body: Buffer,
    marks: Record<string, string>,
    gone: AbortSignal,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = rawHeaders(request.rawHeaders, options.marks);
      const send = upstream.protocol === 'https:' ? httpsRequest : httpRequest;
      const out = send(
        {
          protocol: upstream.protocol,
          hostname: upstream.hostname,
          port: upstream.port,
          method: request.method,
          path: request.url,
          // Of DELETE and the like, node itself would tell no length, and the body would be taken for another request.
          headers: [
            ...headers,
            ...lengthOf(body),
            'Host',
            upstream.host,
            ...(options.marks ? Object.entries(marks).flat() : []),
          ],
          signal: gone,
          ...(agent && { agent }),
        },
        (incoming) => {
          bodyOf(incoming).then(
            (answer) =>
              resolve({
                status: incoming.statusCode ?? 0,
                headers: plainHeaders(incoming.headers),
                body: answer ?? Buffer.alloc(0),
                intended: incoming.headers[intendedHeader] === '1',
                ending: endingOf(incoming.headers[endingHeader]),
              }),
            reject,
          );
        },
      );
      out.on('error', reject);
      out.end(body);
    });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = clock.now();
    const id = headerOf(request, exchangeHeader) ?? randomUUID();
    const reused = seen.has(request.socket);
    seen.add(request.socket);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const body = (await bodyOf(request)) ?? Buffer.alloc(0);
    const marks = { [exchangeHeader]: id, ...(reused && { [reusedHeader]: '1' }) };
    const answer = await forward(request, body, marks, gone.signal).catch(() => undefined);
    const endedAt = clock.now();
    if (answer) {
      response.writeHead(answer.status, { ...withoutOwn(answer.headers) });
      end(request.socket, response, answer);
    } else {
      // The caller sees what the tap saw: a connection that ended without an answer.
      request.socket.resetAndDestroy();
    }
    const exchange = await judged({ id, at, endedAt, request, body, answer });
    violations.push(...exchange.violations);
    slot(id).resolve(exchange);
    options.onExchange?.(exchange);
  };

  const judged = async (of: {
    id: string;
    at: number;
    endedAt: number;
    request: IncomingMessage;
    body: Buffer;
    answer: Answer | undefined;
  }): Promise<Exchange> => {
    const { request, answer } = of;
    const url = request.url ?? '/';
    const path = options.pathOf(url);
    const message = {
      method: request.method ?? 'GET',
      requestHeaders: plainHeaders(request.headers),
      requestBody: of.body.toString(),
      status: answer?.status ?? 0,
      responseHeaders: answer?.headers ?? {},
      responseBody: answer?.body.toString() ?? '',
    };
    const findings = await options.judge({ ...message, path });
    const intended = { request: headerOf(request, intendedHeader) === '1', response: answer?.intended ?? false };
    return {
      ...message,
      type: 'http',
      id: of.id,
      at: of.at,
      endedAt: of.endedAt,
      ms: of.endedAt - of.at,
      url,
      operation: path.slice(path.lastIndexOf('/') + 1),
      judged: { path, culprits: options.culprits, intended },
      violations: violationsOf(findings, options.culprits, intended),
    };
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.keepAliveTimeout = 60_000;
  const { port } = await listen(server, host, options.port ?? 0);
  return {
    url: `http://${host}:${port}`,
    exchange: (id) => slot(id).promise.finally(() => finished.delete(id)),
    violations: () => violations,
    close: async () => {
      await shut(server);
      agent?.destroy();
    },
  };
}

const lengthOf = (body: Buffer): string[] => (body.length > 0 ? ['Content-Length', String(body.length)] : []);

function headerOf(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Milliseconds between the bytes of an answer that trickles. */
const trickle = 100;

function endingOf(value: unknown): Ending | undefined {
  return value === 'cut' || value === 'trickle' ? value : undefined;
}

function end(socket: Socket, response: ServerResponse, { body, ending }: Answer): void {
  if (ending === undefined) return void response.end(body);
  if (ending === 'cut') return void response.write(body.subarray(0, body.length / 2), () => socket.resetAndDestroy());
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < body.length - 1) response.write(body.subarray(sent, ++sent));
  }, trickle);
  response.once('close', () => clearInterval(timer));
}

/** Names and values in their order and case, as they came. */
function rawHeaders(raw: readonly string[], marks: boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = '', value = ''] = raw.slice(i, i + 2);
    const lower = name.toLowerCase();
    if (ownHeaders.has(lower) || (lower.startsWith('x-suite-') && (!marks || lower === exchangeHeader))) continue;
    if (lower === 'content-length' && value !== '0') continue;
    kept.push(name, value);
  }
  return kept;
}

const withoutOwn = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
