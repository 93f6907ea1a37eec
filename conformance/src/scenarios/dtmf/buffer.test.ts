import { createHash } from 'node:crypto';
import { scenario } from '../../harness/scenario.ts';
import { hangUp, play } from '../support/answers.ts';
import { atWork, collect, collected, paramsOf } from '../support/collect.ts';
import { absent, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { withTone } from '../support/prompts.ts';

const area = 'dtmf';
const capability = 'ivr';
const needs = { call: true, webhook: true } as const;
const two = { maxDigits: 2, firstTimeout: 30, betweenTimeout: 30 };

scenario(
  {
    id: 'dtmf/buffer-and-flush',
    title: 'dtmfBuffer goes on over several commands until flush, which comes before the digits of its own command',
    area,
    capability,
    requirements: [
      'dtmf-buffer-accumulates',
      'dtmf-flush',
      'dtmf-flush-first',
      'getivrcommand-dtmf-buffer',
      'getivrcommand-dtmf-buffer-empty',
    ],
    needs,
  },
  async (ctx) => {
    const commands = [collect(two), collect(two), collect({ ...two, flush: true }), hangUp()];
    const { call, command } = await answeredIvr(ctx, { commands });
    ctx.expect('getivrcommand-dtmf-buffer-empty', 'dtmfBuffer before any digit', command.body.dtmfBuffer, absent);
    const press = async (digits: string, asked = command) => {
      await atWork(ctx, asked);
      await call.rtp.sendDigits(digits);
      return ctx.webhooks.next('getIvrCommand');
    };
    const second = await press('12');
    ctx.expect('getivrcommand-dtmf-buffer', 'dtmfBuffer after 12', second.body.dtmfBuffer, is('12'));
    const third = await press('34', second);
    ctx.expect('dtmf-buffer-accumulates', 'dtmfBuffer after 12 and 34', third.body.dtmfBuffer, is('1234'));
    ctx.expect('dtmf-buffer-accumulates', 'dtmfMatch of the second command', paramsOf(third).dtmfMatch, is('34'));
    const last = await press('56', third);
    const none = that('none of the digits before', (value: unknown) => !/[1234]/.test(String(value ?? '')));
    ctx.expect('dtmf-flush', 'dtmfBuffer after flush and 56', last.body.dtmfBuffer, none);
    ctx.expect('dtmf-flush-first', 'dtmfBuffer after flush and 56', last.body.dtmfBuffer, is('56'));
    ctx.expect('dtmf-flush-first', 'dtmfMatch after flush and 56', paramsOf(last).dtmfMatch, is('56'));
    await call.ended;
  },
);

scenario(
  {
    id: 'dtmf/flush-alone',
    title: 'A dtmf with flush alone collects nothing: the buffer is empty and the next callback has no dtmfParams',
    area,
    capability,
    requirements: ['dtmf-no-collect', 'dtmf-flush', 'getivrcommand-dtmf-buffer-empty'],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withTone(ctx, 800, 300, async (tone) => {
      const commands = [collect(two), play([tone], { dtmf: { flush: true } }), hangUp()];
      const { call, command } = await answeredIvr(ctx, { commands });
      await atWork(ctx, command);
      await call.rtp.sendDigits('12');
      await ctx.webhooks.next('getIvrCommand');
      const last = await ctx.webhooks.next('getIvrCommand');
      ctx.expect('dtmf-no-collect', 'dtmfParams', last.body.dtmfParams, absent);
      ctx.expect('dtmf-flush', 'dtmfBuffer', last.body.dtmfBuffer ?? '', is(''));
      ctx.expect('getivrcommand-dtmf-buffer-empty', 'dtmfBuffer', last.body.dtmfBuffer, absent);
      await call.ended;
    }),
);

scenario(
  {
    id: 'dtmf/during-phrases',
    title: 'Digits entered while a phrase plays count, though nothing was said of bargeIn',
    area,
    capability,
    requirements: ['dtmf-digits-during-phrases'],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withTone(ctx, 600, 1500, async (tone) => {
      const commands = [play([tone], collect({ maxDigits: 4, firstTimeout: 30, betweenTimeout: 30 })), hangUp()];
      const { call } = await answeredIvr(ctx, { commands });
      await call.rtp.waitForTone(600, 200, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('19', { durationMs: 100 });
      await call.rtp.waitForTone(600, 1400, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('84');
      const next = await ctx.webhooks.next('getIvrCommand');
      ctx.expect('dtmf-digits-during-phrases', 'digits collected', paramsOf(next).dtmfMatch, is('1984'));
      await call.ended;
    }),
);

for (const flush of [false, true]) {
  scenario(
    {
      id: flush ? 'dtmf/flush-typed-ahead' : 'dtmf/typed-ahead',
      title: flush
        ? 'flush drops the digits that were typed ahead while the phrase of the command before played'
        : 'Digits typed ahead while the phrase of a command plays are there for the next one without flush',
      area,
      capability,
      requirements: flush ? ['dtmf-flush', 'dtmf-flush-first'] : ['dtmf-digits-during-phrases'],
      needs: { ...needs, rtp: true },
    },
    (ctx) =>
      withTone(ctx, 600, 1500, async (tone) => {
        const commands = [play([tone]), collect(flush ? { ...two, flush } : two), hangUp()];
        const { call } = await answeredIvr(ctx, { commands });
        await call.rtp.waitForTone(600, 200, ctx.target.timers.stepMs);
        await call.rtp.sendDigits('12', { durationMs: 100 });
        const second = await ctx.webhooks.next('getIvrCommand');
        if (flush) {
          await atWork(ctx, second);
          await call.rtp.sendDigits('56');
        }
        const last = await ctx.webhooks.next('getIvrCommand');
        const digits = flush ? '56' : '12';
        const slugs = flush ? ['dtmf-flush', 'dtmf-flush-first'] : ['dtmf-digits-during-phrases'];
        ctx.expect(slugs, 'dtmfMatch of the second command', paramsOf(last).dtmfMatch, is(digits));
        ctx.expect(slugs, 'dtmfBuffer after the second command', last.body.dtmfBuffer, is(digits));
        await call.ended;
      }),
  );
}

scenario(
  {
    id: 'dtmf/encryption',
    title: 'With encryption md5 the next callback has hashes in place of the digits, and only the next one',
    area,
    capability,
    requirements: [
      'dtmf-encryption-md5',
      'dtmf-encryption-buffer',
      'dtmf-encryption-once',
      'dtmf-encryption-type-told',
      'getivrcommand-encryption',
      'getivrcommand-encryption-absent',
    ],
    needs,
  },
  async (ctx) => {
    const salt = 'salt of the suite';
    const secret = '48159263';
    const eight = { maxDigits: 8, firstTimeout: 30, betweenTimeout: 30 };
    const { call, command } = await answeredIvr(ctx, {
      commands: [collect({ ...eight, encryption: { type: 'md5', salt } }), collect({ ...two, flush: true }), hangUp()],
    });
    await atWork(ctx, command);
    await call.rtp.sendDigits(secret, { durationMs: 80, pauseMs: 60 });
    const hashed = await ctx.webhooks.next('getIvrCommand');
    const params = paramsOf(hashed);
    const hash = createHash('md5').update(`${salt}${secret}`).digest('hex');
    ctx.expect('dtmf-encryption-md5', 'dtmfMatch', params.dtmfMatch, is(hash));
    const hidden = that('something else than the digits', (value: unknown) => {
      return typeof value === 'string' && value !== '' && !value.includes(secret);
    });
    ctx.expect('dtmf-encryption-buffer', 'dtmfBuffer', hashed.body.dtmfBuffer, hidden);
    ctx.expect('dtmf-encryption-md5', 'dtmfBuffer', hashed.body.dtmfBuffer, is(hash));
    const told = that('md5', (value: unknown) => (value as { type?: unknown } | undefined)?.type === 'md5');
    ctx.expect('dtmf-encryption-type-told', 'encryption', params.encryption, told);
    ctx.expect('getivrcommand-encryption', 'encryption', params.encryption, told);
    await atWork(ctx, hashed);
    await call.rtp.sendDigits('77');
    const clear = await ctx.webhooks.next('getIvrCommand');
    ctx.expect('dtmf-encryption-once', 'dtmfMatch of the command after it', paramsOf(clear).dtmfMatch, is('77'));
    ctx.should('getivrcommand-encryption-absent', 'encryption', paramsOf(clear).encryption, absent);
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    const leaks = ctx.webhooks.all().filter(({ raw }) => raw.includes(secret));
    ctx.expect(
      'dtmf-encryption-md5',
      'callbacks that show the clear digits',
      leaks.map(({ name }) => name),
      is([]),
    );
  },
);

scenario(
  {
    id: 'dtmf/encryption-in-session',
    title: 'A termination key is told in the clear; the digits before it are hashed without it',
    area,
    capability,
    requirements: ['dtmf-encryption-md5', 'dtmf-termination-key-not-in-match'],
    needs,
  },
  async (ctx) => {
    const encryption = { type: 'md5', salt: '' };
    const dtmf = { terminationKey: '#', firstTimeout: 30, betweenTimeout: 30, encryption };
    const { params } = await collected(ctx, dtmf, (rtp) => rtp.sendDigits('2468#'));
    const hash = createHash('md5').update('2468').digest('hex');
    ctx.expect('dtmf-encryption-md5', 'dtmfMatch with an empty salt', params.dtmfMatch, is(hash));
    ctx.expect('dtmf-termination-key-not-in-match', 'dtmfMatch', params.dtmfMatch, is(hash));
  },
);
