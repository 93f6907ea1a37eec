import type { DialogKey, MessageParts, ProxyOptions, RequestId } from '../sip/endpoint.ts';
import { Headers, noBody } from '../sip/message/index.ts';

/** What an application asks for. `id` is the id of its message, by which the outcome is reported. */
export type Command =
  | { type: 'authenticate'; id: string; secret: string; tags: string[] }
  | { type: 'ping'; id: string }
  | { type: 'route'; id: string; verb: string }
  | { type: 'remove-route'; id: string; verb: string }
  | { type: 'response'; id: string; request: RequestId; status: number; reason: string; parts: MessageParts }
  | { type: 'request'; id: string; method: string; uri: string; parts: MessageParts; hop?: string }
  | { type: 'request-inside'; id: string; dialog: DialogKey; method: string; parts: MessageParts }
  | { type: 'cancel'; id: string; request: RequestId; parts: MessageParts }
  | { type: 'proxy'; id: string; request: RequestId; options: ProxyOptions }
  /** Nothing that can be carried out. `fatal`: drachtio closes the connection. */
  | { type: 'invalid'; id: string; reason: string; fatal: boolean };

interface Message {
  startLine: string;
  parts: MessageParts;
}

/** Start line, headers and body below the head line. Headers that are none are left out, as drachtio does. */
function readMessage(text: Buffer): Message {
  const end = text.indexOf('\r\n\r\n');
  const head = text.toString('utf8', 0, end < 0 ? text.byteLength : end);
  const body = end < 0 ? noBody : new Uint8Array(text.subarray(end + 4));
  const [startLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? '' : line.slice(0, colon).trim();
    if (/^[A-Za-z0-9\-.!%*_+`'~]+$/.test(name)) headers.append(name, line.slice(colon + 1).trim());
  }
  return { startLine, parts: { headers, body } };
}

/** `2s` or `1500ms` in milliseconds. */
export function parseDuration(text: string | undefined): number | undefined {
  const found = /^(\d+)(ms|s)$/.exec(text ?? '');
  if (found === null) return undefined;
  return Number(found[1]) * (found[2] === 's' ? 1000 : 1);
}

/** A frame from an application. Never throws. */
export function parseCommand(frame: Buffer): Command {
  const line = frame.indexOf('\r\n');
  const head = frame.toString('utf8', 0, line < 0 ? frame.byteLength : line);
  const [id = '', verb = '', ...tokens] = head.split('|');
  const below = line < 0 ? Buffer.alloc(0) : frame.subarray(line + 2);
  switch (verb) {
    case 'ping':
      return { type: 'ping', id };
    case 'authenticate': {
      const [secret = '', tags = ''] = tokens;
      return { type: 'authenticate', id, secret, tags: tags.split(',').filter((tag) => tag !== '') };
    }
    case 'route':
    case 'remove_route': {
      const [name = ''] = tokens;
      const type = verb === 'route' ? 'route' : 'remove-route';
      return { type, id, verb: name.toLowerCase() };
    }
    case 'sip':
      return parseSip(id, tokens, below);
    case 'proxy':
      return parseProxy(id, tokens, below);
    default:
      return {
        type: 'invalid',
        id,
        reason: verb === '' ? 'Invalid message format' : 'Unknown message type',
        fatal: true,
      };
  }
}

function parseSip(id: string, tokens: readonly string[], below: Buffer): Command {
  const [transaction = '', dialog = '', hop = ''] = tokens;
  const { startLine, parts } = readMessage(below);
  const status = /^SIP\/2\.0 +(\d{3}) *(.*)$/.exec(startLine);
  if (status !== null) {
    const code = Number(status[1]);
    if (transaction === '') return { type: 'invalid', id, reason: 'transaction id missing', fatal: true };
    if (code < 100 || code > 699) return { type: 'invalid', id, reason: `${code} is no SIP status`, fatal: false };
    return { type: 'response', id, request: transaction as RequestId, status: code, reason: status[2] ?? '', parts };
  }
  const request = /^([A-Za-z0-9\-.!%*_+`'~]+) +(\S+) +SIP\/2\.0$/.exec(startLine);
  const [, method, uri] = request ?? [];
  if (method === undefined || uri === undefined) {
    return { type: 'invalid', id, reason: `invalid request-uri: ${startLine}`, fatal: false };
  }
  if (method === 'CANCEL' && transaction !== '') {
    return { type: 'cancel', id, request: transaction as RequestId, parts };
  }
  if (dialog !== '') return { type: 'request-inside', id, dialog: dialog as DialogKey, method, parts };
  if (method === 'ACK' || method === 'CANCEL' || method === 'PRACK') {
    return { type: 'invalid', id, reason: `${method} names neither transaction nor dialog`, fatal: false };
  }
  return { type: 'request', id, method, uri, parts, ...(hop === '' ? {} : { hop }) };
}

function parseProxy(id: string, tokens: readonly string[], below: Buffer): Command {
  const [transaction, remain, , follow, fork, provisional, final, ...targets] = tokens;
  if (transaction === undefined || targets.length === 0) {
    return { type: 'invalid', id, reason: 'Invalid proxy request: not enough information provided', fatal: true };
  }
  const provisionalTimeout = parseDuration(provisional);
  const finalTimeout = parseDuration(final);
  const { headers } = readMessage(below).parts;
  const options: ProxyOptions = {
    targets,
    recordRoute: remain === 'remainInDialog',
    followRedirects: follow === 'followRedirects',
    simultaneous: fork === 'simultaneous',
    ...(provisionalTimeout === undefined ? {} : { provisionalTimeout }),
    ...(finalTimeout === undefined ? {} : { finalTimeout }),
    headers,
  };
  return { type: 'proxy', id, request: transaction as RequestId, options };
}
