import { scenario } from '../../harness/scenario.ts';
import { is, oneOf, that } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { accept, endedByTarget, isRequest, provisional, uriOf } from '../support/outbound.ts';
import { ofCallee, onWireBridge, onWireDial } from '../support/wire-bridge.ts';
import { audioSdp, responseTo } from '../support/wire-caller.ts';

const area = 'sip';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'sip/reinvite-glare',
    title: 'A re-INVITE of a callee who has not yet answered one of the target gets 491',
    area,
    capability,
    requirements: ['sip-reinvite-glare'],
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async ({ caller, callee, invite, media, calleeMedia }) => {
      const from = callee.received().length;
      await caller.invite({ body: audioSdp(media, { version: 2, direction: 'sendonly' }) });
      const theirs = await callee.waitFor('re-INVITE', isRequest('INVITE'), { from });
      const before = callee.received().length;
      const branch = `glare${callee.port}`;
      const body = audioSdp(calleeMedia, { version: 2 });
      await callee.send(ofCallee(callee, invite, 'INVITE', { cseq: 1, branch, body }));
      const final = await callee.waitFor('final response', (m) => (m.status ?? 0) >= 200, { from: before });
      await callee.send(ofCallee(callee, invite, 'ACK', { cseq: 1, branch }));
      ctx.should('sip-reinvite-glare', 'response to the re-INVITE', final.status, is(491));
      const contact = `Contact: <${uriOf(callee)}>`;
      const answer = audioSdp(calleeMedia, { version: 3, direction: 'recvonly' });
      await callee.send(responseTo(theirs, 200, { headers: [contact], body: answer }));
      await callee.waitFor('ACK', isRequest('ACK'), { from: before });
    }),
);

scenario(
  {
    id: 'sip/prack',
    title: 'A caller who requires 100rel gets 180 reliably, and 200 to its PRACK',
    area,
    capability: 'reliable-provisional',
    requirements: ['sip-prack'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) =>
      onWireDial(
        ctx,
        { media, invite: { headers: ['Require: 100rel', 'Supported: 100rel'] } },
        async ({ wire, caller, final, callee, invite }) => {
          await provisional(callee, invite, 180);
          const ringing = await wire.waitFor('ringing', (m) => (m.status ?? 0) > 100 && (m.status ?? 0) < 200);
          ctx.should('sip-prack', 'status of ringing', ringing.status, oneOf(180, 183));
          const rseq = ringing.header('RSeq');
          const number = that('a number', (value: string | undefined) => /^\d+$/.test(value ?? ''));
          ctx.should('sip-prack', 'RSeq of the provisional response', rseq, number);
          const prack = await caller.ask('PRACK', {
            cseq: 2,
            to: ringing.header('To', 't') ?? '',
            uri: /<([^>]+)>/.exec(ringing.header('Contact', 'm') ?? '')?.[1] ?? '',
            headers: [`RAck: ${rseq ?? 0} ${ringing.header('CSeq') ?? ''}`],
          });
          ctx.should('sip-prack', 'response to PRACK', prack.status, is(200));
          await accept(callee, invite, calleeMedia);
          ctx.should('sip-prack', 'response to INVITE', (await final).status, is(200));
          await caller.bye();
          await endedByTarget(callee);
          await ctx.webhooks.next('sessionCompleted');
        },
      ),
    ),
);

scenario(
  {
    id: 'sip/hold-two-parties',
    title:
      'A caller who holds gets recvonly at once; the callee gets a re-INVITE with sendonly, and on resume sendrecv',
    area,
    capability,
    requirements: ['sip-reinvite-hold', 'sip-reinvite', 'callnotify-reinvite'],
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async ({ caller, callee, media, calleeMedia }) => {
      const contact = `Contact: <${uriOf(callee)}>`;
      for (const [version, direction, answered, back] of [
        [2, 'sendonly', 'recvonly', 'recvonly'],
        [3, 'sendrecv', 'sendrecv', 'sendrecv'],
      ] as const) {
        const from = callee.received().length;
        const ok = await caller.invite({ body: audioSdp(media, { version, direction }) });
        const own = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(ok.body)?.[1] ?? 'sendrecv';
        ctx.should('sip-reinvite-hold', `answer to ${direction}`, own, is(answered));
        ctx.expect('sip-reinvite', 'status of the re-INVITE', ok.status, is(200));
        const again = await callee.waitFor('re-INVITE', isRequest('INVITE'), { from });
        const told = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(again.body)?.[1] ?? 'sendrecv';
        ctx.should('sip-reinvite-hold', 'direction that the callee is offered', told, is(direction));
        const body = audioSdp(calleeMedia, { version, direction: back });
        await callee.send(responseTo(again, 200, { headers: [contact], body }));
        await callee.waitFor('ACK', isRequest('ACK'), { from });
        const notified = await ctx.webhooks.next('callNotify');
        ctx.expect('callnotify-reinvite', 'event', notified.body.event, is('reInvite'));
      }
    }),
);
