import type { ProbeStats } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop, ivr, play, waiting } from '../support/answers.ts';
import { bridgedCall, callTo, hears, voices } from '../support/bridge.ts';
import { absent, atLeast, between, is, that } from '../support/expected.ts';
import { speakAgreed, talk, withMedia } from '../support/media.ts';
import { nameAddr } from '../support/name-addr.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { sine, withPrompts, withTone } from '../support/prompts.ts';
import { onWire, type WireMessage } from '../support/wire.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp, responseTo } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';
import { bothWays } from '../support/wire-voices.ts';

const area = 'b2bua';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'b2bua/split-while-greeted',
    title:
      'splitconnection while the callee is greeted: the greeting stops, the other one is never played, each goes its way',
    area,
    capability,
    requirements: ['splitconnection-during-greeting', 'splitconnection-silence'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    withPrompts(ctx, { callee: sine(1600, 8000), caller: sine(500, 8000) }, async (prompts) => {
      ctx.webhooks.on('getIvrCommand', waiting());
      const slug = 'splitconnection-during-greeting';
      const greeting = {
        playMode: 'calleeFirst',
        callee: { phrases: [prompts.callee] },
        caller: { phrases: [prompts.caller] },
      };
      const { caller, callee, connectionId } = await bridgedCall(ctx, { newCall: { greeting }, events: ivr() });
      await callee.rtp.waitForTone(1600, 200, ctx.target.timers.stepMs);
      const response = await ctx.rest.send('splitconnection', { connectionId });
      ctx.expect(slug, 'status', response.status, is(200));
      const events = [await ctx.webhooks.next('callEvent'), await ctx.webhooks.next('callEvent')].map(
        ({ body }) => body.event,
      );
      ctx.expect(slug, 'callEvents', events.toSorted(), is(['calleeConnectionSplit', 'callerConnectionSplit']));
      await ctx.webhooks.next('getIvrCommand');
      await ctx.webhooks.next('getIvrCommand');
      const from = ctx.harness.clock.now();
      const goesOn = await callee.rtp.waitForTone(1600, 200, 1000, from).then(
        () => true,
        () => false,
      );
      ctx.expect(slug, 'the greeting goes on', goesOn, is(false));
      const other = await caller.rtp.waitForTone(500, 100, 300, 0).then(
        () => true,
        () => false,
      );
      ctx.expect(slug, "the caller's greeting is played", other, is(false));
      const heard = await hears(ctx, callee, caller, voices.callee);
      ctx.expect('splitconnection-silence', 'the caller hears the callee', heard, is(false));
      await Promise.all([caller.hangup(), callee.hangup()]);
      await ctx.webhooks.next('sessionCompleted');
    }),
);

