/** placeremotecall: from the request's properties to the INVITE in a device's name (D-CUA, D-CUADEFAULT). */
import { deviceOf } from '../actions/httpcall.ts';
import { isProblem } from '../headers.ts';
import type { TraceId } from '../ids.ts';
import { toInvite } from '../invite.ts';
import { type Json, type JsonObject, numberOrText, text } from '../json.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { OutboundInvite } from '../ports/sip.ts';
import type { Device } from '../remote/device.ts';
import { sipUser } from '../sip-address.ts';
import { type Refusal, refuse } from './outcome.ts';

interface RemotePlacement {
  readonly invite: OutboundInvite;
  readonly user: string;
  readonly device: Device;
  readonly baseUrl: string | undefined;
  readonly reference: Json | undefined;
}

export const remotePlacement = (
  body: JsonObject,
  domain: DomainSettings,
  traceId: TraceId,
): RemotePlacement | Refusal => {
  const uri = text(body, 'destinationUri') ?? '';
  const user = sipUser(uri);
  if (user === undefined) return refuse(400, 'invalidParameter', 'destinationUri is not a SIP URI.');
  const device = deviceOf(body);
  if (device === undefined) {
    return refuse(400, 'invalidParameter', 'placeremotecall needs codec, receiveIp and receivePort.');
  }
  const source = numberOrText(body, 'sourceUser');
  const invite = toInvite(source === undefined ? {} : { sipFrom: source }, uri, { domain, traceId });
  if (isProblem(invite)) return refuse(400, 'invalidParameter', `Nothing was sent: ${invite.problem}.`);
  return {
    // Without a caller's number From is anonymous; there is none to be kept from anybody.
    invite: { ...invite, fromUser: source ?? 'anonymous' },
    user,
    device,
    baseUrl: text(body, 'callbackBaseUrl'),
    reference: body.sessionReferenceId ?? undefined,
  };
};
