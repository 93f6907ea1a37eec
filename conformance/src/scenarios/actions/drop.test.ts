import { scenario } from '../../harness/scenario.ts';
import { drop } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

/** What dropCode means, one scenario each. */
const words = [
  ['busy', 486, 'actions-drop-busy'],
  ['decline', 603, 'actions-drop-decline'],
  ['notFound', 404, 'actions-drop-not-found'],
  ['unavailable', 480, 'actions-drop-unavailable'],
  ['forbidden', 403, 'actions-drop-forbidden'],
  ['congestion', 503, 'actions-drop-congestion'],
] as const;

scenario(
  {
    id: 'actions/drop-codes-differ',
    title: 'dropCode decides how a call is refused: busy and congestion are told apart',
    area: 'actions',
    requirements: ['actions-drop-code', 'actions-drop'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', [drop('busy'), drop('congestion')]);
      const first = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      const second = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      for (const { status } of [first, second])
        ctx.expect('actions-drop', 'the call is refused', (status ?? 0) >= 300, is(true));
      ctx.expect('actions-drop-code', 'the two refusals differ', first.status !== second.status, is(true));
    }),
);

for (const [word, status, slug] of words) {
  scenario(
    {
      id: `actions/drop-${word.toLowerCase()}`,
      title: `dropCode ${word} refuses the call with ${status}`,
      area: 'actions',
      requirements: [slug],
      needs: { call: true, webhook: true },
    },
    async (ctx) => {
      ctx.webhooks.on('newCall', drop(word));
      const call = await ctx.call({ expectStatus: status });
      await call.ended;
      const finals = call.sipp.messages().filter((m) => m.direction === 'received' && (m.status ?? 0) >= 200);
      ctx.expect(slug, 'final response', finals[0]?.status, is(status));
    },
  );
}

scenario(
  {
    id: 'actions/drop-absent',
    title: 'drop without dropCode refuses with 603',
    area: 'actions',
    requirements: ['actions-drop-absent'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop());
      const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      ctx.expect('actions-drop-absent', 'final response', refused.status, is(603));
    }),
);

scenario(
  {
    id: 'actions/drop-number',
    title: 'A number from 400 to 699 as dropCode is the status, whether it is text or a JSON number',
    area: 'actions',
    requirements: ['actions-drop-number', 'actions-drop-number-edges'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      for (const [code, status] of [
        [400, 400],
        [699, 699],
        [410, 410],
        [488, 488],
        [600, 600],
        ['487', 487],
      ] as const) {
        ctx.webhooks.on('newCall', drop(code));
        const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        const slug = status === 400 || status === 699 ? 'actions-drop-number-edges' : 'actions-drop-number';
        ctx.expect(slug, `final response for ${JSON.stringify(code)}`, refused.status, is(status));
      }
    }),
);

scenario(
  {
    id: 'actions/drop-number-outside',
    title: 'Numbers outside 400 to 699 as dropCode refuse with 603',
    area: 'actions',
    requirements: ['actions-drop-number-edges'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      for (const code of [399, 700, 200, 0]) {
        ctx.webhooks.on('newCall', { answer: { json: drop(code), expectInvalid: true } });
        const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        ctx.expect('actions-drop-number-edges', `final response for ${code}`, refused.status, is(603));
      }
    }),
);

scenario(
  {
    id: 'actions/drop-unknown-word',
    title: 'An unknown dropCode refuses with 603',
    area: 'actions',
    requirements: ['actions-drop-unknown'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', { answer: { json: drop('tired'), expectInvalid: true } });
      const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      ctx.expect('actions-drop-unknown', 'final response', refused.status, is(603));
    }),
);

scenario(
  {
    id: 'actions/drop-unknown-word-alarm',
    title: 'An unknown dropCode leads to an alarm that names it',
    area: 'actions',
    capability: 'alarms',
    requirements: ['actions-drop-unknown-alarm'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', { answer: { json: drop('tired'), expectInvalid: true } });
      await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      const { body } = await ctx.webhooks.next('alarm');
      ctx.expect('actions-drop-unknown-alarm', 'type', body.type, is('newCallEventError'));
      ctx.expect('actions-drop-unknown-alarm', 'error', body.error, is('newCall response with unknown action'));
      const details = JSON.stringify(body.errorDetails ?? {});
      ctx.expect('actions-drop-unknown-alarm', 'errorDetails name the dropCode', details.includes('tired'), is(true));
    }),
);

scenario(
  {
    id: 'actions/drop-never-answers',
    title: 'A dropped call is never answered: no 200, no callAnswered, no RTP; the session is rejected with duration 0',
    area: 'actions',
    requirements: [
      'actions-drop-never-answers',
      'callanswered-not-before-answer',
      'sessioncompleted-reason-rejected',
      'sessioncompleted-duration-unanswered',
    ],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    ctx.webhooks.on('newCall', { answer: { json: drop('forbidden'), delayMs: 300 } });
    const call = await ctx.call({ expectStatus: 403 });
    await call.ended;
    const completed = await ctx.webhooks.next('sessionCompleted');
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    const slug = 'actions-drop-never-answers';
    const answers = call.sipp.messages().filter((m) => m.direction === 'received' && m.status === 200);
    ctx.expect(slug, 'responses 200', answers.length, is(0));
    ctx.expect('callanswered-not-before-answer', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(0));
    const { received } = await call.rtp.stats();
    ctx.expect(slug, 'RTP packets', received.packets, is(0));
    ctx.expect(slug, 'callbacks', ctx.webhooks.sequence(), is(['newCall', 'sessionCompleted']));
    ctx.expect('sessioncompleted-reason-rejected', 'reason', completed.body.reason, is('rejected'));
    const duration = String(completed.body.sessionDuration);
    ctx.expect('sessioncompleted-duration-unanswered', 'sessionDuration', duration, is('0'));
  },
);
