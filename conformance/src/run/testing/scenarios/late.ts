// Callbacks that belong to no scenario, with everything in them that no report may hold, and a failure that may be accepted.
import { scenario } from '../../../harness/scenario.ts';
import { SECRETS } from '../secrets.ts';

const { number, secret, replyId, token } = SECRETS;
const bodies = [
  JSON.stringify({ sessionId: `late ${secret}`, number: `+${number}`, replyId, authorization: `Bearer ${token}` }),
  // Only the beginning of a long one is told: a secret that is cut in two must not be half told.
  JSON.stringify({ sessionId: 's', text: 'x'.repeat(240), replyId }),
  `{"replyId":"${replyId}","url":"http://somebody:x@there/"}`,
];

scenario({ id: 'ivr/late', title: 'x', area: 'ivr', requirements: ['a'], needs: {}, timeoutMs: 5000 }, async (ctx) => {
  const { harness, target } = ctx;
  for (const body of harness.settings.replay === undefined ? bodies : [])
    await fetch(`${target.callbacks.baseUrl}/sessionCompleted`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
  ctx.expect('a', 'a', 1, { equals: 1 });
});

scenario({ id: 'ivr/known', title: 'x', area: 'ivr', requirements: ['b'], needs: {} }, async (ctx) => {
  ctx.expect('b', 'b', 1, { equals: 2 });
});
