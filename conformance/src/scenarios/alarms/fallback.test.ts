import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { is } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { accept, calleeUser, isRequest, provisional } from '../support/outbound.ts';
import { onWire, type Wire } from '../support/wire.ts';
import { audioSdp, responseTo, wireCaller } from '../support/wire-caller.ts';

const down: RawAnswer = { status: 500, json: { error: 'down' } };
/** Wrong answers of every kind; one after the other, because the fallback has one address. */
const wrong: readonly (readonly [fault: string, answer: RawAnswer])[] = [
  ['status 500', down],
  ['nothing', { status: 200, raw: '' }],
  ['no action', { json: {} }],
  ['an unknown action', { json: { action: 'levitate' } }],
  ['an array', { json: [{ action: 'drop' }] }],
  ['a call without an address', { json: { action: 'call' } }],
  ['an address that is none', { json: { action: 'call', destAddr: 'nowhere' } }],
  ['CR and LF in a name', { json: { action: 'call', destAddr: 'sip:a@127.0.0.1', displayName: 'a\r\nEvil: b' } }],
  ['a reset', { reset: true }],
  ['half a body', { json: { action: 'drop' }, ending: 'cut' }],
  ['10 MB', { raw: ' '.repeat(10_000_000), contentType: 'application/json' }],
];

interface Course {
  readonly slugs: readonly string[];
  readonly error: string;
  readonly newCalls: number;
  readonly answer: RawAnswer;
  /** What was wrong, for the report. */
  readonly fault: string;
}

/** A call to a tenant with an emergency fallback is connected there, and ended by its caller. */
const fallenBack = (ctx: TestContext, role: string, fallback: Wire, course: Course): Promise<void> =>
  withMedia(ctx, (media, other) =>
    onWire(ctx, { name: 'caller' }, async (wire) => {
      const { slugs, error, newCalls, answer, fault } = course;
      const domain = ctx.target.tenants[role]?.domain ?? role;
      const number = ctx.harness.takeNumber(role);
      ctx.webhooks.claim({ number }).on('newCall', { answer: { ...answer, expectInvalid: true } });
      const before = ctx.webhooks.all().length;
      const caller = wireCaller(ctx, wire, { to: number, domain });
      const from = fallback.received().length;
      const final = caller.invite({ body: audioSdp(media) });
      final.catch(() => {});
      const invite = await fallback.waitFor('INVITE', isRequest('INVITE'), { from });
      talk(other, invite);
      await accept(fallback, invite, other);
      const ok = await final;
      ctx.expect(slugs, `final response to the caller after ${fault}`, ok.status, is(200));
      talk(media, ok);
      await caller.bye();
      const bye = await fallback.waitFor('BYE', isRequest('BYE'), { from });
      await fallback.send(responseTo(bye, 200));
      await ctx.webhooks.quiet(ctx.target.timers.quietMs);
      const came = ctx.webhooks.all().slice(before);
      const alarms = came.filter(({ name }) => name === 'alarm').map(({ body }) => body);
      const told = alarms.filter(({ type }) => type === 'emergencyFallback').map((alarm) => alarm.error);
      ctx.expect(slugs, `errors of alarms emergencyFallback after ${fault}`, told, is([error]));
      const asked = came.filter(({ name }) => name === 'newCall').length;
      ctx.expect(slugs, `newCalls, answered with ${fault}`, asked, is(newCalls));
    }),
  );

/** A fallback that refuses: the caller gets 480, and the application, which is what failed, is not asked again (D-FALLBACKGONE). */
const fallbackGone = (ctx: TestContext, role: string, fallback: Wire): Promise<void> =>
  onWire(ctx, { name: 'caller' }, async (wire) => {
    const slug = 'alarms-fallback-gone';
    const domain = ctx.target.tenants[role]?.domain ?? role;
    const number = ctx.harness.takeNumber(role);
    ctx.webhooks.claim({ number }).on('newCall', { answer: { ...down, expectInvalid: true } });
    const from = fallback.received().length;
    // The session may be told first by callNotify, for alarms keep no order.
    const user = `fallback-${ctx.newId().slice(0, 8)}`;
    ctx.webhooks.claim({ user });
    const final = wireCaller(ctx, wire, { to: number, domain, user }).invite({ body: audioSdp(wire) });
    final.catch(() => {});
    const invite = await fallback.waitFor('INVITE', isRequest('INVITE'), { from });
    await provisional(fallback, invite, 180);
    const { sessionId } = (await ctx.webhooks.next('callNotify')).body;
    await fallback.send(responseTo(invite, 503, { toTag: calleeUser }));
    await fallback.waitFor('ACK', isRequest('ACK'), { from });
    ctx.expect(slug, 'final response to the caller when the fallback refuses', (await final).status, is(480));
    let completed = await ctx.webhooks.next('sessionCompleted');
    while (completed.body.sessionId !== sessionId) completed = await ctx.webhooks.next('sessionCompleted');
    ctx.expect(slug, 'reason', completed.body.reason, is('error'));
    const events = ctx.webhooks.all('callEvent').filter(({ body }) => body.sessionId === sessionId);
    ctx.expect(slug, 'callEvents', events.length, is(0));
  });

for (const { role, title, slug, error, newCalls, more, answers } of [
  {
    role: 'fallbackAlways',
    title: 'emergencyFallback always: the call is connected there without newCall, with the alarm triggeredByAlways',
    slug: 'alarms-fallback-always',
    error: 'triggeredByAlways',
    newCalls: 0,
    more: [],
    answers: wrong.slice(0, 1),
  },
  {
    role: 'fallbackOnError',
    title:
      'emergencyFallback onError: whatever was wrong with newCall, the call is connected there, alarm triggeredByError',
    slug: 'alarms-fallback-on-error',
    error: 'triggeredByError',
    newCalls: 1,
    more: ['wrong-answers-fallback'],
    answers: wrong,
  },
] as const) {
  scenario(
    {
      id: `alarms/${role === 'fallbackAlways' ? 'fallback-always' : 'fallback-on-error'}`,
      title,
      area: 'alarms',
      capability: 'fallback',
      tenant: role,
      requirements: [slug, 'alarms-fallback-gone', ...more],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWire(ctx, { name: 'fallback', port: ctx.target.tenants[role]?.fallbackPort ?? 0 }, async (fallback) => {
        ctx.webhooks.claim({ alarmDomain: ctx.target.tenants[role]?.domain ?? role });
        for (const [fault, answer] of answers) {
          await fallenBack(ctx, role, fallback, { slugs: [slug, ...more], error, newCalls, answer, fault });
        }
        await fallbackGone(ctx, role, fallback);
      }),
  );
}
