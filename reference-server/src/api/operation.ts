/** The operations on calls: body against the schema, replyId, then the session layer decides. */
import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { parseJson } from '../callbacks/json.ts';
import type { DomainConfig } from '../config/types.ts';
import type { Json } from '../session/json.ts';
import type { Operation, OperationName } from '../session/ports/operation.ts';
import { type ApiOptions, domainOf, known } from './context.ts';
import { ApiError, refusals } from './errors.ts';
import type { VerifiedReply } from './reply-id.ts';

const mediaTypes = ['application/json', 'application/*+json'];

/** Every operation of the session layer; a record, so that the compiler misses none. */
const operationNames: Readonly<Record<OperationName, true>> = {
  stopRecording: true,
  hangupParticipant: true,
  splitConnection: true,
  sendRemoteCallRingback: true,
  startRecording: true,
  hangupCall: true,
  answerRemoteCall: true,
  placeRemoteCall: true,
  placeIvrCall: true,
  hangupRemoteParticipant: true,
  interruptIvrCommand: true,
};

export const isOperation = (name: string): name is OperationName => Object.hasOwn(operationNames, name);

export function operationHandlers(name: OperationName, options: ApiOptions): RequestHandler[] {
  return [
    wantType(mediaTypes),
    express.text({ type: mediaTypes, limit: options.limits.bodyBytes, defaultCharset: 'utf-8', verify: isText }),
    async (request, response) => {
      const domain = domainOf(response);
      const body = readBody(request.body);
      const violations = options.spec.validate(name, body);
      if (violations.length > 0) throw refusals.invalidBody(violations);
      if (!isObject(body)) throw refusals.invalidBody([{ pointer: '', message: 'must be an object', keyword: 'type' }]);
      checkOrigin(name, body, domain);

      const reply = await verified(body, domain, options);
      const operation: Operation = { name, domain: domain.name, body, ...(reply && { claims: reply.claims }) };
      if (reply !== undefined) known(response).sessionId = reply.claims.session;
      const outcome = await options.host.operate(operation, reply?.node);
      if (!outcome.ok) throw new ApiError(outcome.status, outcome.error, outcome.message, outcome);
      response.status(200).json({ success: true });
    },
  ];
}

/** A body of another type is refused before it is read; no body at all is a matter of the schema. */
export const wantType =
  (types: readonly string[]): RequestHandler =>
  (request, _response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
    if (hasBody && request.is([...types]) === false) throw refusals.unsupportedMediaType(types);
    next();
  };

/** RFC 8259 section 8.1. Without this, octets that are no UTF-8 would silently become replacement characters. */
function isText(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new Error('the body is no UTF-8');
}

function readBody(text: unknown): Json | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const parsed = parseJson(text);
  if (parsed === undefined) throw refusals.invalidJson();
  return parsed.value;
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function verified(
  body: { readonly [key: string]: Json },
  domain: DomainConfig,
  options: ApiOptions,
): Promise<VerifiedReply | undefined> {
  const { replyId } = body;
  if (typeof replyId !== 'string') return undefined;
  const reply = await options.replyIds.verify(replyId);
  if (reply === undefined || reply.claims.domain !== domain.name) throw refusals.invalidReplyId();
  return reply;
}

/** D-CUA: callbacks go to origins that the domain listed, so that nobody makes the server call another's network. */
function checkOrigin(name: OperationName, body: { readonly [key: string]: Json }, domain: DomainConfig): void {
  const { callbackBaseUrl } = body;
  if (name !== 'placeRemoteCall' || typeof callbackBaseUrl !== 'string') return;
  const origin = URL.canParse(callbackBaseUrl) ? new URL(callbackBaseUrl).origin : undefined;
  if (origin === undefined || !domain.allowedCallbackOrigins.includes(origin)) throw refusals.originNotAllowed();
}
