import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { is } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { accept, endedByTarget, isRequest } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

/** A call to a tenant with an emergency fallback is connected there, and ended by its caller. */
const fallenBack = (ctx: TestContext, role: string, slug: string, error: string, newCalls: number): Promise<void> =>
  withMedia(ctx, (media, other) =>
    onWire(ctx, { name: 'caller' }, (wire) =>
      onWire(ctx, { name: 'fallback', port: ctx.target.tenants[role]?.fallbackPort ?? 0 }, async (fallback) => {
        const domain = ctx.target.tenants[role]?.domain ?? role;
        const number = ctx.harness.takeNumber(role);
        ctx.webhooks
          .claim({ number })
          .claim({ alarmDomain: domain })
          .on('newCall', { answer: { status: 500, json: { error: 'down' } } });
        const caller = wireCaller(ctx, wire, { to: number, domain });
        const final = caller.invite({ body: audioSdp(media) });
        final.catch(() => {});
        const invite = await fallback.waitFor('INVITE', isRequest('INVITE'));
        talk(other, invite);
        await accept(fallback, invite, other);
        const ok = await final;
        ctx.expect(slug, 'final response to the caller', ok.status, is(200));
        talk(media, ok);
        await caller.bye();
        await endedByTarget(fallback);
        await ctx.webhooks.quiet(ctx.target.timers.quietMs);
        const alarms = ctx.webhooks.all('alarm').map(({ body }) => body);
        const told = alarms.filter(({ type }) => type === 'emergencyFallback').map((alarm) => alarm.error);
        ctx.expect(slug, 'errors of alarms emergencyFallback', told, is([error]));
        ctx.expect(slug, 'newCall', ctx.webhooks.all('newCall').length, is(newCalls));
      }),
    ),
  );

for (const { role, title, slug, error, newCalls } of [
  {
    role: 'fallbackAlways',
    title: 'emergencyFallback always: the call is connected there without newCall, with the alarm triggeredByAlways',
    slug: 'alarms-fallback-always',
    error: 'triggeredByAlways',
    newCalls: 0,
  },
  {
    role: 'fallbackOnError',
    title: 'emergencyFallback onError: after a failed newCall the call is connected there, alarm triggeredByError',
    slug: 'alarms-fallback-on-error',
    error: 'triggeredByError',
    newCalls: 1,
  },
] as const) {
  scenario(
    {
      id: `alarms/${role === 'fallbackAlways' ? 'fallback-always' : 'fallback-on-error'}`,
      title,
      area: 'alarms',
      capability: 'fallback',
      tenant: role,
      requirements: [slug],
      needs: { call: true, webhook: true },
    },
    (ctx) => fallenBack(ctx, role, slug, error, newCalls),
  );
}
