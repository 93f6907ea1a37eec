import { scenario } from '../../harness/scenario.ts';
import { is, oneOf, that } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { accept, endedByTarget, isRequest, provisional } from '../support/outbound.ts';
import { onWireBridge, onWireDial } from '../support/wire-bridge.ts';
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
      // Our own, in the dialog that the callee has with the target: From and To have changed sides.
      const before = callee.received().length;
      const body = audioSdp(calleeMedia, { version: 2 });
      const uri = /<([^>]+)>/.exec(invite.header('Contact', 'm') ?? '')?.[1] ?? '';
      const request = (method: string, branch: string, sdp: string): string =>
        [
          `${method} ${uri} SIP/2.0`,
          `Via: SIP/2.0/UDP ${callee.host}:${callee.port};rport;branch=z9hG4bK${branch}`,
          `From: ${invite.header('To', 't') ?? ''};tag=callee`,
          `To: ${invite.header('From', 'f') ?? ''}`,
          `Call-ID: ${invite.header('Call-ID', 'i') ?? ''}`,
          `CSeq: 1 ${method}`,
          'Max-Forwards: 70',
          `Contact: <sip:callee@${callee.host}:${callee.port}>`,
          ...(sdp === '' ? [] : [`Content-Type: ${body.type}`]),
          `Content-Length: ${Buffer.byteLength(sdp)}`,
          '',
          sdp,
        ].join('\r\n');
      const branch = `glare${callee.port}`;
      await callee.send(request('INVITE', branch, body.text));
      const final = await callee.waitFor('final response', (m) => (m.status ?? 0) >= 200, { from: before });
      const ack = request('ACK', branch, '').replace(/^To: .*$/m, `To: ${final.header('To', 't') ?? ''}`);
      await callee.send(ack);
      ctx.should('sip-reinvite-glare', 'response to the re-INVITE', final.status, is(491));
      const contact = `Contact: <sip:callee@${callee.host}:${callee.port}>`;
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