scenario(
  {
    id: 'b2bua/properties-after-event',
    title:
      'Every property of call that shapes the INVITE has the same meaning in an answer to callEvent, and maxRingTime ends its ringing',
    area,
    capability,
    requirements: [
      'headers-sip-from',
      'actions-display-name',
      'headers-sip-to',
      'headers-sip-pai',
      'headers-sip-rpid',
      'headers-sip-diversion',
      'headers-sip-diversion-parameters',
      'headers-contact-parameters',
      'headers-contact-user-parameters',
      'headers-x-headers',
      'headers-p-headers',
      'headers-copy-headers',
      'actions-max-ring-time',
      'actions-max-ring-time-cancel',
    ],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'second' }, (second) =>
      withMedia(ctx, (media, calleeMedia) => {
        const call = callTo(uriOf(second), {
          sipFrom: '+46890611',
          displayName: 'Anna Andersson',
          sipTo: '+46890622',
          sipPAI: '+46890633',
          sipRPID: '+46890644',
          sipDiversion: '+46890655',
          sipDiversionParameters: { reason: 'no-answer' },
          contactParameters: { suite: 'one' },
          contactUserParameters: { tgrp: 'trunk9' },
          xHeaders: { 'x-suite-one': ['a', 'b'] },
          pHeaders: { 'p-suite-two': 'c' },
          copyHeaders: ['X-Suite-Kept'],
          maxRingTime: 2,
        });
        const invite = { headers: ['X-Suite-Kept: first', 'X-Suite-Left: no'] };
        return onWireDial(
          ctx,
          { media, invite, events: [call, drop()] },
          async ({ wire, final, callee, invite: first }) => {
            const far = wireCallee(callee, first);
            await far.accept(audioSdp(calleeMedia));
            talk(media, await final);
            await ctx.webhooks.next('callAnswered');
            await far.ask('BYE');
            const event = await ctx.webhooks.next('callEvent');
            const invited = await second.waitFor('INVITE', isRequest('INVITE'));
            const from = nameAddr(invited.header('From', 'f'));
            ctx.expect('headers-sip-from', 'user part of From', from.user, is('+46890611'));
            ctx.expect('actions-display-name', 'display name', from.displayName, is('Anna Andersson'));
            ctx.expect('headers-sip-to', 'user part of To', nameAddr(invited.header('To', 't')).user, is('+46890622'));
            const pai = nameAddr(invited.header('P-Asserted-Identity')).user;
            ctx.expect('headers-sip-pai', 'user part of P-Asserted-Identity', pai, is('+46890633'));
            const rpid = nameAddr(invited.header('Remote-Party-ID')).user;
            ctx.expect('headers-sip-rpid', 'user part of Remote-Party-ID', rpid, is('+46890644'));
            const diversion = nameAddr(invited.header('Diversion'));
            ctx.expect('headers-sip-diversion', 'user part of Diversion', diversion.user, is('+46890655'));
            ctx.expect(
              'headers-sip-diversion-parameters',
              'reason',
              diversion.headerParameters.reason,
              is('no-answer'),
            );
            const { uriParameters, userParameters } = nameAddr(invited.header('Contact', 'm'));
            ctx.expect('headers-contact-parameters', 'parameter of the URI', uriParameters.suite, is('one'));
            ctx.expect('headers-contact-user-parameters', 'parameter of the user', userParameters.tgrp, is('trunk9'));
            ctx.expect('headers-x-headers', 'X-Suite-One', invited.headers('X-Suite-One'), is(['a', 'b']));
            ctx.expect('headers-p-headers', 'P-Suite-Two', invited.headers('P-Suite-Two'), is(['c']));
            ctx.expect('headers-copy-headers', 'X-Suite-Kept', invited.headers('X-Suite-Kept'), is(['first']));
            ctx.expect('headers-copy-headers', 'X-Suite-Left', invited.header('X-Suite-Left'), absent);
            await wireCallee(second, invited).progress(180);
            const cancel = await second.waitFor('CANCEL', isRequest('CANCEL'));
            // What arrives late makes the time since the INVITE shorter, and that since callEvent longer.
            ctx.expect('actions-max-ring-time', 'ms from callEvent to CANCEL', cancel.at - event.at, atLeast(2000));
            ctx.expect('actions-max-ring-time', 'ms from INVITE to CANCEL', cancel.at - invited.at, between(0, 3500));
            ctx.expect(
              'actions-max-ring-time-cancel',
              'Call-ID',
              cancel.header('Call-ID', 'i'),
              is(invited.header('Call-ID', 'i')),
            );
            await second.send(responseTo(cancel, 200, { toTag: 'callee' }));
            await second.send(responseTo(invited, 487, { toTag: 'callee' }));
            await second.waitFor('ACK', isRequest('ACK'));
            await wire.send(responseTo(await wire.waitFor('BYE', isRequest('BYE')), 200));
            await ctx.webhooks.next('sessionCompleted');
          },
        );
      }),
    ),
);

/** Somebody on another host who sends to the port that the target described. Only where all of it is one machine. */
async function stranger(ctx: TestContext, described: WireMessage): Promise<ProbeStats | undefined> {
  if (!ctx.target.suite.host.startsWith('127.')) {
    ctx.note('no second host to send from');
    return undefined;
  }
  const probe = await ctx.harness.probes.open({ name: 'stranger', host: '127.0.0.99', codec: 'PCMU' });
  try {
    talk(probe, described);
    await probe.sendSilence(600);
    return await probe.stats();
  } finally {
    await probe.close();
  }
}

