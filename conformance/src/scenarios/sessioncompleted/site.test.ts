import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { is } from '../support/expected.ts';

scenario(
  {
    id: 'sessioncompleted/site',
    title: 'In a hybrid environment callNotify, callAnswered and sessionCompleted name the site',
    area: 'sessioncompleted',
    capability: 'hybrid',
    requirements: ['callnotify-site-id', 'callanswered-site-id', 'sessioncompleted-site-id'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const completed = await endBridge(ctx, bridge);
    const site = is(ctx.target.siteId);
    const rings = ctx.webhooks.all('callNotify').map(({ body }) => body.siteId);
    ctx.expect('callnotify-site-id', 'siteId of each callNotify', rings, is([ctx.target.siteId]));
    ctx.expect('callanswered-site-id', 'siteId', bridge.answered.body.siteId, site);
    ctx.expect('sessioncompleted-site-id', 'siteId', completed.body.siteId, site);
  },
);
