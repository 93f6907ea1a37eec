import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop, ivr, play } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import { audioSection } from '../support/description.ts';
import { between, is } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { withTone } from '../support/prompts.ts';
import { onWire, type WireMessage } from '../support/wire.ts';
import { onWireBridge, onWireDial, type WireBridge } from '../support/wire-bridge.ts';
import { type WireCallee, wireCallee } from '../support/wire-callee.ts';
import { audioSdp, responseTo } from '../support/wire-caller.ts';
import { bothWays, carries } from '../support/wire-voices.ts';

const area = 'b2bua';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

const directionOf = ({ body }: WireMessage): string =>
  audioSection(body)?.attributes.find((line) => /^(?:sendonly|recvonly|inactive)$/.test(line)) ?? 'sendrecv';

/** What a party answers to an offer of this direction. */
const answering: Readonly<Record<string, string>> = { sendonly: 'recvonly', sendrecv: 'sendrecv' };

for (const who of ['caller', 'callee'] as const) {
  for (const method of ['INVITE', 'UPDATE'] as const) {
    scenario(
      {
        id: `b2bua/hold-${who}-${method.toLowerCase()}`,
        title: `The ${who} holds and resumes by ${method === 'INVITE' ? 're-INVITE' : 'UPDATE'}: the other party is told each time, and hears again at the end`,
        area,
        capability,
        requirements: ['b2bua-hold-passed-on', 'sip-reinvite-hold'],
        needs,
      },
      (ctx) =>
        onWireBridge(ctx, async (call) => {
          const slug = 'b2bua-hold-passed-on';
          const { caller, callee, invite, media, calleeMedia, wire } = call;
          const far = wireCallee(callee, invite);
          const [own, other] = who === 'caller' ? [media, calleeMedia] : [calleeMedia, media];
          let version = 1;
          for (const direction of ['sendonly', 'sendrecv']) {
            version += 1;
            const body = audioSdp(own, { version, direction });
            const back = audioSdp(other, { version, direction: answering[direction] ?? 'sendrecv' });
            const from = (who === 'caller' ? callee : wire).received().length;
            const ok = await (who === 'caller' ? caller.ask(method, { body }) : far.ask(method, { body }));
            if (method === 'INVITE') await (who === 'caller' ? caller.acknowledge(ok) : far.acknowledge(ok));
            ctx.expect(slug, `response to ${direction}`, ok.status, is(200));
            ctx.should('sip-reinvite-hold', `answer to ${direction}`, directionOf(ok), is(answering[direction]));
            const told = await (who === 'caller' ? far.reinvited(from, 200, back) : caller.answerOffer(back, from));
            ctx.expect(slug, 'direction that the other party is offered', directionOf(told), is(direction));
            const held = direction === 'sendonly';
            if (held) {
              await own.waitForSilenceOnWire(300, ctx.target.timers.stepMs);
              ctx.expect(slug, 'the one who holds is heard', await carries(ctx, own, other, 900), is(true));
              ctx.expect(slug, 'the one who holds hears', await carries(ctx, other, own, 1500), is(false));
            } else {
              ctx.expect(slug, 'both hear each other', await bothWays(ctx, own, other), is([true, true]));
            }
          }
        }),
    );
  }
}

/** A third party that the target calls; answers, and takes part until the target says BYE. */
async function withThird(
  ctx: TestContext,
  use: (third: { readonly uri: string; answered(): Promise<ThirdParty> }) => Promise<void>,
): Promise<void> {
  await onWire(ctx, { name: 'third' }, (wire) =>
    withMedia(ctx, (media) =>
      use({
        uri: uriOf(wire),
        answered: async () => {
          const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
          talk(media, invite);
          const dialog = wireCallee(wire, invite);
          await dialog.accept(audioSdp(media));
          return { wire, media, dialog };
        },
      }),
    ),
  );
}

interface ThirdParty {
  readonly wire: WireBridge['callee'];
  readonly media: WireBridge['media'];
  readonly dialog: WireCallee;
}

