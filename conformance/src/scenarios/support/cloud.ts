/** Calls of the Cloud UA: a device of ours that has only RTP, and a far end that has SIP and RTP (D-CUA). */
import type { RestResponse } from '../../drivers/rest/types.ts';
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { Answering, Callback } from '../../drivers/webhook-sink/types.ts';
import type { CalleeHandle, CallHandle, CallOptions, TestContext } from '../../harness/types.ts';
import type { Json } from './answers.ts';
import { is, numberOf } from './expected.ts';
import { text } from './flows.ts';

/** A call for a Cloud UA user of which the application has been told. */
interface IncomingRemote {
  readonly call: CallHandle;
  /** The user who was called. */
  readonly number: string;
  readonly told: Callback;
  readonly replyId: string;
}

/** Calls a Cloud UA user. `tenant` is a role whose numbers are Cloud UA users. */
export async function incomingRemote(
  ctx: TestContext,
  options: { readonly call?: CallOptions; readonly answer?: Answering; readonly tenant?: string } = {},
): Promise<IncomingRemote> {
  const { tenant = 'cloudUa' } = options;
  const number = ctx.harness.takeNumber(tenant);
  ctx.webhooks.claim({ number }).on('newRemoteCall', options.answer ?? { sessionReferenceId: ctx.reference });
  const domain = ctx.target.tenants[tenant]?.domain ?? ctx.target.domain;
  const call = await ctx.call({ to: number, domain, ...options.call });
  const told = await ctx.webhooks.next('newRemoteCall');
  await told.answered;
  return { call, number, told, replyId: text(told.body.replyId) };
}

/** How operations name a device. */
export const deviceAt = ({ host, port, codec }: Pick<RtpProbe, 'host' | 'port' | 'codec'>): Json => ({
  codec,
  receiveIp: host,
  receivePort: port,
});

/** Has the target call an end of ours for a device. */
export const placeRemote = (
  ctx: TestContext,
  callee: Pick<CalleeHandle, 'uri'>,
  device: Pick<RtpProbe, 'host' | 'port' | 'codec'>,
  more: Json = {},
): Promise<RestResponse> =>
  ctx.rest.send('placeremotecall', {
    destinationUri: callee.uri,
    sourceUser: ctx.number,
    sessionReferenceId: ctx.reference,
    callbackBaseUrl: ctx.target.callbacks.baseUrl,
    ...deviceAt(device),
    ...more,
  });

/** The device sends where callAnswered tells it to, the far end does already: each gets the other's RTP, and nobody else's. */
export async function expectDirect(
  ctx: TestContext,
  slug: string,
  ends: { readonly farEnd: RtpProbe; readonly device: RtpProbe; readonly told: Json; readonly payloadType: number },
): Promise<void> {
  const { farEnd, device, told, payloadType } = ends;
  device.sendTo(text(told.remoteRtpIp), numberOf(told.remoteRtpPort));
  device.keepSending(true);
  for (const [who, here, there] of [
    ['far end', farEnd, device],
    ['device', device, farEnd],
  ] as const) {
    const came = await here.waitForPackets(10, ctx.target.timers.stepMs).then(
      () => true,
      () => false,
    );
    ctx.expect(slug, `RTP comes to the ${who}`, came, is(true));
    const { sources, payloadTypes } = (await here.stats()).received;
    ctx.expect(slug, `who sent to the ${who}`, sources, is([`${there.host}:${there.port}`]));
    ctx.expect(slug, `payload types that came to the ${who}`, payloadTypes, is([payloadType]));
  }
}

/** The first message of this kind that a leg received. */
export const received = (leg: CallHandle, method: string, status?: number) =>
  leg.sipp.messages().find((m) => m.direction === 'received' && m.method === method && m.status === status);

/** Has the caller hear that it rings: until then it does not know whether a CANCEL may be sent (RFC 3261 9.1). */
export async function ringRemote(ctx: TestContext, { call, replyId }: IncomingRemote): Promise<void> {
  await ctx.rest.send('sendremotecallringback', { replyId });
  await call.sipp.waitFor('a 180', (m) => m.status === 180, ctx.target.timers.stepMs);
}
