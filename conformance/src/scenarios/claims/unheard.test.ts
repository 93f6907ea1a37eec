/**
 * What has no refusal of its own must have no effect where the target does not claim it (D-CLAIM). Something that nobody has
 * is tried beside it, so that there is something to be seen with everything claimed, too.
 */
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp } from '../support/answers.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { atWork, collect, collected, paramsOf } from '../support/collect.ts';
import { inAnyCase, is } from '../support/expected.ts';
import { keyTones } from '../support/key-tones.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';
import { responseTo } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'claims';
const soon = { maxDigits: 1, firstTimeout: 2 };

/** What a collecting came to during which a key was sent that the target has no ear for. */
function expectUnheard(ctx: TestContext, way: string, body: Readonly<Record<string, unknown>>, reason: unknown): void {
  ctx.expect('claims-keys-unheard', `what ended the collecting after a key in ${way}`, reason, is('firstTimeout'));
  const absent = inAnyCase('left out', (digits) => digits === undefined);
  ctx.expect('claims-keys-unheard', `digits that came of a key in ${way}`, body.dtmfBuffer, absent);
}

scenario(
  {
    id: 'claims/keys-in-info',
    title:
      'A key in a SIP INFO whose content nobody has is none, nor is one in a content that the target does not claim',
    area,
    capability: 'ivr',
    requirements: ['claims-keys-unheard'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWireIvr(ctx, { commands: [collect(soon), hangUp()] }, async ({ caller, command }) => {
      await atWork(ctx, command);
      const claimed = ctx.target.capabilities.includes('sip-info-dtmf');
      const contents = ['application/telepathy-relay', ...(claimed ? [] : ['application/dtmf-relay'])];
      for (const type of contents) await caller.ask('INFO', { body: { type, text: 'Signal=5\r\nDuration=160\r\n' } });
      const next = await ctx.webhooks.next('getIvrCommand');
      expectUnheard(ctx, contents.join(' and '), next.body, paramsOf(next).reason);
      await caller.answer('BYE');
    }),
);

scenario(
  {
    id: 'claims/keys-in-band',
    title: 'Tones between those of keys are none; nor are tones of keys where the target does not claim to hear them',
    area,
    capability: 'ivr',
    requirements: ['claims-keys-unheard'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const claimed = ctx.target.capabilities.includes('in-band-dtmf');
    const { next, params } = await collected(
      ctx,
      soon,
      async (rtp) => {
        await rtp.sendTone(1000, 120);
        if (!claimed) await rtp.sendPcm(keyTones('5'));
      },
      { call: { dtmf: false } },
    );
    expectUnheard(ctx, claimed ? 'a tone of no key' : 'tones', next.body, params.reason);
  },
);

scenario(
  {
    id: 'claims/monitor',
    title: 'Whoever is named to listen in a way that nobody has, or that the target does not claim, is not called',
    area,
    capability: 'call-control',
    requirements: ['claims-monitor-uncalled'],
    needs: { call: true, webhook: true },
    timeoutMs: 15_000,
  },
  (ctx) =>
    onWire(ctx, { name: 'listener' }, async (wire) => {
      const ways = ['overhearDestAddr', ...(ctx.target.capabilities.includes('monitoring') ? [] : ['monitorDestAddr'])];
      const newCall = Object.fromEntries(ways.map((name) => [name, uriOf(wire)]));
      const bridge = await bridgedCall(ctx, { newCall });
      await wire.watch(ctx.target.timers.quietMs);
      // Of those before the watch too: a listener may be called together with the callee.
      const came = wire.received().filter(isRequest('INVITE'));
      for (const invite of came) await wire.send(responseTo(invite, 486));
      const none = inAnyCase('none', (count: number) => count === 0);
      ctx.expect('claims-monitor-uncalled', `INVITEs to whom ${ways.join(' and ')} named`, came.length, none);
      await endBridge(ctx, bridge);
    }),
);
