import { scenario } from '../../harness/scenario.ts';
import { hangUp, play } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { placedIvr } from '../support/flows.ts';
import { foreignRequest } from '../support/foreign.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { withMedia } from '../support/media.ts';
import {
  accept,
  cancelled,
  endedByTarget,
  invitedOnWire,
  isRequest,
  provisional,
  refuse,
  uriOf,
} from '../support/outbound.ts';
import { withTone } from '../support/prompts.ts';
import { onWire } from '../support/wire.ts';

const area = 'placeivrcall';
const capability = 'outbound';
const needs = { call: true, webhook: true, rest: true } as const;

scenario(
  {
    id: 'placeivrcall/answered',
    title: 'When the called party answers, callAnswered and getIvrCommand follow, and the prompt is heard',
    area,
    capability,
    requirements: [
      'placeivrcall-answered-callbacks',
      'placeivrcall-session-reference',
      'placeivrcall-ringing-notified',
      'placeivrcall-mediaservice-id-absent',
      'media-prompt-duration',
    ],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withTone(ctx, 750, 600, async (tone) => {
      const sessionReferenceId = { of: ctx.reference, list: [1, null, 'ü'] };
      const whole = ctx.alsoClaim({ reference: sessionReferenceId });
      whole.on('getIvrCommand', [play([tone]), hangUp()]);
      const callee = await ctx.callee();
      await ctx.rest.send('placeivrcall', { destAddr: callee.uri, sipFrom: ctx.number, sessionReferenceId });
      await callee.ended;
      await whole.next('sessionCompleted');
      const names = whole.sequence();
      const order = ['callNotify', 'callAnswered', 'getIvrCommand', 'getIvrCommand', 'sessionCompleted'];
      const both = that('callAnswered and getIvrCommand among them', (came: readonly string[]) => {
        return came.includes('callAnswered') && came.includes('getIvrCommand');
      });
      ctx.expect('placeivrcall-answered-callbacks', 'callbacks', names, both);
      ctx.expect('placeivrcall-ringing-notified', 'callbacks', names, is(order));
      const base = new URL(ctx.target.callbacks.baseUrl).pathname.replace(/\/$/, '');
      ctx.expect(
        'placeivrcall-mediaservice-id-absent',
        'paths of the callbacks',
        whole.all().map(({ url }) => url),
        is(order.map((name) => `${base}/${name}`)),
      );
      const references = whole.all().map(({ body }) => body.sessionReferenceId);
      ctx.expect(
        'placeivrcall-session-reference',
        'in all callbacks',
        references,
        is(names.map(() => sessionReferenceId)),
      );
      const tones = await tonesHeard(callee.rtp);
      ctx.expect('placeivrcall-answered-callbacks', 'frequencies heard, Hz', frequenciesOf(tones), theseTones(750));
      ctx.expect('media-prompt-duration', 'ms of the prompt', tones[0]?.durationMs, asLongAs(600));
    }),
);

scenario(
  {
    id: 'placeivrcall/rings-out-by-the-domain',
    title:
      'Without maxRingTime a called party who does not answer is given up after the longest ring time of the domain',
    area,
    capability,
    tenant: 'shortRing',
    requirements: ['placeivrcall-max-ring-time-domain'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      const body = { destAddr: uriOf(wire), sipFrom: ctx.number, sessionReferenceId: ctx.reference };
      await ctx.rest.send('placeivrcall', body, await foreignRequest(ctx, 'shortRing'));
      const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
      await provisional(wire, invite, 180);
      const cancel = await cancelled(wire, invite, ctx.target.timers.stepMs);
      ctx.expect('placeivrcall-max-ring-time-domain', 'request that gives up', cancel.method, is('CANCEL'));
      const { body: told } = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('placeivrcall-max-ring-time-domain', 'reason', told.reason, is('noAnswer'));
    }),
);

for (const [seconds, slugs] of [
  [1, ['placeivrcall-max-ring-time']],
  [1.5, ['placeivrcall-max-ring-time-decimal', 'placeivrcall-max-ring-time']],
] as const) {
  scenario(
    {
      id: `placeivrcall/rings-out-after-${String(seconds).replace('.', '-')}`,
      title: `A called party who does not answer is given up with CANCEL after a maxRingTime of ${seconds} s`,
      area,
      capability,
      requirements: [
        ...slugs,
        'placeivrcall-max-ring-time-cancel',
        'placeivrcall-no-answer-reason',
        'callanswered-not-before-answer',
      ],
      needs,
    },
    (ctx) =>
      onWire(ctx, { name: 'callee' }, async (wire) => {
        const asked = ctx.harness.clock.now();
        const invite = await invitedOnWire(ctx, wire, { maxRingTime: seconds });
        await provisional(wire, invite, 180);
        const cancel = await cancelled(wire, invite, seconds * 1000 + ctx.target.timers.stepMs);
        ctx.expect('placeivrcall-max-ring-time-cancel', 'request that gives up', cancel.method, is('CANCEL'));
        // Not from the INVITE: one that is noticed late would make the time look shorter than it was.
        const rang = between(seconds * 1000, seconds * 1000 + 2000);
        ctx.expect(slugs, 'ms from the operation to CANCEL', cancel.at - asked, rang);
        const { body } = await ctx.webhooks.next('sessionCompleted');
        ctx.expect('placeivrcall-no-answer-reason', 'reason', body.reason, is('noAnswer'));
        ctx.expect('placeivrcall-no-answer-reason', 'sessionDuration', Number(body.sessionDuration), is(0));
        const answered = ctx.webhooks.sequence().filter((name) => name === 'callAnswered' || name === 'getIvrCommand');
        ctx.expect('callanswered-not-before-answer', 'callAnswered and getIvrCommand', answered, is([]));
      }),
  );
}

scenario(
  {
    id: 'placeivrcall/ring-time-zero',
    title: 'maxRingTime 0 counts as absent: the called party rings for a while and answers',
    area,
    capability,
    requirements: ['placeivrcall-max-ring-time-zero'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('getIvrCommand', hangUp());
        const invite = await invitedOnWire(ctx, wire, { maxRingTime: 0 });
        await provisional(wire, invite, 180);
        const meanwhile = await wire.watch(1200, isRequest('CANCEL'), { from: 0 });
        ctx.should('placeivrcall-max-ring-time-zero', 'CANCELs while it rings', meanwhile.length, is(0));
        if (meanwhile.length > 0) return;
        await accept(wire, invite, media);
        await endedByTarget(wire);
        const { body } = await ctx.webhooks.next('sessionCompleted');
        const ended = that('not that of a call that nobody answered', (reason: unknown) => reason !== 'noAnswer');
        ctx.should('placeivrcall-max-ring-time-zero', 'reason', body.reason, ended);
      }),
    ),
);

