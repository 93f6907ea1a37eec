/** Two parties on the wire who talk, each with what its description says: a codec, and keys as events or as tones. */
import type { Codec, RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { TestContext } from '../../harness/types.ts';
import { talk } from './media.ts';
import { calleeUser, isRequest, uriOf } from './outbound.ts';
import { onWireDial, type WireDial } from './wire-bridge.ts';
import { audioSdp, responseTo } from './wire-caller.ts';

export interface LegKind {
  readonly codec: Codec;
  /** Payload type of telephone-event; absent: it knows none. */
  readonly eventType?: number;
  /** Payload type of comfort noise; absent: it wants none. */
  readonly comfortNoise?: number;
}

export interface WireLegs extends WireDial {
  readonly caller: WireDial['caller'];
  readonly callerMedia: RtpProbe;
  readonly calleeMedia: RtpProbe;
}

const formatOf: Readonly<Record<Codec, number>> = { PCMU: 0, GSM: 3, PCMA: 8 };

/** What a leg of this kind offers or answers. */
export function describeLeg(media: RtpProbe, { codec, eventType, comfortNoise }: LegKind): ReturnType<typeof audioSdp> {
  const events = eventType === undefined ? [] : [eventType];
  return audioSdp(media, {
    formats: [formatOf[codec], ...events, ...(comfortNoise === undefined ? [] : [comfortNoise])].join(' '),
    lines: events.flatMap((type) => [`a=rtpmap:${type} telephone-event/8000`, `a=fmtp:${type} 0-15`]),
  });
}

/** Connects both, hands them over when callAnswered has come; then the caller hangs up. */
export async function onWireLegs(
  ctx: TestContext,
  kinds: { readonly caller: LegKind; readonly callee: LegKind },
  use: (legs: WireLegs) => Promise<void>,
): Promise<void> {
  const open = (name: string, { codec, eventType }: LegKind): Promise<RtpProbe> =>
    ctx.harness.probes.open({
      name,
      host: ctx.target.suite.host,
      codec,
      ...(eventType === undefined ? {} : { eventType }),
    });
  const [callerMedia, calleeMedia] = [await open('caller', kinds.caller), await open('callee', kinds.callee)];
  try {
    const body = describeLeg(callerMedia, kinds.caller);
    await onWireDial(ctx, { media: callerMedia, invite: { body } }, async (call) => {
      const { callee, caller, invite } = call;
      talk(calleeMedia, invite);
      const headers = [`Contact: <${uriOf(callee)}>`];
      const answer = describeLeg(calleeMedia, kinds.callee);
      await callee.send(responseTo(invite, 200, { toTag: calleeUser, headers, body: answer }));
      const ok = await call.final;
      if (ok.status !== 200) throw new Error(`The call was refused with ${ok.status}`);
      talk(callerMedia, ok);
      await ctx.webhooks.next('callAnswered');
      try {
        await use({ ...call, callerMedia, calleeMedia });
      } finally {
        await caller.bye();
        await callee.send(responseTo(await callee.waitFor('BYE', isRequest('BYE')), 200));
      }
      await ctx.webhooks.next('sessionCompleted');
    });
  } finally {
    await Promise.all([callerMedia.close(), calleeMedia.close()]);
  }
}