for (const [name, address] of [
  ['private', '10.254.1.7'],
  ['wrong', '192.0.2.77'],
] as const) {
  scenario(
    {
      id: `b2bua/behind-a-nat-${name}`,
      title: `A caller whose SDP names ${name === 'private' ? 'a private address' : 'an address that is not its own'} hears the prompt where its RTP comes from, which is where its signalling comes from`,
      area,
      capability: 'ivr',
      requirements: ['b2bua-signalling-host'],
      needs,
    },
    (ctx) =>
      withTone(ctx, 700, 600, (tone) =>
        withMedia(ctx, (named) => {
          const described = audioSdp({ host: address, port: named.port });
          const commands = [play([tone], { getIVRCommandAfter: 25 })];
          return onWireIvr(
            ctx,
            { invite: { body: described }, commands: [waiting({ getIVRCommandAfter: 1.2 }), ...commands] },
            async ({ ok, media, caller }) => {
              const slug = 'b2bua-signalling-host';
              const other = await stranger(ctx, ok);
              talk(media, ok);
              const heard = await media.waitForTone(700, 400, ctx.target.timers.stepMs);
              ctx.expect(slug, 'Hz heard', Math.round(heard.frequency / 20) * 20, is(700));
              if (other !== undefined) {
                ctx.expect(slug, 'RTP packets of a stranger', other.sent.packets, between(20, 1000));
                ctx.expect(slug, 'RTP packets to it', other.received.packets, is(0));
              }
              await caller.bye();
            },
          );
        }),
      ),
  );
}

scenario(
  {
    id: 'b2bua/ptime-per-leg',
    title:
      'A caller who asks for packets of 40 ms gets them, the callee goes on getting 20 ms, and they hear each other',
    area,
    capability,
    requirements: ['b2bua-codec-per-leg'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) => {
      const body = audioSdp(media, { formats: '8', lines: ['a=ptime:40'] });
      return onWireDial(ctx, { media, invite: { body } }, async ({ caller, final, callee, invite }) => {
        const far = wireCallee(callee, invite);
        await far.accept(audioSdp(calleeMedia));
        const answer = await final;
        await speakAgreed(media, answer);
        talk(media, answer);
        talk(calleeMedia, invite);
        await ctx.webhooks.next('callAnswered');
        const heard = await bothWays(ctx, media, calleeMedia);
        ctx.expect('b2bua-codec-per-leg', 'they hear each other', heard, is([true, true]));
        const sizes = async (end: typeof media): Promise<readonly number[]> => [
          ...new Set((await end.packets()).slice(-10).map(({ payloadBytes }) => payloadBytes)),
        ];
        ctx.should('b2bua-codec-per-leg', 'octets in packets to the caller', await sizes(media), is([320]));
        ctx.expect('b2bua-codec-per-leg', 'octets in packets to the callee', await sizes(calleeMedia), is([160]));
        const bye = caller.bye();
        await far.ended();
        await bye;
        await ctx.webhooks.next('sessionCompleted');
      });
    }),
);

scenario(
  {
    id: 'b2bua/given-up-in-early-media',
    title:
      'A caller who gives up while it hears the callee before the answer gets 487, the callee CANCEL, and RTP stops',
    area,
    capability,
    requirements: ['b2bua-early-media'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) =>
      onWireDial(ctx, { media }, async ({ wire, caller, final, callee, invite }) => {
        const far = wireCallee(callee, invite);
        talk(calleeMedia, invite);
        await far.progress(183, { body: audioSdp(calleeMedia) });
        await wire.waitFor('a 183', ({ status }) => status === 183);
        await media.waitForPackets(10, ctx.target.timers.stepMs);
        const ok = await caller.ask('CANCEL');
        ctx.expect('b2bua-early-media', 'response to CANCEL', ok.status, is(200));
        ctx.expect('b2bua-early-media', 'final response', (await final).status, is(487));
        const cancel = await callee.waitFor('CANCEL', isRequest('CANCEL'));
        await callee.send(responseTo(cancel, 200, { toTag: 'callee' }));
        await callee.send(responseTo(invite, 487, { toTag: 'callee' }));
        await callee.waitFor('ACK', isRequest('ACK'));
        const { body } = await ctx.webhooks.next('sessionCompleted');
        ctx.expect('b2bua-early-media', 'reason', body.reason, is('cancelled'));
        const silent = await media.waitForSilenceOnWire(300, 2000).then(
          () => true,
          () => false,
        );
        ctx.expect('b2bua-early-media', 'RTP stops', silent, is(true));
        const none = that('none', (count: number) => count === 0);
        ctx.expect('b2bua-early-media', 'callEvents', ctx.webhooks.all('callEvent').length, none);
      }),
    ),
);
