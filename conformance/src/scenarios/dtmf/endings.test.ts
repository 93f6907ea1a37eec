import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, play } from '../support/answers.ts';
import { atWork, collect, collected, paramsOf } from '../support/collect.ts';
import { absent, between, is, oneOf, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { endOf } from '../support/heard.ts';
import { withTone } from '../support/prompts.ts';

const area = 'dtmf';
const capability = 'ivr';
const needs = { call: true, webhook: true } as const;
/** What every collecting says, whatever ended it. */
const always = [
  'getivrcommand-dtmf-params',
  'getivrcommand-reason',
  'getivrcommand-reason-values',
  'getivrcommand-answer-dtmf',
  'ivr-loop-next-after-collect',
];

function expectEnding(ctx: TestContext, params: Readonly<Record<string, unknown>>, reason: string): void {
  const some = that('properties that tell of the collecting', (value: object) => Object.keys(value).length > 0);
  ctx.expect('getivrcommand-dtmf-params', 'dtmfParams', params, some);
  ctx.expect('ivr-loop-next-after-collect', 'dtmfParams', params, some);
  const text = that('a text', (value: unknown) => typeof value === 'string' && value !== '');
  ctx.expect('getivrcommand-reason', 'reason', params.reason, text);
  const values = oneOf('terminationKey', 'maxDigits', 'firstTimeout', 'betweenTimeout', 'interrupted');
  ctx.expect('getivrcommand-reason-values', 'reason', params.reason, values);
  ctx.expect('getivrcommand-answer-dtmf', 'reason', params.reason, is(reason));
}

/**
 * Within which a timer of so many seconds must have run out; never before, and the grace of the target after it, but no
 * grace makes half as long again right.
 */
const seconds = (ctx: TestContext, wanted: number, early = 60) =>
  between(wanted * 1000 - early, wanted * 1000 + Math.min(ctx.target.timers.dtmfGraceMs, wanted * 400));

scenario(
  {
    id: 'dtmf/max-digits',
    title: 'The collecting ends when maxDigits digits have come, with reason maxDigits',
    area,
    capability,
    requirements: [
      'dtmf-max-digits',
      'dtmf-max-digits-reason',
      'getivrcommand-matched-termination-key-absent',
      ...always,
    ],
    needs,
  },
  async (ctx) => {
    const { params } = await collected(ctx, { maxDigits: 3, firstTimeout: 30, betweenTimeout: 30 }, (rtp) =>
      rtp.sendDigits('123'),
    );
    ctx.expect('dtmf-max-digits', 'digits collected', params.dtmfMatch, is('123'));
    ctx.expect('dtmf-max-digits-reason', 'reason', params.reason, is('maxDigits'));
    const key = params.matchedTerminationKey;
    ctx.expect('getivrcommand-matched-termination-key-absent', 'matchedTerminationKey', key, absent);
    expectEnding(ctx, params, 'maxDigits');
  },
);

scenario(
  {
    id: 'dtmf/termination-keys',
    title: 'Each of several termination keys ends the collecting, is told, and is no part of the digits',
    area,
    capability,
    requirements: [
      'dtmf-termination-key',
      'dtmf-termination-key-set',
      'dtmf-termination-key-not-in-match',
      'dtmf-buffer-includes-keys',
      'getivrcommand-matched-termination-key',
      ...always,
    ],
    needs,
  },
  async (ctx) => {
    const limits = { maxDigits: 10, firstTimeout: 30, betweenTimeout: 30 };
    const several = collect({ ...limits, terminationKey: '#*9' });
    const commands = [collect({ ...limits, terminationKey: '#' }), several, several, several, hangUp()];
    const { call, command } = await answeredIvr(ctx, { commands });
    let asked = command;
    const press = async (digits: string): Promise<Readonly<Record<string, unknown>>> => {
      await atWork(ctx, asked);
      await call.rtp.sendDigits(digits);
      asked = await ctx.webhooks.next('getIvrCommand');
      const params = paramsOf(asked);
      expectEnding(ctx, params, 'terminationKey');
      return params;
    };
    const single = await press('12#');
    ctx.expect('dtmf-termination-key', 'reason', single.reason, is('terminationKey'));
    const matched = ['dtmf-termination-key', 'getivrcommand-matched-termination-key'];
    ctx.expect(matched, 'matchedTerminationKey', single.matchedTerminationKey, is('#'));
    ctx.expect('dtmf-termination-key-not-in-match', 'dtmfMatch', single.dtmfMatch, is('12'));
    for (const [digits, key] of [
      ['3', '#'],
      ['', '*'],
      ['4', '9'],
    ] as const) {
      const params = await press(`${digits}${key}`);
      ctx.expect('dtmf-termination-key-set', 'key that ended it', params.matchedTerminationKey, is(key));
      ctx.expect('dtmf-termination-key-not-in-match', 'dtmfMatch', params.dtmfMatch ?? '', is(digits));
    }
    ctx.expect('dtmf-buffer-includes-keys', 'dtmfBuffer', asked.body.dtmfBuffer, is('12#3#*49'));
    await call.ended;
  },
);

scenario(
  {
    id: 'dtmf/first-timeout',
    title: 'Without a digit the collecting ends after firstTimeout, which does not run while a phrase plays',
    area,
    capability,
    requirements: ['dtmf-first-timeout', 'dtmf-first-timeout-from-phrases', 'dtmf-first-timeout-given', ...always],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withTone(ctx, 700, 1500, async (tone) => {
      const dtmf = collect({ maxDigits: 1, firstTimeout: 2 });
      const { call, command } = await answeredIvr(ctx, { commands: [dtmf, play([tone], dtmf), hangUp()] });
      await command.answered;
      const answered = ctx.harness.clock.now();
      const second = await ctx.webhooks.next('getIvrCommand');
      ctx.expect('dtmf-first-timeout-given', 'ms from the answer', second.at - answered, seconds(ctx, 2));
      const heard = await call.rtp.waitForTone(700, 1400, ctx.target.timers.stepMs);
      const end = await endOf(call.rtp, heard);
      const next = await ctx.webhooks.next('getIvrCommand');
      const params = paramsOf(next);
      ctx.expect('dtmf-first-timeout', 'reason', params.reason, is('firstTimeout'));
      ctx.expect('dtmf-first-timeout-from-phrases', 'ms from the end of the phrase', next.at - end, seconds(ctx, 2));
      ctx.expect('dtmf-first-timeout', 'ms from the end of the phrase', next.at - end, seconds(ctx, 2));
      ctx.expect('dtmf-first-timeout', 'digits', params.dtmfMatch ?? '', is(''));
      expectEnding(ctx, params, 'firstTimeout');
      await call.ended;
    }),
);

scenario(
  {
    id: 'dtmf/between-timeout',
    title: 'The collecting ends betweenTimeout after the last digit, and each digit starts it anew',
    area,
    capability,
    requirements: ['dtmf-between-timeout', 'dtmf-between-timeout-restarts', 'dtmf-between-timeout-given', ...always],
    needs,
  },
  async (ctx) => {
    const dtmf = { maxDigits: 9, firstTimeout: 30, betweenTimeout: 2 };
    let [last, first] = [0, 0];
    const { next, params } = await collected(ctx, dtmf, async (rtp) => {
      first = ctx.harness.clock.now();
      for (const digit of '482') await rtp.sendDigits(digit, { durationMs: 100, pauseMs: 900 });
      // The pause that `sendDigits` has waited for lies behind the digit.
      last = ctx.harness.clock.now() - 900;
    });
    ctx.expect('dtmf-between-timeout', 'reason', params.reason, is('betweenTimeout'));
    ctx.expect(
      'dtmf-between-timeout-restarts',
      'digits that came within one another’s time',
      params.dtmfMatch,
      is('482'),
    );
    const restarted = that('longer than one time-out', (ms: number) => ms > 3500);
    ctx.expect('dtmf-between-timeout-restarts', 'ms from the first digit', next.at - first, restarted);
    // From the start of the digit at the earliest, from its end at the latest.
    ctx.expect('dtmf-between-timeout-given', 'ms from the last digit', next.at - last, seconds(ctx, 2, 200));
    ctx.expect('dtmf-between-timeout', 'ms from the last digit', next.at - last, seconds(ctx, 2, 200));
    expectEnding(ctx, params, 'betweenTimeout');
  },
);

scenario(
  {
    id: 'dtmf/decimal-timeouts',
    title: 'Time-outs may be parts of a second',
    area,
    capability,
    requirements: ['dtmf-timeout-decimals'],
    needs,
  },
  async (ctx) => {
    const commands = [
      collect({ maxDigits: 2, firstTimeout: 0.5, betweenTimeout: 9 }),
      collect({ maxDigits: 2, firstTimeout: 9, betweenTimeout: 0.4 }),
      hangUp(),
    ];
    const { call, command } = await answeredIvr(ctx, { commands });
    await command.answered;
    const start = ctx.harness.clock.now();
    const second = await ctx.webhooks.next('getIvrCommand');
    ctx.should('dtmf-timeout-decimals', 'ms until firstTimeout of 0.5 s', second.at - start, seconds(ctx, 0.5, 100));
    await atWork(ctx, second);
    await call.rtp.sendDigits('7', { durationMs: 100, pauseMs: 20 });
    const end = ctx.harness.clock.now() - 20;
    const third = await ctx.webhooks.next('getIvrCommand', { within: 10_000 });
    ctx.should('dtmf-timeout-decimals', 'ms until betweenTimeout of 0.4 s', third.at - end, seconds(ctx, 0.4, 200));
    await call.ended;
  },
);

scenario(
  {
    id: 'dtmf/defaults',
    title: 'A collecting with maxDigits alone, or a termination key alone, waits for digits and takes them',
    area,
    capability,
    requirements: ['dtmf-collect-defaults'],
    needs,
  },
  async (ctx) => {
    const { call, command } = await answeredIvr(ctx, {
      commands: [collect({ maxDigits: 2 }), collect({ terminationKey: '#' }), hangUp()],
    });
    await atWork(ctx, command);
    await call.rtp.sendDigits('12');
    const second = await ctx.webhooks.next('getIvrCommand');
    ctx.should('dtmf-collect-defaults', 'reason with maxDigits alone', paramsOf(second).reason, is('maxDigits'));
    await atWork(ctx, second);
    await call.rtp.sendDigits('345#');
    const third = await ctx.webhooks.next('getIvrCommand');
    ctx.should('dtmf-collect-defaults', 'digits with terminationKey alone', paramsOf(third).dtmfMatch, is('345'));
    await call.ended;
  },
);
