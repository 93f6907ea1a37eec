import type { DigitOptions, RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { body as bodyOf } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { collected } from '../support/collect.ts';
import { is, that } from '../support/expected.ts';

const area = 'dtmf';
const capability = 'ivr';
const needs = { call: true, webhook: true } as const;
/** Ends each collecting by a key, so that a digit too many shows as much as one too few. */
const untilHash = { terminationKey: '#', firstTimeout: 5, betweenTimeout: 5 };

async function expectDigits(
  ctx: TestContext,
  slugs: readonly string[],
  digits: string,
  press: (rtp: RtpProbe) => Promise<void>,
): Promise<void> {
  const { next, params } = await collected(ctx, untilHash, press);
  ctx.expect(slugs, 'digits collected', params.dtmfMatch, is(digits));
  ctx.expect(slugs, 'all digits that came', next.body.dtmfBuffer, is(`${digits}#`));
}

scenario(
  {
    id: 'dtmf/each-digit-once',
    title: 'Each telephone-event is one digit, and the same key pressed twice is two',
    area,
    capability,
    requirements: ['dtmf-rfc4733', 'dtmf-rfc4733-same-digit', 'dtmf-buffer-includes-keys', 'getivrcommand-dtmf-match'],
    needs,
  },
  async (ctx) => {
    const { next, params } = await collected(ctx, untilHash, (rtp) => rtp.sendDigits('1223#'));
    const twos = String(params.dtmfMatch).replace(/[^2]/g, '');
    ctx.expect('dtmf-rfc4733-same-digit', 'digits of the key that was pressed twice', twos, is('22'));
    ctx.expect('dtmf-rfc4733', 'digits collected', params.dtmfMatch, is('1223'));
    ctx.expect('getivrcommand-dtmf-match', 'dtmfMatch', params.dtmfMatch, is('1223'));
    ctx.expect('dtmf-buffer-includes-keys', 'dtmfBuffer', next.body.dtmfBuffer, is('1223#'));
  },
);

scenario(
  {
    id: 'dtmf/every-key',
    title: 'All sixteen keys are understood',
    area,
    capability,
    requirements: ['dtmf-rfc4733-all-keys', 'dtmf-max-digits'],
    needs,
  },
  async (ctx) => {
    const keys = '0123456789*#ABCD';
    const { params } = await collected(ctx, { maxDigits: keys.length, firstTimeout: 5, betweenTimeout: 3 }, (rtp) =>
      rtp.sendDigits(keys, { durationMs: 80, pauseMs: 60 }),
    );
    ctx.expect('dtmf-rfc4733-all-keys', 'digits collected', params.dtmfMatch, is(keys));
    ctx.expect('dtmf-max-digits', 'digits collected', params.dtmfMatch, is(keys));
  },
);

const lengths: readonly { readonly digit: string; readonly options: DigitOptions }[] = [
  { digit: '1', options: { durationMs: 40 } },
  { digit: '2', options: { durationMs: 100 } },
  { digit: '3', options: { durationMs: 500 } },
  { digit: '4', options: { durationMs: 1000 } },
  { digit: '5', options: { volume: 36 } },
];

scenario(
  {
    id: 'dtmf/short-and-long',
    title: 'A key held for 40 ms or for a second is one digit',
    area,
    capability,
    requirements: ['dtmf-rfc4733'],
    needs,
  },
  (ctx) =>
    expectDigits(ctx, ['dtmf-rfc4733'], '12345', async (rtp) => {
      for (const { digit, options } of lengths) await rtp.sendDigits(digit, options);
      await rtp.sendDigits('#');
    }),
);

const losses: readonly { readonly name: string; readonly title: string; readonly options: DigitOptions }[] = [
  { name: 'one-end-packet', title: 'of which two of three end packets are lost', options: { endPackets: 1 } },
  { name: 'no-end-packet', title: 'whose end packets are all lost', options: { endPackets: 0 } },
  { name: 'no-marker', title: 'whose first packet has no marker', options: { marker: false } },
  {
    name: 'no-marker-no-end',
    title: 'with neither marker nor end packets',
    options: { marker: false, endPackets: 0 },
  },
];

for (const { name, title, options } of losses) {
  scenario(
    {
      id: `dtmf/${name}`,
      title: `An event ${title} is one digit`,
      area,
      capability,
      requirements: ['dtmf-rfc4733-lost-end'],
      needs,
    },
    (ctx) =>
      expectDigits(ctx, ['dtmf-rfc4733-lost-end'], '1123', async (rtp) => {
        await rtp.sendDigits('1123', options);
        await rtp.sendDigits('#');
      }),
  );
}

scenario(
  {
    id: 'dtmf/lost-packets',
    title: 'Every third packet of all that is sent is lost, and each key is still one digit',
    area,
    capability,
    requirements: ['dtmf-rfc4733-lost-end'],
    needs,
  },
  (ctx) =>
    expectDigits(ctx, ['dtmf-rfc4733-lost-end'], '90817', async (rtp) => {
      rtp.impair({ every: 3, how: ['lost'] });
      await rtp.sendDigits('90817#');
      rtp.impair(undefined);
    }),
);

const repetitions = [
  { name: 'doubled-packets', title: 'Packets of events that come twice', every: 1, how: ['doubled'] },
  { name: 'reordered-packets', title: 'Packets of events that overtake each other', every: 2, how: ['late'] },
  {
    name: 'lost-doubled-reordered',
    title: 'Packets of events that are lost, doubled and late in turn',
    every: 3,
    how: ['late', 'doubled', 'lost'],
  },
] as const;

for (const { name, title, every, how } of repetitions) {
  scenario(
    {
      id: `dtmf/${name}`,
      title: `${title} add no digit`,
      area,
      capability,
      requirements: ['dtmf-rfc4733-duplicates'],
      needs,
    },
    (ctx) =>
      expectDigits(ctx, ['dtmf-rfc4733-duplicates'], '55067', async (rtp) => {
        rtp.impair({ every, how });
        await rtp.sendDigits('55067#');
        rtp.impair(undefined);
      }),
  );
}

for (const eventType of [96, 120]) {
  scenario(
    {
      id: `dtmf/payload-type-${eventType}`,
      title: `telephone-event that was offered as payload type ${eventType} is answered and understood as that`,
      area,
      capability,
      requirements: ['dtmf-rfc4733-payload-type', 'media-telephone-event-answered'],
      needs,
    },
    async (ctx) => {
      const { call, params } = await collected(ctx, untilHash, (rtp) => rtp.sendDigits('42#'), { call: { eventType } });
      const answer = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
      const maps = that(
        `telephone-event as ${eventType}`,
        (sdp: string) =>
          new RegExp(`^a=rtpmap:${eventType} telephone-event/8000`, 'im').test(sdp) &&
          new RegExp(`^m=audio .* ${eventType}( |\r?$)`, 'm').test(sdp),
      );
      ctx.expect('media-telephone-event-answered', 'SDP of the 200', bodyOf(answer?.raw ?? ''), maps);
      ctx.expect('dtmf-rfc4733-payload-type', 'digits collected', params.dtmfMatch, is('42'));
    },
  );
}
