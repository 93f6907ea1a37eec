import { scenario } from '../../harness/scenario.ts';
import { ivr, waiting } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

scenario(
  {
    id: 'sip/ten-calls',
    title: 'Ten calls at the same time are all answered, asked for and completed',
    area: 'sip',
    capability: 'ivr',
    requirements: ['sip-simultaneous-calls', 'newcall-session-id-unique'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, { name: 'callers' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('newCall', ivr()).on('getIvrCommand', waiting());
        const callers = Array.from({ length: 10 }, () => wireCaller(ctx, wire));
        const answers = await Promise.all(callers.map((caller) => caller.invite({ body: audioSdp(media) })));
        const slug = 'sip-simultaneous-calls';
        ctx.expect(
          slug,
          'final responses',
          answers.map((m) => m.status),
          is(callers.map(() => 200)),
        );
        for (const _ of callers) await ctx.webhooks.next('getIvrCommand');
        ctx.expect(
          slug,
          'sessions that are completed while all calls are up',
          ctx.webhooks.all('sessionCompleted').length,
          is(0),
        );
        const byes = await Promise.all(callers.map((caller) => caller.bye()));
        ctx.expect(
          slug,
          'responses to BYE',
          byes.map((m) => m.status),
          is(callers.map(() => 200)),
        );
        for (const _ of callers) await ctx.webhooks.next('sessionCompleted');
        ctx.expect('newcall-session-id-unique', 'sessions', ctx.webhooks.sessions().length, is(10));
      }),
    ),
);
