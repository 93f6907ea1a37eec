import { tortureCases } from '@mediaservice/fixtures/sip/torture';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { is, that } from '../support/expected.ts';
import { refusedCall } from '../support/flows.ts';
import { onWire, type Wire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const area = 'sip';
const slug = 'sip-malformed';

/** What becomes of a good INVITE. `without`: a header is taken away; `instead`: a line is written otherwise. */
const broken: readonly { readonly name: string; readonly change: (message: string) => string }[] = [
  { name: 'no Call-ID', change: (text) => text.replace(/^Call-ID:.*\r\n/m, '') },
  { name: 'no CSeq', change: (text) => text.replace(/^CSeq:.*\r\n/m, '') },
  { name: 'no From', change: (text) => text.replace(/^From:.*\r\n/m, '') },
  { name: 'no To', change: (text) => text.replace(/^To:.*\r\n/m, '') },
  { name: 'CSeq of another method', change: (text) => text.replace(/^CSeq:.*$/m, 'CSeq: 1 BYE') },
  { name: 'CSeq that is no number', change: (text) => text.replace(/^CSeq:.*$/m, 'CSeq: one INVITE') },
  { name: 'CSeq above 2^31', change: (text) => text.replace(/^CSeq:.*$/m, 'CSeq: 36893488147419103232 INVITE') },
  {
    name: 'Content-Length beyond the datagram',
    change: (text) => text.replace(/^Content-Length:.*$/m, 'Content-Length: 9999'),
  },
  { name: 'negative Content-Length', change: (text) => text.replace(/^Content-Length:.*$/m, 'Content-Length: -5') },
  { name: 'another protocol version', change: (text) => text.replace('SIP/2.0\r\n', 'SIP/7.0\r\n') },
  { name: 'a Request-URI in angle brackets', change: (text) => text.replace(/^INVITE (\S+)/, 'INVITE <$1>') },
  { name: 'a To that is no address', change: (text) => text.replace(/^To:.*$/m, 'To: "unclosed <sip:x@y>') },
];

async function works(ctx: TestContext): Promise<void> {
  const before = ctx.webhooks.all('newCall').length;
  await refusedCall(ctx);
  ctx.expect(slug, 'newCalls for the good call afterwards', ctx.webhooks.all('newCall').length - before, is(1));
}

const isRefusalOrNothing = that(
  'a refusal (4xx, 5xx, 6xx), or no answer',
  (status: number | undefined) => status === undefined || (status >= 400 && status < 700),
);

async function outcome(wire: Wire, bytes: string | Uint8Array): Promise<number | undefined> {
  const from = wire.received().length;
  await wire.send(bytes);
  const [final] = (await wire.watch(120, (m) => (m.status ?? 0) >= 200)).concat(
    wire
      .received()
      .slice(from)
      .filter((m) => (m.status ?? 0) >= 200),
  );
  return final?.status;
}

scenario(
  {
    id: 'sip/broken-invites',
    title: 'Broken INVITEs are refused or dropped, the application hears of none, and the next call works',
    area,
    requirements: [slug],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    await onWire(ctx, {}, async (wire) => {
      for (const { name, change } of broken) {
        const caller = wireCaller(ctx, wire);
        const status = await outcome(wire, change(caller.request('INVITE', { body: audioSdp(wire) })));
        ctx.expect(slug, `INVITE with ${name}`, status, isRefusalOrNothing);
      }
      ctx.expect(slug, 'newCalls', ctx.webhooks.all('newCall').length, is(0));
    });
    await works(ctx);
  },
);

scenario(
  {
    id: 'sip/torture',
    title: 'Messages in the spirit of RFC 4475 that are wrong are refused or dropped, and the next call works',
    area,
    requirements: [slug],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    await onWire(ctx, {}, async (wire) => {
      const wrong = tortureCases.filter(({ expect }) => expect.outcome !== 'accept');
      for (const { name, bytes } of wrong) ctx.expect(slug, name, await outcome(wire, bytes), isRefusalOrNothing);
    });
    await works(ctx);
  },
);

scenario(
  {
    id: 'sip/noise',
    title: 'Datagrams that are no SIP at all harm nobody',
    area,
    requirements: [slug],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    await onWire(ctx, {}, async (wire) => {
      const noise = [
        new Uint8Array(0),
        Buffer.from('\r\n\r\n'),
        Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
        Uint8Array.from({ length: 1200 }, (_, i) => (i * 167 + 13) % 256),
        Buffer.from('SIP/2.0 200 OK\r\n\r\n'),
        Buffer.from(`INVITE ${'x'.repeat(5000)}`),
      ];
      for (const bytes of noise) {
        ctx.expect(slug, `${bytes.length} bytes of noise`, await outcome(wire, bytes), isRefusalOrNothing);
      }
    });
    await works(ctx);
  },
);
