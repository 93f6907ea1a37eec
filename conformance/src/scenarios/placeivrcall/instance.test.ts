import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { placedIvr } from '../support/flows.ts';

scenario(
  {
    id: 'placeivrcall/other-instance',
    title: 'Every callback of a call that names another service instance goes to the base URL of that instance',
    area: 'placeivrcall',
    capability: 'multi-service',
    requirements: ['placeivrcall-mediaservice-id'],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const { id, baseUrl } = ctx.target.mediaservice ?? { id: '', baseUrl: '' };
    const { callee } = await placedIvr(ctx, { place: { mediaserviceId: id }, commands: hangUp() });
    await callee.ended;
    await ctx.webhooks.next('sessionCompleted');
    const base = new URL(baseUrl).pathname.replace(/\/$/, '');
    const names = ['callNotify', 'callAnswered', 'getIvrCommand', 'sessionCompleted'];
    const urls = ctx.webhooks.all().map(({ url }) => url);
    ctx.expect(
      'placeivrcall-mediaservice-id',
      'paths of the callbacks',
      urls,
      is(names.map((name) => `${base}/${name}`)),
    );
  },
);
