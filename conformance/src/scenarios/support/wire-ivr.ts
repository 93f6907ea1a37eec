import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { Answering, Callback } from '../../drivers/webhook-sink/types.ts';
import type { TestContext } from '../../harness/types.ts';
import { ivr, type Json, waiting } from './answers.ts';
import { talk, withMedia } from './media.ts';
import { onWire, type Wire, type WireMessage } from './wire.ts';
import { audioSdp, type RequestChanges, type WireCaller, wireCaller } from './wire-caller.ts';

/** An IVR call that the scenario tells message by message, answered and acknowledged. */
export interface WireIvr {
  readonly wire: Wire;
  readonly caller: WireCaller;
  /** The 200 to the INVITE. */
  readonly ok: WireMessage;
  readonly command: Callback;
  readonly media: RtpProbe;
  /** An end that no description has named yet. */
  readonly spare: RtpProbe;
}

/** Calls the IVR on the wire; after `use` the call must be over, or it is ended by BYE. */
export async function onWireIvr(
  ctx: TestContext,
  options: {
    readonly transport?: 'UDP' | 'TCP';
    readonly invite?: RequestChanges;
    /** How the caller's offer departs from the ordinary one. */
    readonly offer?: Parameters<typeof audioSdp>[1];
    /** Further properties of the answer to newCall. */
    readonly newCall?: Json;
    readonly commands?: Answering | readonly Answering[];
  },
  use: (call: WireIvr) => Promise<void>,
): Promise<void> {
  const { transport = 'UDP' } = options;
  await onWire(ctx, { name: 'caller', transport }, (wire) =>
    withMedia(ctx, async (media, spare) => {
      ctx.webhooks
        .on('newCall', ivr({ sessionReferenceId: ctx.reference, ...options.newCall }))
        .on('getIvrCommand', options.commands ?? waiting());
      const caller = wireCaller(ctx, wire);
      const ok = await caller.invite({ body: audioSdp(media, options.offer), ...options.invite });
      if (ok.status !== 200) throw new Error(`The IVR call was refused with ${ok.status}`);
      if (ok.body !== '') talk(media, ok);
      const completed = (): boolean => ctx.webhooks.all('sessionCompleted').length > 0;
      try {
        const command = await ctx.webhooks.next('getIvrCommand');
        await use({ wire, caller, ok, command, media, spare });
      } finally {
        if (!caller.over() && !completed()) await caller.bye();
      }
      if (!completed()) await ctx.webhooks.next('sessionCompleted');
    }),
  );
}
