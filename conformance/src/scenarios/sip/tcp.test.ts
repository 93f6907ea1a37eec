import { scenario } from '../../harness/scenario.ts';
import { drop } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'sip';
const capability = 'tcp';
const needs = { call: true, webhook: true } as const;

scenario(
  { id: 'sip/tcp-call', title: 'A whole IVR call over TCP', area, capability, requirements: ['sip-tcp'], needs },
  async (ctx) => {
    const { call, sessionId } = await answeredIvr(ctx, { call: { transport: 'tcp' } });
    const { body } = await hangupAndComplete(ctx, call);
    ctx.expect('sip-tcp', 'session that ended', body.sessionId, is(sessionId));
    const via = call.sipp.messages().find((m) => m.status === 200)?.raw ?? '';
    ctx.expect('sip-tcp', 'transport of the Via in the 200', /^Via: SIP\/2\.0\/(\w+)/m.exec(via)?.[1], is('TCP'));
  },
);

scenario(
  {
    id: 'sip/tcp-in-pieces',
    title: 'Over TCP one message may come in many pieces, cut anywhere',
    area,
    capability,
    requirements: ['sip-tcp'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { transport: 'TCP' }, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      const invite = caller.request('INVITE', { body: audioSdp(wire) });
      const bytes = Buffer.from(invite);
      const head = bytes.indexOf('\r\n\r\n');
      // In the start line, in a header's name, between CR and LF of the empty line, in the body.
      const cuts = [0, 9, 120, head + 1, head + 3, head + 30, bytes.length];
      for (const [i, cut] of cuts.slice(1).entries()) {
        await wire.send(bytes.subarray(cuts[i], cut));
        const early = await wire.watch(25, () => cut < bytes.length);
        ctx.expect('sip-tcp', 'messages before the whole INVITE', early.length, is(0));
      }
      const refused = await wire.waitFor('final response', (m) => (m.status ?? 0) >= 200);
      await caller.acknowledge(refused);
      ctx.expect('sip-tcp', 'response', refused.status, is(486));
      ctx.expect('sip-tcp', 'newCalls', ctx.webhooks.all('newCall').length, is(1));
    }),
);

scenario(
  {
    id: 'sip/tcp-several-at-once',
    title: 'Over TCP several messages may come in one segment, empty lines between',
    area,
    capability,
    requirements: ['sip-tcp'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, { transport: 'TCP' }, async ({ wire, caller }) => {
      const from = wire.received().length;
      const [first, second, bye] = [caller.request('OPTIONS'), caller.request('UPDATE'), caller.request('BYE')];
      await wire.send(`${first}\r\n\r\n${second}${bye}`);
      for (const method of ['OPTIONS', 'UPDATE', 'BYE']) {
        const response = await wire.waitFor(
          `response to ${method}`,
          (m) => m.method === method && (m.status ?? 0) >= 200,
          { from },
        );
        ctx.expect('sip-tcp', `response to ${method}`, response.status, is(200));
      }
    }),
);
