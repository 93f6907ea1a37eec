import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { expectRefused } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';

const area = 'placeivrcall';
const capability = 'outbound';
const needs = { rest: true } as const;
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

interface Wrong {
  /** What demands that it is refused; several rows may. */
  readonly slug: string | readonly string[];
  readonly what: string;
  readonly body: Json;
  readonly status?: number;
  /** The specification itself has no objection. */
  readonly valid?: boolean;
}

/** Every one of them is refused, and in the end no INVITE has come. */
async function expectNothingSent(ctx: TestContext, wrong: readonly Wrong[]): Promise<void> {
  await onWire(ctx, { name: 'callee' }, async (wire) => {
    for (const { slug, what, body, status = 400, valid = false } of wrong) {
      const whole = { destAddr: uriOf(wire), sessionReferenceId: ctx.reference, ...body };
      const response = await ctx.rest.send('placeivrcall', whole, { expectInvalid: !valid });
      expectRefused(ctx, slug, what, response, status);
    }
    const came = await wire.watch(600, isRequest('INVITE'), { from: 0 });
    const slugs = [...new Set(wrong.flatMap(({ slug }) => slug))];
    ctx.expect(slugs, 'INVITEs that came nevertheless', came.length, is(0));
  });
}

const breaks = [
  ['CR and LF', 'a\r\nX-Injected: yes'],
  ['LF', 'a\nX-Injected: yes'],
  ['CR', 'a\rX-Injected: yes'],
  ['NUL', 'a\u0000b'],
] as const;

scenario(
  {
    id: 'placeivrcall/header-injection',
    title: 'CR, LF or NUL in the value or the name of an X- or P- header gets 400, and nothing is sent',
    area,
    capability,
    requirements: ['placeivrcall-header-injection', 'headers-injection', ...refusal],
    needs,
  },
  (ctx) =>
    expectNothingSent(
      ctx,
      breaks.flatMap(([what, text]) =>
        [
          { what: `xHeaders with ${what}`, body: { xHeaders: { 'x-a': text } } },
          { what: `pHeaders with ${what} in an array`, body: { pHeaders: { 'p-a': ['ok', text] } } },
          { what: `a name with ${what}`, body: { xHeaders: { [`x-${text}`]: 'b' } } },
        ].map((one) => ({ slug: ['placeivrcall-header-injection', 'headers-injection'], ...one })),
      ),
    ),
);

scenario(
  {
    id: 'placeivrcall/header-prefix',
    title: 'A header name outside X- or P- gets 400, and nothing is sent',
    area,
    capability,
    requirements: ['placeivrcall-header-prefix', 'headers-prefix', ...refusal],
    needs,
  },
  (ctx) =>
    expectNothingSent(
      ctx,
      [
        { what: 'Subject in xHeaders', body: { xHeaders: { subject: 'x' } } },
        { what: 'Via in pHeaders', body: { pHeaders: { Via: 'SIP/2.0/UDP 1.2.3.4' } } },
        { what: 'a P- header in xHeaders', body: { xHeaders: { 'p-asserted-identity': '<sip:a@b>' } } },
        { what: 'an X- header in pHeaders', body: { pHeaders: { 'x-a': 'b' } } },
        { what: 'a name with a colon', body: { xHeaders: { 'x-a: b': 'c' } } },
        { what: 'a name with a blank', body: { xHeaders: { 'x-a b': 'c' } } },
        { what: 'X- and nothing behind it', body: { xHeaders: { 'x-': 'c' } } },
      ].map((one) => ({ slug: ['placeivrcall-header-prefix', 'headers-prefix'], ...one })),
    ),
);

scenario(
  {
    id: 'placeivrcall/text-injection',
    title: 'A control character in a property that becomes part of a header gets 400, and nothing is sent',
    area,
    capability,
    requirements: ['placeivrcall-text-injection', ...refusal],
    needs,
  },
  (ctx) =>
    expectNothingSent(
      ctx,
      ['displayName', 'sipFrom', 'sipDiversion'].flatMap((property) =>
        breaks.map(([what, text]) => ({
          slug: 'placeivrcall-text-injection',
          what: `${property} with ${what}`,
          body: { [property]: text },
        })),
      ),
    ),
);

scenario(
  {
    id: 'placeivrcall/destination',
    title: 'A destAddr that is missing or no SIP URI gets 400, and a mediaserviceId of nobody 404',
    area,
    capability,
    requirements: [
      'placeivrcall-dest-missing',
      'placeivrcall-dest-no-uri',
      'placeivrcall-mediaservice-id-unknown',
      ...refusal,
    ],
    needs,
  },
  async (ctx) => {
    const missing = await ctx.rest.send('placeivrcall', { sipFrom: '1' }, { expectInvalid: true });
    expectRefused(ctx, 'placeivrcall-dest-missing', 'a body without destAddr', missing, 400);
    const none = ['', 'callee', 'http://127.0.0.1/', 'sip:', 'sip:a@', 'sip:@:', 'sip:a b@127.0.0.1', 'mailto:a@b'];
    await expectNothingSent(ctx, [
      ...none.map((destAddr) => ({
        slug: 'placeivrcall-dest-no-uri',
        what: `destAddr ${JSON.stringify(destAddr)}`,
        body: { destAddr },
      })),
      {
        slug: 'placeivrcall-mediaservice-id-unknown',
        what: 'a mediaserviceId that is not configured',
        body: { mediaserviceId: 'nobody-has-this-one' },
        status: 404,
        valid: true,
      },
    ]);
  },
);
