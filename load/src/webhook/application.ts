/** The application's HTTP side: answers callbacks at once, and serves the prompt, the contacts and its counters. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openEcho } from './echo.ts';
import type { Callback } from './flows.ts';
import type { ApplicationSetting, Ready, Window } from './protocol.ts';
import { openRegistrar } from './registrar.ts';
import { Sessions } from './sessions.ts';

export interface Application {
  readonly ready: Ready['ready'];
  /** What happened since it was asked before. */
  window(): Window;
  close(): void;
}

/** Longer than any target keeps a connection that it does not use, so that it never writes into one that we close. */
const keepAliveMs = 120_000;

/** Listens where the target sends its callbacks. */
export async function openApplication(setting: ApplicationSetting): Promise<Application> {
  const { callbacksUrl, host } = setting;
  const base = new URL(callbacksUrl);
  const [registrar, echo, prompt] = await Promise.all([
    openRegistrar(host),
    openEcho(host),
    readFile(setting.promptFile),
  ]);
  const url = base.origin;
  const sessions = new Sessions({
    promptUrl: `${url}/prompt.wav`,
    digitSeconds: setting.digitSeconds,
    contactOf: (user) => registrar.contacts.get(user),
  });
  const total: Record<string, number> = {};
  const prefix = `${base.pathname.replace(/\/$/, '')}/`;

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    if (request.method === 'GET') {
      serve(path, response);
      return;
    }
    const began = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : path.slice(1);
      const body = parsed(chunks);
      if (body === undefined) {
        send(response, 400, { error: 'no JSON' });
        return;
      }
      const taken = sessions.take(name, body, Date.now(), performance.now());
      total[name] = (total[name] ?? 0) + 1;
      if (taken.answer === undefined) send(response, 404, {});
      else send(response, 200, taken.answer);
      const now = performance.now();
      taken.sent(now);
      sessions.answeredIn(now - began);
      if (taken.remote !== undefined) void answerRemote(setting, echo.port, taken.remote);
    });
  };

  const serve = (path: string, response: ServerResponse): void => {
    if (path === '/prompt.wav') {
      response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': prompt.length }).end(prompt);
      return;
    }
    if (path === '/ready') {
      send(response, 200, { registrarPort: registrar.port, echoPort: echo.port, url } satisfies Ready['ready']);
      return;
    }
    if (path === '/stats') {
      send(response, 200, { answered: total, open: sessions.open });
      return;
    }
    const user = /^\/contact\/([^/]+)$/.exec(path)?.[1];
    const contact = user === undefined ? undefined : registrar.contacts.get(decodeURIComponent(user));
    if (contact === undefined) send(response, 404, {});
    else send(response, 200, { contact });
  };

  const server = createServer({ keepAliveTimeout: keepAliveMs }, take);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(base.port) || 80, resolve);
  });
  const meter = new Meter();
  return {
    ready: { registrarPort: registrar.port, echoPort: echo.port, url },
    window: () => {
      const { newCallMs, getIvrCommandMs, answerMs, ...counts } = sessions.counts();
      return {
        ...counts,
        newCallMs: newCallMs.write(),
        getIvrCommandMs: getIvrCommandMs.write(),
        answerMs: answerMs.write(),
        open: sessions.open,
        ...meter.read(),
      };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
      registrar.close();
      echo.close();
    },
  };
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  const text = JSON.stringify(answer);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

function parsed(chunks: readonly Buffer[]): Callback | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Ringback, then the answer with the address of the echo, as a Cloud UA does. What fails shows in the call that ends. */
async function answerRemote(
  { restUrl, token, host }: ApplicationSetting,
  port: number,
  { replyId, codec }: { readonly replyId: string; readonly codec: string },
): Promise<void> {
  const post = async (operation: string, body: unknown): Promise<void> => {
    const response = await fetch(`${restUrl}/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
  };
  try {
    await post('sendremotecallringback', { replyId });
    await post('answerremotecall', { replyId, codec, receiveIp: host, receivePort: port });
  } catch {
    // The caller gives up in time, and its call is counted as failed.
  }
}

/** What this process used since it was asked before. */
class Meter {
  #cpu = process.cpuUsage();
  #loop = performance.eventLoopUtilization();

  read(): Pick<Window, 'cpuSeconds' | 'busyShare' | 'bytes'> {
    const { user, system } = process.cpuUsage(this.#cpu);
    const { utilization } = performance.eventLoopUtilization(this.#loop);
    this.#cpu = process.cpuUsage();
    this.#loop = performance.eventLoopUtilization();
    return { cpuSeconds: (user + system) / 1e6, busyShare: utilization, bytes: process.memoryUsage.rss() };
  }
}
