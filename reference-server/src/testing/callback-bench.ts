/** Callbacks sent to a real HTTP server on loopback that answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { type CallbackOptions, type CallbackSeen, type Callbacks, createCallbacks } from '../callbacks/callbacks.ts';
import { createDomains } from '../config/domains.ts';
import { checkSettings } from '../config/load.ts';
import type { HttpTransactionId, SessionId } from '../session/ids.ts';
import type { CallbackEvent, CallbackName, CallbackRequest, CallbackResult } from '../session/ports/callbacks.ts';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface CallbackBench {
  readonly port: number;
  /** What the application got, oldest first. */
  readonly received: { readonly path: string; readonly body: string; readonly type: string | undefined }[];
  readonly events: CallbackEvent[];
  readonly seen: CallbackSeen[];
  /** Connections that the application has accepted. */
  connections: number;
  answer: Answer;
  callbacks: Callbacks;
  /** Replaces the port by one with other options; `waits` are those of the domain, `settings` its others. */
  use(more?: Partial<CallbackOptions>, waits?: object, settings?: object): Promise<void>;
  /** Sends one callback and waits for its result. */
  ask(name: CallbackName, more?: Partial<CallbackRequest>): Promise<CallbackResult>;
  /** Waits for the one result of a token. */
  resultOf(token: string): Promise<CallbackResult>;
  paths(): string[];
  /** Nobody listens any more. */
  stopListening(): Promise<void>;
  close(): Promise<void>;
}

let count = 0;
export const request = (name: CallbackName, more: Partial<CallbackRequest> = {}): CallbackRequest => ({
  session: 's1' as SessionId,
  domain: 'a.example',
  name,
  body: {},
  token: `t${++count}`,
  httpTransactionId: `h${count}` as HttpTransactionId,
  ...more,
});

export async function openCallbackBench(): Promise<CallbackBench> {
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      bench.received.push({ path: incoming.url ?? '', body, type: incoming.headers['content-type'] });
      bench.answer(response, incoming);
    });
  });
  server.on('connection', () => bench.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const events: CallbackEvent[] = [];
  const seen: CallbackSeen[] = [];
  const base = `http://127.0.0.1:${port}`;
  const create = async (more: Partial<CallbackOptions>, waits: object, settings: object): Promise<Callbacks> => {
    const common = {
      callbacks: { baseUrl: `${base}/hooks/`, timeoutSeconds: 0.3, retries: 1, retryDelaySeconds: 0.01, ...waits },
      instances: [{ id: 'survey', baseUrl: `${base}/survey` }],
    };
    const domains = [
      { ...common, name: 'a.example', alarmUrl: `${base}/pager?who=ops`, ...settings },
      { ...common, name: 'silent.example' },
    ];
    const config = await checkSettings({
      environment: {},
      overrides: [{ option: 'test', path: ['domains'], value: structuredClone(domains) }],
    });
    return createCallbacks({
      domain: createDomains(config).config,
      onResult: (event) => events.push(event),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      seen: (callback) => seen.push(callback),
      ...more,
    });
  };
  const closeServer = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

  const bench: CallbackBench = {
    port,
    received: [],
    events,
    seen,
    connections: 0,
    answer: (response) => response.end('{}'),
    callbacks: await create({}, {}, {}),
    async use(more = {}, waits = {}, settings = {}) {
      await bench.callbacks.close(0);
      bench.callbacks = await create(more, waits, settings);
    },
    ask(name, more) {
      const sent = request(name, more);
      bench.callbacks.send(sent);
      return bench.resultOf(sent.token);
    },
    async resultOf(token) {
      const ofToken = () => events.filter((event) => event.token === token);
      await expect.poll(() => ofToken().length, { interval: 5, timeout: 5_000 }).toBe(1);
      const [event] = ofToken();
      if (event === undefined) throw new Error('the result went away');
      return event.result;
    },
    paths: () => bench.received.map(({ path }) => path),
    stopListening: closeServer,
    async close() {
      await bench.callbacks.close(0);
      server.closeAllConnections();
      await closeServer();
    },
  };
  return bench;
}