scenario(
  {
    id: 'b2bua/hold-next-party',
    title:
      'A caller who holds while its party leaves: the next one is told to hold, and to go on when the caller resumes',
    area,
    capability,
    requirements: ['b2bua-hold-next-party'],
    needs,
  },
  (ctx) =>
    withThird(ctx, (next) =>
      withMedia(ctx, (media, calleeMedia) =>
        onWireDial(
          ctx,
          { media, events: [callTo(next.uri), drop()] },
          async ({ wire, caller, final, callee, invite }) => {
            const slug = 'b2bua-hold-next-party';
            const far = wireCallee(callee, invite);
            await far.accept(audioSdp(calleeMedia));
            talk(media, await final);
            await ctx.webhooks.next('callAnswered');
            const from = callee.received().length;
            await caller.invite({ body: audioSdp(media, { version: 2, direction: 'sendonly' }) });
            await far.reinvited(from, 200, audioSdp(calleeMedia, { version: 2, direction: 'recvonly' }));
            await far.ask('BYE');
            const third = await next.answered();
            const since = third.wire.received().length;
            const told = await third.dialog.reinvited(
              since,
              200,
              audioSdp(third.media, { version: 2, direction: 'recvonly' }),
            );
            ctx.expect(slug, 'direction that the next party is offered', directionOf(told), is('sendonly'));
            ctx.expect(slug, 'the caller is heard', await carries(ctx, media, third.media, 900), is(true));
            ctx.expect(slug, 'the caller hears', await carries(ctx, third.media, media, 1500), is(false));
            const before = third.wire.received().length;
            const again = third.dialog.reinvited(before, 200, audioSdp(third.media, { version: 3 }));
            await caller.invite({ body: audioSdp(media, { version: 3 }) });
            ctx.expect(slug, 'direction offered on resume', directionOf(await again), is('sendrecv'));
            ctx.expect(slug, 'both hear each other', await bothWays(ctx, media, third.media), is([true, true]));
            ctx.expect(slug, 'BYEs to the caller', wire.received().filter(isRequest('BYE')).length, is(0));
            const bye = caller.bye();
            await third.dialog.ended();
            await bye;
            await ctx.webhooks.next('sessionCompleted');
          },
        ),
      ),
    ),
);

for (const next of ['ivr', 'call'] as const) {
  scenario(
    {
      id: `b2bua/held-resumed-${next}`,
      title: `A caller held by a callee who leaves is resumed by a re-INVITE when it goes on with ${next}, and hears`,
      area,
      capability,
      requirements: ['b2bua-held-resumed'],
      needs,
    },
    (ctx) =>
      withTone(ctx, 1000, 600, (tone) =>
        withThird(ctx, (another) =>
          withMedia(ctx, (media, calleeMedia) =>
            onWireDial(
              ctx,
              { media, events: [next === 'ivr' ? ivr() : callTo(another.uri), drop()] },
              async ({ wire, caller, final, callee, invite }) => {
                const slug = 'b2bua-held-resumed';
                ctx.webhooks.on('getIvrCommand', play([tone], { getIVRCommandAfter: 20 }));
                const far = wireCallee(callee, invite);
                await far.accept(audioSdp(calleeMedia));
                talk(media, await final);
                await ctx.webhooks.next('callAnswered');
                const from = wire.received().length;
                const ok = await far.ask('INVITE', {
                  body: audioSdp(calleeMedia, { version: 2, direction: 'sendonly' }),
                });
                await far.acknowledge(ok);
                const held = await caller.answerOffer(audioSdp(media, { version: 2, direction: 'recvonly' }), from);
                ctx.expect(slug, 'direction that the caller is offered', directionOf(held), is('sendonly'));
                const since = wire.received().length;
                await far.ask('BYE');
                const third = next === 'call' ? await another.answered() : undefined;
                const resumed = await caller.answerOffer(audioSdp(media, { version: 3 }), since);
                ctx.expect(slug, 'direction offered then', directionOf(resumed), is('sendrecv'));
                if (third === undefined) {
                  const heard = await media.waitForTone(1000, 300, ctx.target.timers.stepMs);
                  ctx.expect(slug, 'prompt heard, ms', heard.durationMs, between(300, 700));
                } else {
                  const heard = await bothWays(ctx, media, third.media);
                  ctx.expect(slug, 'both hear each other', heard, is([true, true]));
                }
                const bye = caller.bye();
                await third?.dialog.ended();
                await bye;
                await ctx.webhooks.next('sessionCompleted');
              },
            ),
          ),
        ),
      ),
  );
}

