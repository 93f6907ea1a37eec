/** Calls of the target to an end on the wire, which sees each byte of the INVITE and answers as it is told. */
import type { RestResponse } from '../../drivers/rest/types.ts';
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { Callback } from '../../drivers/webhook-sink/types.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from './answers.ts';
import type { Wire, WireMessage } from './wire.ts';
import { audioSdp, responseTo } from './wire-caller.ts';

export const isRequest =
  (method: string) =>
  (m: WireMessage): boolean =>
    m.status === undefined && m.method === method;

/** User part of the ends on the wire. */
export const calleeUser = 'callee';
export const uriOf = (wire: Wire): string => `sip:${calleeUser}@${wire.host}:${wire.port}`;
const contact = (wire: Wire): string => `Contact: <${uriOf(wire)}>`;

/** Has the target place a call to this end. */
export function place(ctx: TestContext, wire: Wire, more: Json = {}): Promise<RestResponse> {
  return ctx.rest.send('placeivrcall', {
    destAddr: uriOf(wire),
    sipFrom: ctx.number,
    sessionReferenceId: ctx.reference,
    ...more,
  });
}

/** As `place`, and gives the INVITE that came. */
export async function invitedOnWire(ctx: TestContext, wire: Wire, more: Json = {}): Promise<WireMessage> {
  const response = await place(ctx, wire, more);
  if (response.status !== 200) throw new Error(`placeivrcall got ${response.status}: ${response.raw}`);
  return wire.waitFor('INVITE', isRequest('INVITE'));
}

/** A provisional response. */
export const provisional = (wire: Wire, invite: WireMessage, status: number): Promise<void> =>
  wire.send(responseTo(invite, status, status === 100 ? {} : { toTag: calleeUser, headers: [contact(wire)] }));

/** Refuses, waits for the ACK and for the end of the session. */
export async function refuse(ctx: TestContext, wire: Wire, invite: WireMessage, status = 486): Promise<Callback> {
  await wire.send(responseTo(invite, status, { toTag: calleeUser }));
  await wire.waitFor('ACK', isRequest('ACK'));
  return ctx.webhooks.next('sessionCompleted');
}

/** 200 with an answer, and its ACK. */
export async function accept(
  wire: Wire,
  invite: WireMessage,
  media: RtpProbe,
  headers: readonly string[] = [],
): Promise<WireMessage> {
  const body = audioSdp(media);
  await wire.send(responseTo(invite, 200, { toTag: calleeUser, headers: [contact(wire), ...headers], body }));
  return wire.waitFor('ACK', isRequest('ACK'));
}

/** Answers the BYE of the target. */
export async function endedByTarget(wire: Wire): Promise<void> {
  await wire.send(responseTo(await wire.waitFor('BYE', isRequest('BYE')), 200));
}

/** Answers a CANCEL: 200 to it, 487 to the INVITE, and waits for the ACK. Gives the CANCEL. */
export async function cancelled(wire: Wire, invite: WireMessage, within: number): Promise<WireMessage> {
  const cancel = await wire.waitFor('CANCEL', isRequest('CANCEL'), { within });
  await wire.send(responseTo(cancel, 200, { toTag: calleeUser }));
  await wire.send(responseTo(invite, 487, { toTag: calleeUser }));
  await wire.waitFor('ACK', isRequest('ACK'));
  return cancel;
}