for (const status of [486, 404, 603] as const) {
  scenario(
    {
      id: `placeivrcall/refused-with-${status}`,
      title: `A called party who answers ${status} ends the session with reason rejected, and nothing was asked`,
      area,
      capability,
      requirements: ['placeivrcall-rejected-reason', 'callanswered-not-before-answer'],
      needs,
    },
    (ctx) =>
      onWire(ctx, { name: 'callee' }, async (wire) => {
        const invite = await invitedOnWire(ctx, wire);
        await provisional(wire, invite, 180);
        const { body } = await refuse(ctx, wire, invite, status);
        ctx.expect('placeivrcall-rejected-reason', 'reason', body.reason, is('rejected'));
        const asked = ctx.webhooks.sequence().filter((name) => name === 'callAnswered' || name === 'getIvrCommand');
        ctx.expect('placeivrcall-rejected-reason', 'callAnswered and getIvrCommand', asked, is([]));
        ctx.expect('callanswered-not-before-answer', 'callAnswered and getIvrCommand', asked, is([]));
      }),
  );
}

scenario(
  {
    id: 'placeivrcall/callee-hangs-up',
    title: 'The called party hangs up during a command: nothing more is asked, and sessionCompleted follows',
    area,
    capability,
    requirements: ['placeivrcall-answered-callbacks', 'ivr-loop-caller-hangs-up'],
    needs,
  },
  async (ctx) => {
    const { callee, sessionId } = await placedIvr(ctx);
    await callee.hangup();
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('ivr-loop-caller-hangs-up', 'session that is completed', body.sessionId, is(sessionId));
    const asked = ctx.webhooks.all('getIvrCommand').length;
    ctx.expect('placeivrcall-answered-callbacks', 'commands asked for', asked, is(1));
  },
);
