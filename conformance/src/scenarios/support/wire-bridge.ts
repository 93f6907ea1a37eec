import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { Answering, Callback } from '../../drivers/webhook-sink/types.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop, type Json } from './answers.ts';
import { callTo } from './bridge.ts';
import { talk, withMedia } from './media.ts';
import { accept, calleeUser, isRequest, uriOf } from './outbound.ts';
import { onWire, type Wire, type WireMessage } from './wire.ts';
import { audioSdp, type RequestChanges, responseTo, type WireCaller, wireCaller } from './wire-caller.ts';

/** Both ends of a call that the application has asked for, told message by message. */
export interface WireDial {
  readonly wire: Wire;
  readonly caller: WireCaller;
  /** Final response to the caller's INVITE. */
  readonly final: Promise<WireMessage>;
  readonly callee: Wire;
  /** The INVITE that the callee has received. */
  readonly invite: WireMessage;
}

/** Calls the target and has it call the end `callee`. Whatever `use` does, the callers' transaction must have ended. */
export async function onWireDial(
  ctx: TestContext,
  options: {
    readonly invite?: RequestChanges;
    /** User part of the caller's From. */
    readonly user?: string;
    /** Further properties of the answer to newCall. */
    readonly newCall?: Json;
    readonly events?: Answering | readonly Answering[];
    readonly media?: RtpProbe;
    /** No offer in the caller's INVITE; the ACK is left to the scenario, which has the answer. */
    readonly lateOffer?: boolean;
  },
  use: (call: WireDial) => Promise<void>,
): Promise<void> {
  await onWire(ctx, { name: 'caller' }, (wire) =>
    onWire(ctx, { name: 'callee' }, async (callee) => {
      ctx.webhooks
        .on('newCall', callTo(uriOf(callee), { sessionReferenceId: ctx.reference, ...options.newCall }))
        .on('callEvent', options.events ?? drop('busy'));
      const caller = wireCaller(ctx, wire, options.user === undefined ? {} : { user: options.user });
      const final =
        options.lateOffer === true
          ? caller.ask('INVITE', options.invite)
          : caller.invite({ body: audioSdp(options.media ?? wire), ...options.invite });
      let settled = false;
      // Looked at by whoever uses the call; a rejection before that is not lost.
      final
        .catch(() => {})
        .finally(() => {
          settled = true;
        });
      try {
        const invite = await callee.waitFor('INVITE', isRequest('INVITE'));
        await use({ wire, caller, final, callee, invite });
      } catch (error) {
        // What went wrong first is what is told; the session must not outlive it.
        if (!settled && !caller.over()) {
          await caller.send('CANCEL');
          await final.catch(() => undefined);
        }
        throw error;
      }
    }),
  );
}

/** The INVITE that the callee gets for this answer to newCall; the call is refused then. */
export const dialledOnWire = (
  ctx: TestContext,
  options: Omit<Parameters<typeof onWireDial>[1], 'media' | 'events'>,
  look: (invite: WireMessage) => void,
): Promise<void> =>
  onWireDial(ctx, options, async ({ final, callee, invite }) => {
    look(invite);
    await callee.send(responseTo(invite, 486, { toTag: calleeUser }));
    await callee.waitFor('ACK', isRequest('ACK'));
    await final;
    await ctx.webhooks.next('sessionCompleted');
  });

/** Two parties that talk. */
export interface WireBridge extends WireDial {
  readonly answered: Callback;
  readonly media: RtpProbe;
  readonly calleeMedia: RtpProbe;
}

/** Connects two ends; after `use` the caller hangs up, and the callee gets BYE, unless the session is over. */
export const onWireBridge = (ctx: TestContext, use: (call: WireBridge) => Promise<void>): Promise<void> =>
  withMedia(ctx, (media, calleeMedia) =>
    onWireDial(ctx, { media }, async (call) => {
      const { callee, caller, invite } = call;
      talk(calleeMedia, invite);
      await accept(callee, invite, calleeMedia);
      const ok = await call.final;
      if (ok.status !== 200) throw new Error(`The call was refused with ${ok.status}`);
      talk(media, ok);
      const answered = await ctx.webhooks.next('callAnswered');
      const end = async (): Promise<void> => {
        if (!caller.over()) await caller.bye();
        await callee.send(responseTo(await callee.waitFor('BYE', isRequest('BYE')), 200));
        await ctx.webhooks.next('sessionCompleted');
      };
      try {
        await use({ ...call, answered, media, calleeMedia });
      } catch (error) {
        // What went wrong first is what is told; the call must not outlive it.
        await end().catch(() => undefined);
        throw error;
      }
      await end();
    }),
  );

/** Text of a request of the callee in the dialog of the INVITE that it has answered: From and To have changed sides. */
export function ofCallee(
  callee: Wire,
  invite: WireMessage,
  method: string,
  more: { readonly cseq: number; readonly branch: string; readonly body?: RequestChanges['body'] },
): string {
  const uri = /<([^>]+)>/.exec(invite.header('Contact', 'm') ?? '')?.[1] ?? '';
  const { cseq, branch, body } = more;
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${callee.host}:${callee.port};rport;branch=z9hG4bK${branch}`,
    `From: ${invite.header('To', 't') ?? ''};tag=${calleeUser}`,
    `To: ${invite.header('From', 'f') ?? ''}`,
    `Call-ID: ${invite.header('Call-ID', 'i') ?? ''}`,
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    `Contact: <${uriOf(callee)}>`,
    ...(body === undefined ? [] : [`Content-Type: ${body.type}`]),
    `Content-Length: ${Buffer.byteLength(body?.text ?? '')}`,
    '',
    body?.text ?? '',
  ].join('\r\n');
}
