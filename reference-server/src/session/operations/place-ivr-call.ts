/** placeivrcall: from the request's properties to the INVITE (D-HEADERS, D-MSID). Nothing is sent when one is refused. */
import { isProblem } from '../headers.ts';
import type { TraceId } from '../ids.ts';
import { ringSeconds, toInvite } from '../invite.ts';
import { type Json, type JsonObject, text } from '../json.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { OutboundInvite } from '../ports/sip.ts';
import { sipUser } from '../sip-address.ts';
import { type Refusal, refuse } from './outcome.ts';

interface Placement {
  readonly invite: OutboundInvite;
  /** SIP user part of the called party. */
  readonly user: string;
  readonly maxRingSeconds: number;
  readonly instance: string | undefined;
  readonly reference: Json | undefined;
}

/** The properties that the operation has; others of the same names in answers mean nothing here. */
const without = ({ sipTo: _to, sipPAI: _pai, sipRPID: _rpid, copyHeaders: _copy, ...body }: JsonObject): JsonObject =>
  body;

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
  const invite = toInvite(without(body), uri, { domain, traceId });
  if (isProblem(invite)) return refuse(400, 'invalidParameter', `Nothing was sent: ${invite.problem}.`);
  return {
    invite,
    user,
    maxRingSeconds: ringSeconds(body, domain),
    instance,
    reference: body.sessionReferenceId ?? undefined,
  };
};
