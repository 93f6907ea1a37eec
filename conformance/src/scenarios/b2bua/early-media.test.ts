import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { callTo } from '../support/bridge.ts';
import { audioSection } from '../support/description.ts';
import { is, that } from '../support/expected.ts';
import { speakAgreed, talk, withMedia } from '../support/media.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { onWire, type WireMessage } from '../support/wire.ts';
import { onWireDial, type WireDial } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { bothWays, carries } from '../support/wire-voices.ts';

const area = 'b2bua';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

const ringing = (m: WireMessage): boolean => (m.status ?? 0) > 100 && (m.status ?? 0) < 200;
const described = (m: WireMessage): boolean => ringing(m) && audioSection(m.body) !== undefined;

/** The caller hangs up, the callee answers the BYE. */
async function over(ctx: TestContext, { caller, callee, invite }: WireDial, tag?: string): Promise<void> {
  const ok = caller.bye();
  await wireCallee(callee, invite, tag).ended();
  await ok;
  await ctx.webhooks.next('sessionCompleted');
}

/** Acknowledges a reliable response to the caller. */
const acknowledged = ({ caller }: WireDial, response: WireMessage): Promise<WireMessage> =>
  caller.ask('PRACK', {
    to: response.header('To', 't') ?? '',
    uri: /<([^>]+)>/.exec(response.header('Contact', 'm') ?? '')?.[1] ?? '',
    headers: [`RAck: ${response.header('RSeq') ?? 0} ${response.header('CSeq') ?? ''}`],
  });

for (const status of [180, 183]) {
  scenario(
    {
      id: `b2bua/early-media-${status}`,
      title: `SDP in a ${status} of the callee reaches the caller as 183 with SDP, and both hear each other before the answer`,
      area,
      capability,
      requirements: ['b2bua-early-media'],
      needs,
    },
    (ctx) =>
      withMedia(ctx, (media, calleeMedia) =>
        onWireDial(ctx, { media }, async (call) => {
          const { wire, callee, invite, final } = call;
          const slug = 'b2bua-early-media';
          const far = wireCallee(callee, invite);
          talk(calleeMedia, invite);
          await far.progress(status, { body: audioSdp(calleeMedia) });
          const progress = await wire.waitFor('a response with SDP', described);
          ctx.expect(slug, 'status of the response with SDP', progress.status, is(183));
          talk(media, progress);
          ctx.expect(
            slug,
            'callee hears caller, caller hears callee',
            await bothWays(ctx, media, calleeMedia),
            is([true, true]),
          );
          ctx.expect(slug, 'callAnswered so far', ctx.webhooks.all('callAnswered').length, is(0));
          await far.accept(audioSdp(calleeMedia));
          ctx.expect(slug, 'final response to the caller', (await final).status, is(200));
          await ctx.webhooks.next('callAnswered');
          ctx.expect(
            slug,
            'after the answer too',
            await bothWays(ctx, media, calleeMedia, [700, 1400]),
            is([true, true]),
          );
          await over(ctx, call);
        }),
      ),
  );
}

for (const ringbackTone of ['none', 'default']) {
  scenario(
    {
      id: `b2bua/early-media-${ringbackTone}`,
      title: `With ringbackTone ${ringbackTone} the caller does not hear what the callee sends before its answer`,
      area,
      capability,
      requirements: ['b2bua-early-media-not-asked'],
      needs,
    },
    (ctx) =>
      withMedia(ctx, (media, calleeMedia) =>
        onWireDial(ctx, { media, newCall: { ringbackTone } }, async (call) => {
          const { wire, callee, invite, final } = call;
          const slug = 'b2bua-early-media-not-asked';
          const far = wireCallee(callee, invite);
          talk(calleeMedia, invite);
          await far.progress(183, { body: audioSdp(calleeMedia) });
          await wire.waitFor('a provisional response', ringing);
          const heard = await carries(ctx, calleeMedia, media, 1300);
          ctx.expect(slug, 'the caller hears the callee', heard, is(false));
          const told = wire.received().filter(described).length > 0;
          ctx.expect(slug, 'a provisional response with SDP', told, is(ringbackTone === 'default'));
          await far.accept(audioSdp(calleeMedia));
          talk(media, await final);
          await ctx.webhooks.next('callAnswered');
          ctx.expect(slug, 'it does after the answer', await carries(ctx, calleeMedia, media, 1400), is(true));
          await over(ctx, call);
        }),
      ),
  );
}

