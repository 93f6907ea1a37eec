import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { operations } from '@mediaservice/spec';
import { bodyOf, listen, shut } from '../../drivers/http.ts';
import { pause } from '../../drivers/promises.ts';
import { HttpMessage } from './http-message.ts';
import type { Interceptor } from './interceptor.ts';
import { heard, shown } from './rtp-names.ts';
import type { RtpRelay } from './rtp-relay.ts';

interface HttpProxyOptions {
  readonly wire: 'rest' | 'callback';
  readonly host: string;
  readonly port: number;
  /** Origin to which everything is handed on. */
  readonly upstream: string;
  readonly interceptor: Interceptor;
  /** Path of alarms, where this is the wire of callbacks. */
  readonly alarmPath?: string;
  /** Addresses that are named differently on the two sides: in requests the first becomes the second. */
  readonly names: readonly (readonly [here: string, there: string])[];
  readonly relay: RtpRelay;
}

export interface WireProxy {
  close(): Promise<void>;
}

/**
 * A reverse proxy that changes nothing but what the interceptor says: header lines stay as they are, a connection of the
 * client is one connection to the other side, what is cut off or never comes is cut off or never comes here too.
 */
export async function startHttpProxy(options: HttpProxyOptions): Promise<WireProxy> {
  const { wire, interceptor, relay } = options;
  const upstream = new URL(options.upstream);
  const agents = new WeakMap<Socket, Agent>();

  const agentOf = (socket: Socket): Agent => {
    const known = agents.get(socket);
    if (known) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.set(socket, agent);
    socket.once('close', () => agent.destroy());
    return agent;
  };

  const ask = (message: HttpMessage, agent: Agent, gone?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const out = httpRequest(
        {
          host: upstream.hostname,
          port: upstream.port,
          method: message.method,
          path: message.url,
          headers: headersFor(message, upstream.host),
          agent,
          ...(gone && { signal: gone }),
        },
        resolve,
      );
      out.on('error', reject);
      out.end(message.bytes);
    });

  /** What nobody waits for any more. */
  const askAside = async (message: HttpMessage): Promise<void> => {
    const agent = new Agent();
    const answer = await ask(message, agent).catch(() => undefined);
    answer?.resume();
    answer?.once('close', () => agent.destroy());
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = request;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const bytes = (await bodyOf(request)) ?? Buffer.alloc(0);
    const message = new HttpMessage({
      operation: operationOf(options, request),
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: pairs(request.rawHeaders),
      bytes,
    });
    for (const [here, there] of options.names) message.text = message.text.replaceAll(here, there);
    if (wire === 'rest') heard(message.text, relay);
    else message.text = shown(message.text, relay);
    const fate = interceptor.http(wire, 'request', message);
    if (fate.reset) return void socket.resetAndDestroy();
    if (fate.lateMs !== undefined) await pause(fate.lateMs);
    if (fate.before) await askAside(another(message, fate.before, options.alarmPath));
    if (fate.answer) {
      reply(response, fate.answer);
      if (fate.until) await fate.until.then(() => askAside(message));
      return;
    }
    const incoming = await ask(message, agentOf(socket), gone.signal).catch(() => undefined);
    for (let i = 0; i < (fate.again ?? 0); i++) await askAside(message);
    // Whoever asked sees what was seen here: a connection that ended without an answer.
    if (incoming === undefined) return void socket.resetAndDestroy();
    // The answers of an application may end badly on purpose, so they are handed on piece by piece if nobody wants to see them.
    if (wire === 'rest' || interceptor.wantsAnswer(wire, message.operation))
      await changed(message, incoming, request, response);
    else streamed(incoming, socket, response, relay);
  };

  const changed = async (
    asked: HttpMessage,
    incoming: IncomingMessage,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const bytes = await bodyOf(incoming).catch(() => undefined);
    if (bytes === undefined) return void request.socket.resetAndDestroy();
    const { operation, method, url } = asked;
    const answer = new HttpMessage({
      ...{ operation, method, url, bytes, asked },
      status: incoming.statusCode ?? 0,
      headers: pairs(incoming.rawHeaders),
    });
    if (wire === 'rest') answer.text = shown(answer.text, relay);
    else heard(answer.text, relay);
    const fate = interceptor.http(wire, 'response', answer);
    if (fate.reset) return void request.socket.resetAndDestroy();
    if (fate.lateMs !== undefined) await pause(fate.lateMs);
    if (fate.answer) return reply(response, fate.answer);
    response.writeHead(answer.status, headersFor(answer));
    response.end(answer.bytes);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.resetAndDestroy());
  });
  server.keepAliveTimeout = 60_000;
  await listen(server, options.host, options.port);
  return { close: () => shut(server) };
}

/** A callback of the same target, to the same application. */
function another(
  { method, url, headers }: HttpMessage,
  { callback, json }: { readonly callback: string; readonly json: unknown },
  alarmPath = '/alarm',
): HttpMessage {
  return new HttpMessage({
    ...{ operation: callback, method, headers: [...headers] },
    url: callback === 'alarm' ? alarmPath : url.replace(/[^/]*$/, callback),
    bytes: Buffer.from(JSON.stringify(json)),
  });
}

function streamed(incoming: IncomingMessage, socket: Socket, response: ServerResponse, relay: RtpRelay): void {
  response.writeHead(incoming.statusCode ?? 0, incoming.statusMessage, incoming.rawHeaders);
  response.flushHeaders();
  incoming.on('error', () => socket.resetAndDestroy());
  let text = '';
  incoming.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    heard(text, relay);
  });
  incoming.pipe(response);
}

function reply(
  response: ServerResponse,
  { status, json, text }: { readonly status: number; readonly json?: unknown; readonly text?: string },
): void {
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  response.writeHead(status, {
    ...(body !== '' && { 'content-type': text === undefined ? 'application/json' : 'text/plain' }),
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Flat, as node takes them; the length follows the body, the host the other side. */
function headersFor(message: HttpMessage, host?: string): string[] {
  const length = String(message.bytes.length);
  const chunked = message.header('transfer-encoding') !== undefined;
  const headers = message.headers.flatMap(([name, value]): string[] => {
    switch (name.toLowerCase()) {
      case 'content-length':
        return [name, length];
      case 'transfer-encoding':
        return ['Content-Length', length];
      case 'host':
        return [name, host ?? value];
      default:
        return [name, value];
    }
  });
  const lengthless = message.header('content-length') === undefined && !chunked && message.bytes.length > 0;
  return lengthless ? [...headers, 'Content-Length', length] : headers;
}

const pairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? '']);

const byPath = new Map(Object.keys(operations).map((id) => [id.toLowerCase(), id]));

function operationOf({ wire, alarmPath }: HttpProxyOptions, { url = '/', method = 'GET' }: IncomingMessage): string {
  const path = url.replace(/[?#].*$/, '');
  if (wire === 'callback') {
    if (path === alarmPath) return 'alarm';
    const last = path.slice(path.lastIndexOf('/') + 1);
    return last;
  }
  const [, , name = path.slice(1), file] = path.split('/');
  if (name.toLowerCase() === 'promptfile' && file !== undefined) return `${method.toLowerCase()}PromptFile`;
  return byPath.get(name.toLowerCase()) ?? name;
}