for (const { held, least, most } of [
  { held: 'caller', least: 0, most: 2000 },
  { held: 'callee', least: 2100, most: 4000 },
] as const) {
  scenario(
    {
      id: `b2bua/glare-${held}`,
      title: `A ${held} who answers the re-INVITE of a hold with 491 gets it again after ${least} to ${most} ms; its own meanwhile is taken`,
      area,
      capability,
      requirements: ['b2bua-glare-retry'],
      needs,
    },
    (ctx) =>
      onWireBridge(ctx, async (call) => {
        const slug = 'b2bua-glare-retry';
        const { caller, callee, invite, media, calleeMedia, wire } = call;
        const far = wireCallee(callee, invite);
        const [own, other] = held === 'caller' ? [wire, media] : [callee, calleeMedia];
        const holds = audioSdp(held === 'caller' ? calleeMedia : media, { version: 2, direction: 'sendonly' });
        const from = own.received().length;
        if (held === 'caller') await far.acknowledge(await far.ask('INVITE', { body: holds }));
        else await caller.invite({ body: holds });
        const first = await own.waitFor('re-INVITE', isRequest('INVITE'), { from });
        await own.send(responseTo(first, 491));
        await own.waitFor('ACK', isRequest('ACK'), { from });
        const refused = ctx.harness.clock.now();
        const mine = audioSdp(other, { version: 2 });
        const ok = await (held === 'caller' ? caller.ask('INVITE', { body: mine }) : far.ask('INVITE', { body: mine }));
        ctx.expect(slug, 'response to a re-INVITE of its own', ok.status, is(200));
        if (held === 'caller') await caller.acknowledge(ok);
        else await far.acknowledge(ok);
        const before = own.received().length;
        const back = audioSdp(other, { version: 3, direction: 'recvonly' });
        // RFC 3261 14.1 lets it take longer than the next thing usually does.
        const within = most + ctx.target.timers.stepMs;
        await own.waitFor('re-INVITE', isRequest('INVITE'), { from: before, within });
        const again = await (held === 'caller' ? caller.answerOffer(back, before) : far.reinvited(before, 200, back));
        // Of the run's clock: some milliseconds go by on the way, more when all run side by side.
        ctx.expect(slug, 'ms until it comes again', again.at - refused, between(least - 50, most + 300));
        ctx.expect(slug, 'direction that it offers', directionOf(again), is('sendonly'));
        ctx.expect(slug, 'alarms', ctx.webhooks.all('alarm').length, is(0));
      }),
  );
}

for (const who of ['caller', 'callee'] as const) {
  scenario(
    {
      id: `b2bua/glare-491-to-${who}`,
      title: `While the ${who} owes an answer to a re-INVITE, its own re-INVITE and its UPDATE with an offer get 491, a refresh 200`,
      area,
      capability,
      requirements: ['sip-reinvite-glare', 'b2bua-hold-passed-on'],
      needs,
    },
    (ctx) =>
      onWireBridge(ctx, async ({ caller, callee, invite, media, calleeMedia, wire }) => {
        const slug = 'sip-reinvite-glare';
        const far = wireCallee(callee, invite);
        const [own, ownMedia, theirs] = who === 'caller' ? [wire, media, calleeMedia] : [callee, calleeMedia, media];
        const ask = (method: string, more: { body?: ReturnType<typeof audioSdp> } = {}) =>
          who === 'caller' ? caller.ask(method, more) : far.ask(method, more);
        const from = own.received().length;
        const holds = audioSdp(theirs, { version: 2, direction: 'sendonly' });
        if (who === 'caller') await far.acknowledge(await far.ask('INVITE', { body: holds }));
        else await caller.invite({ body: holds });
        const open = await own.waitFor('re-INVITE', isRequest('INVITE'), { from });
        const body = audioSdp(ownMedia, { version: 2 });
        const refused = await ask('INVITE', { body });
        await (who === 'caller' ? caller.acknowledge(refused) : far.acknowledge(refused));
        ctx.should(slug, 'response to a re-INVITE', refused.status, is(491));
        ctx.should(slug, 'response to an UPDATE with an offer', (await ask('UPDATE', { body })).status, is(491));
        ctx.should(slug, 'response to an UPDATE without', (await ask('UPDATE')).status, is(200));
        const contact = `Contact: <sip:${who}@${own.host}:${own.port}>`;
        const answer = audioSdp(ownMedia, { version: 3, direction: 'recvonly' });
        const before = own.received().length;
        await own.send(responseTo(open, 200, { headers: [contact], body: answer }));
        await own.waitFor('ACK', isRequest('ACK'), { from: before });
        ctx.expect('b2bua-hold-passed-on', 'direction offered', directionOf(open), is('sendonly'));
        const heard = await carries(ctx, theirs, ownMedia, 1500);
        ctx.expect('b2bua-hold-passed-on', 'the one who holds is heard', heard, is(true));
      }),
  );
}
