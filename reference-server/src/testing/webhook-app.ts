/** A small customer application: keeps every callback in order, and answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../session/json.ts';

interface Received {
  readonly name: string;
  readonly body: { readonly [key: string]: Json };
}

/** What a broken application does: answers in its own way, falls silent, or hangs up. */
export type Misbehaviour =
  | 'silence'
  | 'reset'
  | { readonly status?: number; readonly type?: string; readonly body: string };

export interface WebhookApp {
  readonly url: string;
  /** Oldest first. */
  readonly received: Received[];
  /** Answers to a callback by name; undefined is 200 with an empty body. */
  answer: (callback: Received) => Json | undefined | Promise<Json | undefined>;
  /** Comes before `answer`; undefined leaves the callback to it. */
  misbehave: (callback: Received) => Misbehaviour | undefined;
  /** The nth callback of the name, counted from 1, as soon as it has come. */
  next(name: string, nth?: number): Promise<Received>;
  close(): Promise<void>;
}

export async function startWebhookApp(): Promise<WebhookApp> {
  const waiting = new Set<() => void>();
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const callback = { name: (request.url ?? '').split('/').at(-1) ?? '', body: JSON.parse(await read(request)) };
    received.push(callback);
    for (const check of waiting) check();
    const fault = app.misbehave(callback);
    if (fault !== undefined) return misbehave(fault, response);
    const answer = await app.answer(callback);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const app: WebhookApp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: () => undefined,
    misbehave: () => undefined,
    next: (name, nth = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = received.filter((callback) => callback.name === name)[nth - 1];
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return app;
}

function misbehave(fault: Misbehaviour, response: ServerResponse): void {
  if (fault === 'silence') return;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(fault.status ?? 200, { 'Content-Type': fault.type ?? 'application/json' });
  response.end(fault.body);
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
