/** An INVITE from the properties that an operation or an answer gives it (D-HEADERS). Nothing is sent when one is refused. */
import { customHeaders, isLine, isProblem, line, type Problem, parameters } from './headers.ts';
import type { TraceId } from './ids.ts';
import { flag, type JsonObject } from './json.ts';
import type { DomainSettings } from './ports/domains.ts';
import type { HeaderMap, OutboundInvite } from './ports/sip.ts';

export interface InviteContext {
  readonly domain: DomainSettings;
  readonly traceId: TraceId;
  /** From user where the properties name none: the calling party. */
  readonly from?: string;
  /** X- and P- headers of the call that came in, from which `copyHeaders` takes. */
  readonly inbound?: HeaderMap;
}

const copied = (body: JsonObject, inbound: HeaderMap): readonly (readonly [string, string])[] => {
  const names = Array.isArray(body.copyHeaders) ? body.copyHeaders : [];
  const wanted = new Set(names.flatMap((name) => (typeof name === 'string' ? name.toLowerCase() : [])));
  const given: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(inbound)) {
    const lines = (typeof value === 'string' ? [value] : value).filter(isLine);
    if (wanted.has(name) && lines.length > 0) given[name] = [...lines];
  }
  return (['X-', 'P-'] as const).flatMap((prefix) => {
    const own = Object.fromEntries(Object.entries(given).filter(([name]) => name.toUpperCase().startsWith(prefix)));
    const lines = customHeaders(own, prefix);
    return isProblem(lines) ? [] : lines;
  });
};

const texts = ['sipFrom', 'displayName', 'sipTo', 'sipPAI', 'sipRPID', 'sipDiversion'] as const;
const objects = ['sipDiversionParameters', 'contactParameters', 'contactUserParameters'] as const;

export const toInvite = (body: JsonObject, uri: string, context: InviteContext): OutboundInvite | Problem => {
  const text: Partial<Record<(typeof texts)[number], string>> = {};
  for (const key of texts) {
    const value = line(body, key);
    if (isProblem(value)) return value;
    if (value !== undefined) text[key] = value;
  }
  const object: Partial<Record<(typeof objects)[number], Readonly<Record<string, string>>>> = {};
  for (const key of objects) {
    const value = parameters(body[key], key);
    if (isProblem(value)) return value;
    if (value !== undefined) object[key] = value;
  }
  const x = customHeaders(body.xHeaders, 'X-');
  if (isProblem(x)) return x;
  const p = customHeaders(body.pHeaders, 'P-');
  if (isProblem(p)) return p;
  const hidden = flag(body, 'callerPrivacy');
  const from = text.sipFrom ?? context.from;
  const given = new Set([...x, ...p].map(([name]) => name));
  if (text.sipPAI !== undefined) given.add('P-Asserted-Identity');
  // What the application writes itself takes the place of what came in.
  const copies = copied(body, context.inbound ?? {}).filter(([name]) => !given.has(name));
  const headers = [...x, ...p, ...copies];
  // The network keeps the identity that From no longer shows, unless the application asserts one itself (RFC 3325).
  const kept = hidden && !headers.some(([name]) => name === 'P-Asserted-Identity') ? from : undefined;
  const asserted = text.sipPAI ?? kept;
  return {
    uri,
    fromUser: from ?? '',
    fromHost: context.domain.sipHost,
    private: hidden,
    headers,
    traceId: context.traceId,
    ...(text.displayName !== undefined && { fromDisplayName: text.displayName }),
    ...(text.sipTo !== undefined && { toUser: text.sipTo }),
    ...(asserted !== undefined && { assertedUser: asserted }),
    ...(text.sipRPID !== undefined && { remotePartyIdUser: text.sipRPID }),
    ...(text.sipDiversion !== undefined && { diversionUser: text.sipDiversion }),
    ...(object.sipDiversionParameters && { diversionParameters: object.sipDiversionParameters }),
    ...(object.contactParameters && { contactParameters: object.contactParameters }),
    ...(object.contactUserParameters && { contactUserParameters: object.contactUserParameters }),
  };
};

/** Seconds that a callee may ring: what is asked for, never more than the domain's (D-MAX, D-ZERO). */
export const ringSeconds = (body: JsonObject, { maxRingSeconds }: DomainSettings): number => {
  const asked = body.maxRingTime;
  return typeof asked === 'number' && asked > 0 ? Math.min(asked, maxRingSeconds) : maxRingSeconds;
};
