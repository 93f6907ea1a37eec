import { scenario } from '../../harness/scenario.ts';
import { is, oneOf, that } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'sip';

scenario(
  {
    id: 'sip/options',
    title: 'OPTIONS outside a dialog gets 200, and a retransmission the same 200 again',
    area,
    requirements: ['sip-options', 'sip-retransmitted-request'],
    needs: {},
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const caller = wireCaller(ctx, wire);
      const options = await caller.send('OPTIONS', { headers: ['Accept: application/sdp'] });
      const first = await wire.waitFor('response to OPTIONS', (m) => (m.status ?? 0) >= 200);
      ctx.should('sip-options', 'response', first.status, is(200));
      const from = wire.received().length;
      await wire.send(options);
      const second = await wire.waitFor('response to the copy', (m) => (m.status ?? 0) >= 200, { from });
      ctx.expect('sip-retransmitted-request', 'response to the copy', second.raw, is(first.raw));
    }),
);

scenario(
  {
    id: 'sip/unknown-method',
    title: 'A method that nobody knows gets 405 with Allow, or 501',
    area,
    requirements: ['sip-unknown-method'],
    needs: {},
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      for (const method of ['FROBNICATE', 'NEWMETHOD']) {
        const response = await wireCaller(ctx, wire).ask(method);
        ctx.expect('sip-unknown-method', `response to ${method}`, response.status, oneOf(405, 501));
        const lists = that(
          'a list with INVITE where the status is 405',
          (value: string | undefined) => response.status === 501 || /\bINVITE\b/.test(value ?? ''),
        );
        ctx.expect('sip-unknown-method', `Allow of the response to ${method}`, response.header('Allow'), lists);
      }
    }),
);

scenario(
  {
    id: 'sip/unknown-extension',
    title: 'An INVITE that requires an unknown extension gets 420 with Unsupported, and the application is not asked',
    area,
    requirements: ['sip-unsupported-extension'],
    needs: { call: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const caller = wireCaller(ctx, wire);
      const refused = await caller.invite({ headers: ['Require: frobnication'], body: audioSdp(wire) });
      ctx.expect('sip-unsupported-extension', 'response', refused.status, is(420));
      ctx.expect('sip-unsupported-extension', 'Unsupported', refused.header('Unsupported'), is('frobnication'));
      await ctx.webhooks.quiet(ctx.target.timers.quietMs);
      ctx.expect('sip-unsupported-extension', 'newCalls', ctx.webhooks.all('newCall').length, is(0));
    }),
);

scenario(
  {
    id: 'sip/info-of-unknown-content',
    title: 'INFO with a content of no meaning to the service gets 415 or 469, and the call goes on',
    area,
    capability: 'ivr',
    requirements: ['sip-info-unknown', 'sip-bye-200'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ wire, caller }) => {
      const response = await caller.ask('INFO', { body: { type: 'application/x-nonsense', text: 'nonsense' } });
      ctx.should('sip-info-unknown', 'response', response.status, oneOf(415, 469));
      const requests = await wire.watch(300, (m) => m.status === undefined, { from: 0 });
      ctx.should('sip-info-unknown', 'requests of the target afterwards', requests.length, is(0));
      ctx.expect('sip-bye-200', 'response to BYE', (await caller.bye()).status, is(200));
    }),
);

scenario(
  {
    id: 'sip/unknown-content',
    title: 'INVITEs with a body of a strange type or encoding get 415 that says what would be understood',
    area,
    requirements: ['sip-content-unknown'],
    needs: { call: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const slug = 'sip-content-unknown';
      const listsSdp = that('a list with application/sdp', (value: string) => /\bapplication\/sdp\b/i.test(value));
      const noGzip = that(
        'a list without gzip, which may be empty',
        (value: string | undefined) => value !== undefined && !/\bgzip\b/i.test(value),
      );
      const strange = wireCaller(ctx, wire);
      const refused = await strange.invite({ body: { type: 'text/plain', text: 'Hello\r\n' } });
      ctx.expect(slug, 'response to an INVITE with text/plain', refused.status, is(415));
      ctx.expect(slug, 'Accept of the 415', refused.headers('Accept').join(', '), listsSdp);
      const packed = await wireCaller(ctx, wire).invite({ headers: ['Content-Encoding: gzip'], body: audioSdp(wire) });
      ctx.expect(slug, 'response to an INVITE with Content-Encoding gzip', packed.status, is(415));
      ctx.expect(slug, 'Accept-Encoding of the 415', packed.header('Accept-Encoding'), noGzip);
    }),
);
