import { scenario } from '../../harness/scenario.ts';
import { drop } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

scenario(
  {
    id: 'newcall/host-decides-domain',
    title: 'The host of the Request-URI decides which domain a call belongs to',
    tenant: 'foreign',
    area: 'newcall',
    requirements: ['newcall-domain-by-request-uri', 'sessioncompleted-domain'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const foreign = ctx.target.tenants.foreign?.domain ?? 'foreign';
      const number = ctx.harness.takeNumber('foreign');
      const app = ctx.alsoClaim({ number }).on('newCall', drop('busy'));
      ctx.webhooks.on('newCall', drop('busy'));
      await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      await wireCaller(ctx, wire, { to: number, domain: foreign }).invite({ body: audioSdp(wire) });
      const own = await ctx.webhooks.next('sessionCompleted');
      const other = await app.next('sessionCompleted');
      ctx.expect('newcall-domain-by-request-uri', `domain of the call to ${foreign}`, other.body.domain, is(foreign));
      ctx.expect(
        'sessioncompleted-domain',
        'domain of the call to the own domain',
        own.body.domain,
        is(ctx.target.domain),
      );
    }),
);

scenario(
  {
    id: 'newcall/number-decides-domain',
    title: 'Where the host of the Request-URI names no domain, the number range decides',
    tenant: 'byNumber',
    area: 'newcall',
    requirements: ['newcall-domain-by-number-range'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const number = ctx.harness.takeNumber('byNumber');
      const app = ctx.alsoClaim({ number }).on('newCall', drop('busy'));
      await wireCaller(ctx, wire, { to: number, domain: 'nobody.invalid' }).invite({ body: audioSdp(wire) });
      const { body } = await app.next('sessionCompleted');
      const domain = is(ctx.target.tenants.byNumber?.domain);
      ctx.expect('newcall-domain-by-number-range', 'domain of the call', body.domain, domain);
    }),
);

scenario(
  {
    id: 'newcall/no-domain',
    title: 'An INVITE for a host and a number of nobody is refused with 404, and no application hears of it',
    area: 'newcall',
    requirements: ['newcall-domain-none'],
    needs: { call: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const nobody = `nobody-${ctx.newId().slice(0, 8)}`;
      const app = ctx.alsoClaim({ number: nobody }).on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire, { to: nobody, domain: 'nobody.invalid' });
      const refused = await caller.invite({ body: audioSdp(wire) });
      ctx.expect('newcall-domain-none', 'final response', refused.status, is(404));
      await app.quiet(ctx.target.timers.quietMs);
      ctx.expect('newcall-domain-none', 'callbacks', app.all().length, is(0));
    }),
);