scenario(
  {
    id: 'b2bua/reliable-on-both-legs',
    title:
      'A reliable 183 with SDP of the callee gets PRACK, goes to the caller reliably, and is the answer to a 200 without SDP',
    area,
    capability: 'reliable-provisional',
    requirements: ['b2bua-prack-sent', 'b2bua-early-media-reliable', 'b2bua-early-update'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) =>
      onWireDial(ctx, { media, invite: { headers: ['Supported: 100rel'] } }, async (call) => {
        const { wire, callee, invite, final } = call;
        const far = wireCallee(callee, invite);
        const supports = that('a list with 100rel', (value: string) => /\b100rel\b/i.test(value));
        ctx.expect('b2bua-prack-sent', 'Supported of the INVITE', invite.headers('Supported', 'k').join(), supports);
        talk(calleeMedia, invite);
        const prack = await far.progress(183, { body: audioSdp(calleeMedia), reliably: 4711 });
        const rack = `4711 ${invite.header('CSeq') ?? ''}`;
        ctx.expect('b2bua-prack-sent', 'RAck', prack?.header('RAck'), is(rack));
        const progress = await wire.waitFor('a response with SDP', described);
        const required = progress.headers('Require').join();
        ctx.should('b2bua-early-media-reliable', 'Require of the 183', required, supports);
        const number = that('a number', (value: string | undefined) => /^\d+$/.test(value ?? ''));
        ctx.should('b2bua-early-media-reliable', 'RSeq of the 183', progress.header('RSeq'), number);
        if (progress.header('RSeq') !== undefined) {
          const ok = await acknowledged(call, progress);
          ctx.should('b2bua-early-media-reliable', 'response to PRACK', ok.status, is(200));
        }
        talk(media, progress);
        const slug = 'b2bua-early-update';
        const update = await far.ask('UPDATE', { body: audioSdp(calleeMedia, { version: 2, formats: '8' }) });
        await speakAgreed(calleeMedia, update);
        ctx.should(slug, 'response to an UPDATE before the answer', update.status, is(200));
        ctx.should(slug, 'codecs of its answer', audioSection(update.body)?.formats, is([8]));
        await calleeMedia.waitForPackets((await calleeMedia.stats()).received.packets + 10, ctx.target.timers.stepMs);
        const last = (await calleeMedia.packets()).at(-1)?.payloadType;
        ctx.should(slug, 'payload type of what comes then', last, is(8));
        await far.accept();
        ctx.expect('b2bua-prack-sent', 'final response to the caller', (await final).status, is(200));
        await ctx.webhooks.next('callAnswered');
        const heard = await bothWays(ctx, media, calleeMedia);
        ctx.expect('b2bua-prack-sent', 'callee hears caller, caller hears callee', heard, is([true, true]));
        await over(ctx, call);
      }),
    ),
);

scenario(
  {
    id: 'b2bua/forked-invite',
    title: 'Two early dialogs, the last heard; the first answers and is heard; the 200 of the other gets ACK and BYE',
    area,
    capability,
    requirements: ['b2bua-early-dialogs', 'b2bua-later-answer'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, first) =>
      withMedia(ctx, (second) =>
        onWireDial(ctx, { media }, async (call) => {
          const { wire, callee, invite, final } = call;
          const [one, other] = [wireCallee(callee, invite, 'fork-one'), wireCallee(callee, invite, 'fork-two')];
          for (const each of [first, second]) talk(each, invite);
          await one.progress(183, { body: audioSdp(first) });
          const progress = await wire.waitFor('a response with SDP', described);
          talk(media, progress);
          const slug = 'b2bua-early-dialogs';
          ctx.expect(slug, 'the caller hears the first', await carries(ctx, first, media, 1100), is(true));
          await other.progress(183, { body: audioSdp(second) });
          ctx.expect(slug, 'the caller hears the second', await carries(ctx, second, media, 1300), is(true));
          await one.accept(audioSdp(first));
          const late = other.accept(audioSdp(second));
          ctx.expect(slug, 'final response to the caller', (await final).status, is(200));
          const { body } = await ctx.webhooks.next('callAnswered');
          await late;
          const ended = await other.ended();
          ctx.expect(
            'b2bua-later-answer',
            'To of the BYE',
            ended.header('To', 't'),
            that('fork-two', (to: string | undefined) => to?.includes('tag=fork-two') === true),
          );
          ctx.expect(slug, 'one who answered hears, is heard', await bothWays(ctx, media, first), is([true, true]));
          ctx.expect(slug, 'the other one is heard', await carries(ctx, second, media, 1700), is(false));
          ctx.expect('b2bua-later-answer', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
          ctx.expect('b2bua-later-answer', 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
          ctx.note('the connection', body.connectionId);
          await over(ctx, call, 'fork-one');
        }),
      ),
    ),
);

scenario(
  {
    id: 'b2bua/offer-checked-first',
    title: 'A caller without a codec in common gets 488 whatever rings back, and the callee never hears of it',
    area,
    capability,
    requirements: ['b2bua-offer-checked-first'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (callee) =>
      onWire(ctx, { name: 'caller' }, async (wire) => {
        for (const ringbackTone of [undefined, 'default']) {
          ctx.webhooks.on(
            'newCall',
            callTo(uriOf(callee), { sessionReferenceId: ctx.reference, ...(ringbackTone && { ringbackTone }) }),
          );
          const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire, { formats: '18 9' }) });
          ctx.expect('b2bua-offer-checked-first', 'response', refused.status, is(488));
          const { body } = await ctx.webhooks.next('sessionCompleted');
          ctx.expect('b2bua-offer-checked-first', 'reason', body.reason, is('error'));
          const alarm = await ctx.webhooks.next('alarm');
          ctx.expect('b2bua-offer-checked-first', 'alarm', alarm.body.error, is('invalidSdp'));
        }
        const invites = await callee.watch(ctx.target.timers.quietMs, isRequest('INVITE'), { from: 0 });
        ctx.expect('b2bua-offer-checked-first', 'INVITEs to the callee', invites.length, is(0));
      }),
    ),
);
