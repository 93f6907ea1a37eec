import { bearerToken } from '../../drivers/rest/token.ts';
import { header } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import type { CallHandle, TestContext } from '../../harness/types.ts';
import { placeRemote, received } from '../support/cloud.ts';
import { audioSection } from '../support/description.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is, that } from '../support/expected.ts';
import { foreignRequest } from '../support/foreign.ts';
import { nameAddr } from '../support/name-addr.ts';

const area = 'placeremotecall';
const capability = 'cloud-ua';
const needs = { call: true, webhook: true, rest: true } as const;
const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];
/** Nobody sends there: the far ends of these scenarios refuse (RFC 5737). */
const device = { host: '192.0.2.55', port: 40_000, codec: 'PCMU' } as const;

const inviteAt = (leg: CallHandle): string => received(leg, 'INVITE')?.raw ?? '';

/** A body that lacks nothing; nobody listens at the destination. */
const whole = (ctx: TestContext) => ({
  destinationUri: `sip:nobody@${ctx.target.suite.host}:9`,
  codec: 'PCMU',
  receiveIp: device.host,
  receivePort: device.port,
});

for (const [codec, payloadType] of [
  ['PCMU', 0],
  ['GSM', 3],
  ['PCMA', 8],
] as const) {
  scenario(
    {
      id: `placeremotecall/${codec.toLowerCase()}`,
      title: `placeremotecall invites the destinationUri from sourceUser with ${codec} and the address of the device; a refusal ends it`,
      area,
      capability,
      requirements: [
        ...['placeremotecall-sends-invite', 'placeremotecall-from-user', 'placeremotecall-codec'],
        ...['placeremotecall-receive-address', 'placeremotecall-refused-by-callee'],
        'placeremotecall-session-reference',
      ],
      needs,
    },
    async (ctx) => {
      const callee = await ctx.callee({ answer: 603 });
      expectTaken(ctx, 'placeremotecall', await placeRemote(ctx, callee, device, { codec }));
      await callee.ended;
      const invite = inviteAt(callee);
      ctx.expect('placeremotecall-sends-invite', 'Request-URI', invite.split(' ')[1], is(callee.uri));
      ctx.expect(
        'placeremotecall-from-user',
        'user of From',
        nameAddr(header(invite, 'From', 'f')).user,
        is(ctx.number),
      );
      const audio = audioSection(invite);
      ctx.expect(
        'placeremotecall-codec',
        'formats',
        audio?.formats.filter((format) => format < 96),
        is([payloadType]),
      );
      ctx.expect('placeremotecall-receive-address', 'address', audio?.address, is(device.host));
      ctx.expect('placeremotecall-receive-address', 'port', audio?.port, is(device.port));
      const { body } = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('placeremotecall-refused-by-callee', 'reason', body.reason, is('rejected'));
      ctx.expect('placeremotecall-refused-by-callee', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(0));
      const { sessionReferenceId } = body;
      ctx.expect('placeremotecall-session-reference', 'sessionReferenceId', sessionReferenceId, is(ctx.reference));
    },
  );
}

scenario(
  {
    id: 'placeremotecall/rings-out-by-the-domain',
    title: 'A far end that rings for ever is given up with CANCEL after the longest ring time of the domain',
    area,
    capability,
    tenant: 'shortRing',
    requirements: ['placeremotecall-max-ring-time-domain'],
    needs,
  },
  async (ctx) => {
    const slug = 'placeremotecall-max-ring-time-domain';
    const callee = await ctx.callee({ answer: 'never' });
    const body = { ...whole(ctx), destinationUri: callee.uri, sessionReferenceId: ctx.reference };
    expectTaken(ctx, area, await ctx.rest.send('placeremotecall', body, await foreignRequest(ctx, 'shortRing')));
    await callee.ended;
    ctx.expect(slug, 'CANCEL came', received(callee, 'CANCEL') !== undefined, is(true));
    const completed = await ctx.webhooks.next('sessionCompleted');
    ctx.expect(slug, 'reason', completed.body.reason, is('noAnswer'));
  },
);

