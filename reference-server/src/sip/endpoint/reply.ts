import { Headers, noBody, responseTo, type SipResponse } from '../message/index.ts';
import type { Core } from './core.ts';
import type { ServerRecord } from './records.ts';
import type { MessageParts } from './types.ts';

/** Sends a response through the transaction of its request. */
export function sendResponse(core: Core, server: ServerRecord, response: SipResponse): void {
  const final = server.status < 200 && response.status >= 200;
  if (final) core.pending--;
  server.status = response.status;
  if (final) server.user?.concluded?.();
  core.carryOut(server, core.table.respond(server.table, response, core.now));
  // The transaction may have to absorb what is repeated for half a minute yet, thousands of them at a time.
  if (final) server.request = { ...server.request, headers: new Headers(), body: noBody };
}

/** Answers a request without asking anybody. */
export function reject(core: Core, server: ServerRecord, status: number, parts?: Partial<MessageParts>): void {
  if (server.status >= 200) return;
  server.tag ||= core.ids.token();
  const response = responseTo(server.request, status, { toTag: server.tag });
  for (const { name, value } of parts?.headers ?? []) response.headers.append(name, value);
  if (status === 503 || status === 500) {
    if (!response.headers.has('Retry-After')) response.headers.append('Retry-After', '5');
  }
  sendResponse(core, server, response);
}
