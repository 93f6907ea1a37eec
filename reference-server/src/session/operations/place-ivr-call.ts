/** placeivrcall: from the request's properties to the INVITE (D-HEADERS, D-MSID). Nothing is sent when one is refused. */

import type { TraceId } from '../ids.ts';
import { flag, type JsonObject, positive, text } from '../json.ts';
import type { DomainSettings, Json, OutboundInvite } from '../ports.ts';
import { customHeaders, isProblem, line, type Problem, parameters } from './headers.ts';
import { type Refusal, refuse } from './outcome.ts';
import { sipUser } from './sip-address.ts';

export interface Placement {
  readonly invite: OutboundInvite;
  /** SIP user part of the called party. */
  readonly user: string;
  readonly maxRingSeconds: number;
  readonly instance: string | undefined;
  readonly reference: Json | undefined;
}

export const placement = (body: JsonObject, domain: DomainSettings, traceId: TraceId): Placement | Refusal => {
  const instance = text(body, 'mediaserviceId');
  if (instance !== undefined && !domain.instances.includes(instance)) {
    return refuse(404, 'unknownService', `The domain has no mediaservice ${JSON.stringify(instance)}.`);
  }
  const uri = text(body, 'destAddr') ?? '';
  const user = sipUser(uri);
  if (user === undefined) {
    const message = 'destAddr is not a SIP URI.';
    return refuse(400, 'invalidParameter', message, [{ pointer: '/destAddr', message }]);
  }
  const invite = toInvite(body, uri, domain, traceId);
  if (isProblem(invite)) return refuse(400, 'invalidParameter', `Nothing was sent: ${invite.problem}.`);
  return {
    invite,
    user,
    maxRingSeconds: Math.min(positive(body, 'maxRingTime') ?? domain.maxRingSeconds, domain.maxRingSeconds),
    instance,
    reference: body.sessionReferenceId ?? undefined,
  };
};

const toInvite = (
  body: JsonObject,
  uri: string,
  domain: DomainSettings,
  traceId: TraceId,
): OutboundInvite | Problem => {
  const from = line(body, 'sipFrom');
  if (isProblem(from)) return from;
  const displayName = line(body, 'displayName');
  if (isProblem(displayName)) return displayName;
  const diversion = line(body, 'sipDiversion');
  if (isProblem(diversion)) return diversion;
  const diversionParameters = parameters(body.sipDiversionParameters, 'sipDiversionParameters');
  if (isProblem(diversionParameters)) return diversionParameters;
  const contactParameters = parameters(body.contactParameters, 'contactParameters');
  if (isProblem(contactParameters)) return contactParameters;
  const contactUserParameters = parameters(body.contactUserParameters, 'contactUserParameters');
  if (isProblem(contactUserParameters)) return contactUserParameters;
  const x = customHeaders(body.xHeaders, 'X-');
  if (isProblem(x)) return x;
  const p = customHeaders(body.pHeaders, 'P-');
  if (isProblem(p)) return p;
  const hidden = flag(body, 'callerPrivacy');
  // The network keeps the identity that From no longer shows, unless the application asserts one itself (RFC 3325).
  const asserted = hidden && !p.some(([name]) => name === 'P-Asserted-Identity') ? from : undefined;
  return {
    uri,
    fromUser: from ?? '',
    fromHost: domain.sipHost,
    private: hidden,
    headers: [...x, ...p],
    traceId,
    ...(displayName !== undefined && { fromDisplayName: displayName }),
    ...(asserted !== undefined && { assertedUser: asserted }),
    ...(diversion !== undefined && { diversionUser: diversion }),
    ...(diversionParameters && { diversionParameters }),
    ...(contactParameters && { contactParameters }),
    ...(contactUserParameters && { contactUserParameters }),
  };
};
