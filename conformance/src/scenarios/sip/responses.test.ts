import { scenario } from '../../harness/scenario.ts';
import { drop, hangUp } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { onWire, type WireMessage } from '../support/wire.ts';
import { audioSdp, responseTo, splitValues, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'sip';
const needs = { call: true, webhook: true } as const;
const tagOf = (message: WireMessage): string | undefined => /;tag=([^;\s]+)/.exec(message.header('To', 't') ?? '')?.[1];
const vias = (message: WireMessage): string[] => message.headers('Via', 'v').flatMap(splitValues);

scenario(
  {
    id: 'sip/trying',
    title: 'While the application thinks, the caller gets 100 within 200 ms',
    area,
    requirements: ['sip-trying'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', { answer: { json: drop('busy'), delayMs: 700, expectInvalid: false } });
      const caller = wireCaller(ctx, wire);
      const from = ctx.harness.clock.now();
      const final = caller.invite({ body: audioSdp(wire) });
      const trying = await wire.waitFor('100', (m) => m.status === 100);
      // 200 ms, and what a busy machine takes to notice.
      ctx.expect('sip-trying', 'ms to the 100', trying.at - from, between(0, 450));
      ctx.expect('sip-trying', 'method of its CSeq', trying.method, is('INVITE'));
      await final;
    }),
);

scenario(
  {
    id: 'sip/response-headers',
    title: 'Responses repeat Via, From, To, Call-ID and CSeq, all Via values in order, and carry one To tag',
    area,
    requirements: ['sip-headers-copied', 'sip-to-tag'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      const [second, third] = [
        'SIP/2.0/TCP edge.example:5070;branch=z9hG4bKsecond;received=192.0.2.1',
        'SIP/2.0/UDP phone.example;branch=z9hG4bKthird;rport=1234',
      ];
      const from = '"A, \\"B\\"" <sip:caller@phone.example;x=1>';
      const top = `SIP/2.0/UDP ${wire.host}:${wire.port};rport;branch=\${branch}`;
      await caller.invite({ vias: [top, second, third], from, body: audioSdp(wire) });
      for (const response of wire.received()) {
        const what = `of the ${response.status}`;
        ctx.expect('sip-headers-copied', `Via ${what} after the first`, vias(response).slice(1), is([second, third]));
        ctx.expect(
          'sip-headers-copied',
          `From ${what}`,
          response.header('From', 'f'),
          is(`${from};tag=${caller.fromTag}`),
        );
        ctx.expect('sip-headers-copied', `Call-ID ${what}`, response.header('Call-ID', 'i'), is(caller.callId));
        ctx.expect('sip-headers-copied', `CSeq ${what}`, response.header('CSeq'), is('1 INVITE'));
        const to = (response.header('To', 't') ?? '').replace(/;tag=[^;\s]+/, '');
        ctx.expect(
          'sip-headers-copied',
          `To ${what} without its tag`,
          to,
          is(`<sip:${ctx.number}@${ctx.target.domain}>`),
        );
      }
      const tagged = wire.received().filter((m) => (m.status ?? 0) > 100);
      ctx.expect(
        'sip-to-tag',
        'responses with a To tag',
        tagged.filter((m) => tagOf(m) !== undefined).length,
        is(tagged.length),
      );
      ctx.expect('sip-to-tag', 'different To tags', new Set(tagged.map(tagOf)).size, is(1));
    }),
);

scenario(
  {
    id: 'sip/rport',
    title: 'With rport the response goes to the source port and tells it, and received tells the source address',
    area,
    requirements: ['sip-rport', 'sip-received'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      const final = await caller.invite({
        vias: [`SIP/2.0/UDP behind-nat.invalid:9;rport;branch=\${branch}`],
        body: audioSdp(wire),
      });
      const via = vias(final)[0] ?? '';
      ctx.expect('sip-rport', 'rport of the Via in the response', /;rport=(\d+)/.exec(via)?.[1], is(String(wire.port)));
      ctx.expect(
        'sip-received',
        'received of the Via in the response',
        /;received=([^;\s]+)/.exec(via)?.[1],
        is(wire.host),
      );
    }),
);

scenario(
  {
    id: 'sip/received-without-rport',
    title:
      'Without rport a Via whose host is not the source address still gets received, and the response goes to the port of Via',
    area,
    requirements: ['sip-received'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      const final = await caller.invite({
        vias: [`SIP/2.0/UDP elsewhere.invalid:${wire.port};branch=\${branch}`],
        body: audioSdp(wire),
      });
      ctx.expect('sip-received', 'received', /;received=([^;\s]+)/.exec(vias(final)[0] ?? '')?.[1], is(wire.host));
    }),
);

scenario(
  {
    id: 'sip/record-route',
    title: 'The 200 repeats Record-Route in order, and the BYE of the target follows that route',
    area,
    capability: 'ivr',
    requirements: ['sip-record-route', 'sip-contact-in-200'],
    needs,
  },
  async (ctx) => {
    const unreachable = '<sip:second-proxy.invalid;lr>';
    let first = '';
    await onWire(ctx, { name: 'proxy' }, async (proxy) => {
      first = `<sip:${proxy.host}:${proxy.port};lr>`;
      const headers = [`Record-Route: ${first}`, `Record-Route: ${unreachable}`];
      const contact = '<sip:caller@192.0.2.99:5060>';
      ctx.webhooks.on('callAnswered', { answer: { status: 200, delayMs: 200, expectInvalid: false } });
      await onWireIvr(ctx, { invite: { headers, contact }, commands: hangUp() }, async ({ ok }) => {
        const recorded = ok.headers('Record-Route').flatMap(splitValues);
        ctx.expect('sip-record-route', 'Record-Route of the 200', recorded, is([first, unreachable]));
        const contactOf = that('a SIP URI with a host', (value: string | undefined) =>
          /sips?:([^@>]*@)?[\w.[\]:-]+/.test(value ?? ''),
        );
        ctx.expect('sip-contact-in-200', 'Contact', ok.header('Contact', 'm'), contactOf);
        const bye = await proxy.waitFor('BYE at the first proxy', (m) => m.method === 'BYE' && m.status === undefined);
        await proxy.send(responseTo(bye, 200));
        const routes = bye.headers('Route').flatMap(splitValues);
        ctx.expect('sip-record-route', 'Route of the BYE', routes, is([first, unreachable]));
        const uri = /^BYE (\S+)/.exec(bye.raw)?.[1];
        ctx.expect(
          'sip-record-route',
          'Request-URI of the BYE: the Contact of the caller',
          uri,
          is('sip:caller@192.0.2.99:5060'),
        );
        await ctx.webhooks.next('sessionCompleted');
      });
    });
  },
);
