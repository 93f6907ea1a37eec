import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { is } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { afterTimeLimit, ways } from '../support/wrong-answers.ts';

interface Fault {
  readonly name: string;
  readonly title: string;
  readonly slug: string;
  readonly answer: (ctx: TestContext) => RawAnswer;
}

const identifierFaults: readonly Fault[] = [
  {
    name: 'session-id-number',
    title: 'a number as sessionId',
    slug: 'wrong-answers-identifier-failed',
    answer: () => ({ json: { sessionId: 5, sessionReferenceId: 'stolen' }, expectInvalid: true }),
  },
  {
    name: 'other-session',
    title: 'the sessionId of another session',
    slug: 'wrong-answers-identifier-other-session',
    answer: () => ({
      json: { sessionId: '00000000-0000-4000-8000-000000000000', sessionReferenceId: 'stolen' },
      expectInvalid: false,
    }),
  },
];

/** The two questions whose failure has no alarm of its own (D-BADANSWER). */
for (const { callback, short, tenant, capability, more } of [
  {
    callback: 'getCallIdentifier',
    short: 'identifier',
    tenant: 'identifier',
    capability: 'in-routing',
    more: identifierFaults,
  },
  { callback: 'newRemoteCall', short: 'remote', tenant: 'cloudUa', capability: 'cloud-ua', more: [] },
] as const) {
  const general = ways({ sessionReferenceId: 'given' }).map((way) => ({
    ...way,
    slug: `wrong-answers-${short}-failed`,
  }));
  for (const { name, title, slug, answer } of [...general, ...more]) {
    scenario(
      {
        id: `wrong-answers/${short}-${name}`,
        title: `${callback} answered with ${title}: the caller gets 480, sessionCompleted follows, no alarm`,
        area: 'wrong-answers',
        capability,
        tenant,
        requirements: [slug],
        needs: { call: true, webhook: true },
      },
      (ctx) =>
        onWire(ctx, {}, async (wire) => {
          const number = ctx.harness.takeNumber(tenant);
          const domain = ctx.target.tenants[tenant]?.domain ?? ctx.target.domain;
          const app = ctx.alsoClaim({ number }).on(callback, { answer: answer(ctx) });
          const final = await wireCaller(ctx, wire, { to: number, domain }).invite({ body: audioSdp(wire) });
          ctx.expect(slug, 'final response', final.status, is(480));
          const asked = await app.next(callback);
          await asked.answered;
          await ctx.webhooks.quiet(ctx.target.timers.quietMs);
          const completed = await app.next('sessionCompleted', { within: afterTimeLimit(ctx) });
          const reference = completed.body.sessionReferenceId;
          ctx.expect(
            slug,
            'a reference of another session is taken',
            reference === 'stolen' && name === 'other-session',
            is(false),
          );
          ctx.expect(slug, 'callbacks', app.sequence(), is([callback, 'sessionCompleted']));
        }),
    );
  }
}