scenario(
  {
    id: 'placeremotecall/defaults',
    title: 'Without sourceUser From is anonymous, without callbackBaseUrl the callbacks go to the domain',
    area,
    capability,
    requirements: ['placeremotecall-source-user-default', 'placeremotecall-callback-default'],
    needs,
  },
  async (ctx) => {
    const callee = await ctx.callee({ answer: 486 });
    await placeRemote(ctx, callee, device, { sourceUser: undefined, callbackBaseUrl: undefined });
    await callee.ended;
    const { uri } = nameAddr(header(inviteAt(callee), 'From', 'f'));
    const anonymous = that('an anonymous URI', (one: string) => /^sip:anonymous@/i.test(one));
    ctx.should('placeremotecall-source-user-default', 'From', uri, anonymous);
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.should('placeremotecall-callback-default', 'domain', body.domain, is(ctx.target.domain));
  },
);

scenario(
  {
    id: 'placeremotecall/callback-base-url',
    title:
      'The callbacks of the call go to callbackBaseUrl, even where the application of the domain cannot be reached',
    area,
    capability,
    tenant: 'unreachable',
    requirements: ['placeremotecall-callback-base-url'],
    needs,
  },
  async (ctx) => {
    const { domain = '', credentials = ctx.target.credentials } = ctx.target.tenants.unreachable ?? {};
    const authorization = { value: `Bearer ${await bearerToken(credentials, domain)}` };
    const callee = await ctx.callee({ answer: 486 });
    const body = {
      ...whole(ctx),
      destinationUri: callee.uri,
      sessionReferenceId: ctx.reference,
      callbackBaseUrl: ctx.target.callbacks.baseUrl,
    };
    const taken = await ctx.rest.send('placeremotecall', body, { domain, authorization, expectInvalid: false });
    expectTaken(ctx, 'placeremotecall', taken);
    await callee.ended;
    const completed = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('placeremotecall-callback-base-url', 'domain of what came there', completed.body.domain, is(domain));
  },
);

scenario(
  {
    id: 'placeremotecall/refused',
    title:
      'A body that lacks something, an unknown codec and a destinationUri that is none get 400, a foreign origin 403',
    area,
    capability,
    requirements: [
      ...['placeremotecall-missing-property', 'placeremotecall-codec-unknown', 'placeremotecall-bad-uri'],
      ...['placeremotecall-callback-origin-refused', ...refusal],
    ],
    needs: { rest: true },
  },
  async (ctx) => {
    const body = whole(ctx);
    const place = (changed: object) => ctx.rest.send('placeremotecall', changed, { expectInvalid: true });
    for (const name of ['destinationUri', 'codec', 'receiveIp', 'receivePort'] as const) {
      const { [name]: _left, ...rest } = body;
      expectRefused(ctx, 'placeremotecall-missing-property', `a body without ${name}`, await place(rest), 400);
    }
    const g729 = await place({ ...body, codec: 'G729' });
    expectRefused(ctx, 'placeremotecall-codec-unknown', 'codec G729', g729, 400);
    for (const destinationUri of ['callee', 'http://example.com/', 'sip:', 'tel:+461']) {
      const response = await place({ ...body, destinationUri });
      expectRefused(ctx, 'placeremotecall-bad-uri', `destinationUri ${destinationUri}`, response, 400);
    }
    for (const callbackBaseUrl of ['http://192.0.2.77:8080/callbacks', 'https://attacker.example/']) {
      const response = await place({ ...body, callbackBaseUrl });
      expectRefused(ctx, 'placeremotecall-callback-origin-refused', callbackBaseUrl, response, 403);
    }
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    ctx.expect('placeremotecall-callback-origin-refused', 'callbacks', ctx.webhooks.all().length, is(0));
  },
);
