import { header, headers } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import type { CalleeHandle, CalleeOptions, CallHandle, TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { type BridgedCall, bridgedCall, endBridge, hears, voices } from '../support/bridge.ts';
import { absent, is } from '../support/expected.ts';
import { nameAddr } from '../support/name-addr.ts';

const area = 'actions-media';
const capability = 'monitoring';
const needs = { call: true, webhook: true } as const;

/** A bridged call and somebody who is asked to listen. */
async function monitored(
  ctx: TestContext,
  options: { readonly monitor?: CalleeOptions; readonly newCall?: Json } = {},
): Promise<{ readonly bridge: BridgedCall; readonly monitor: CalleeHandle }> {
  const monitor = await ctx.callee({ name: 'monitor', ...options.monitor });
  const bridge = await bridgedCall(ctx, { newCall: { monitorDestAddr: monitor.uri, ...options.newCall } });
  await monitor.invited;
  return { bridge, monitor };
}

/** The INVITE that a leg got. */
const inviteOf = (leg: CallHandle): string =>
  leg.sipp.messages().find((m) => m.method === 'INVITE' && m.status === undefined)?.raw ?? '';

/** callAnswered that speaks of the monitor. */
const ofMonitor = (ctx: TestContext) =>
  ctx.webhooks.all('callAnswered').filter(({ body }) => body.monitoringParticipant === true);

scenario(
  {
    id: 'actions-media/monitor-listens',
    title: 'The monitor hears both parties, and neither of them hears the monitor',
    area,
    capability,
    requirements: ['actions-monitor-invited', 'actions-monitor-hears-both', 'actions-monitor-listen-only'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const { bridge, monitor } = await monitored(ctx);
    const { caller, callee } = bridge;
    await monitor.established;
    ctx.expect('actions-monitor-invited', 'INVITE at the monitor', inviteOf(monitor) !== '', is(true));
    const [ofCaller, ofCallee] = [
      await hears(ctx, caller, monitor, voices.caller),
      await hears(ctx, callee, monitor, voices.callee),
    ];
    ctx.expect('actions-monitor-hears-both', 'the monitor hears the caller', ofCaller, is(true));
    ctx.expect('actions-monitor-hears-both', 'the monitor hears the callee', ofCallee, is(true));
    const heard = await Promise.all([
      hears(ctx, monitor, caller, voices.third),
      hears(ctx, monitor, callee, voices.third),
    ]);
    ctx.expect('actions-monitor-listen-only', 'caller and callee hear the monitor', heard, is([false, false]));
    await endBridge(ctx, bridge);
    await monitor.ended;
  },
);

scenario(
  {
    id: 'actions-media/monitor-told',
    title: 'callNotify and callAnswered of the monitor have monitoringParticipant true, those of the parties do not',
    area,
    capability,
    requirements: ['callanswered-monitoring', 'callnotify-monitoring'],
    needs,
  },
  async (ctx) => {
    const { bridge, monitor } = await monitored(ctx);
    await monitor.established;
    const ringings = () => ctx.webhooks.all('callNotify').filter(({ body }) => body.event === 'ringing');
    const told = (): boolean => ofMonitor(ctx).length > 0 && ringings().length >= 2;
    const { clock } = ctx.harness;
    for (const end = clock.now() + ctx.target.timers.stepMs; !told() && clock.now() < end; ) {
      await ctx.webhooks.quiet(100);
    }
    ctx.expect('callanswered-monitoring', 'callAnswered of the monitor', ofMonitor(ctx).length, is(1));
    const others = ctx.webhooks.all('callAnswered').filter(({ body }) => body.monitoringParticipant !== true);
    ctx.expect('callanswered-monitoring', 'callAnswered of the parties', others.length, is(1));
    const { participantId } = ringings().find(({ body }) => body.user === monitor.user)?.body ?? {};
    for (const { body } of ringings()) {
      const monitors = body.participantId === participantId;
      const words = `monitoringParticipant of the callNotify of ${monitors ? 'the monitor' : 'the callee'}`;
      ctx.expect('callnotify-monitoring', words, body.monitoringParticipant === true, is(monitors));
    }
    ctx.expect('callnotify-monitoring', 'callNotify of the monitor', participantId !== undefined, is(true));
    await endBridge(ctx, bridge);
    await monitor.ended;
  },
);

scenario(
  {
    id: 'actions-media/monitor-headers',
    title: 'monitorSipFrom, monitorXHeaders and monitorPHeaders are in the INVITE to the monitor only',
    area,
    capability,
    requirements: ['actions-monitor-from', 'actions-monitor-x-headers', 'actions-monitor-p-headers'],
    needs,
  },
  async (ctx) => {
    const { bridge, monitor } = await monitored(ctx, {
      newCall: {
        monitorSipFrom: 'supervisor',
        monitorXHeaders: { 'x-quality': ['one', 'two'] },
        monitorPHeaders: { 'p-watch': 'yes' },
      },
    });
    await monitor.established;
    await endBridge(ctx, bridge);
    await monitor.ended;
    const [invite, other] = [inviteOf(monitor), inviteOf(bridge.callee)];
    const from = nameAddr(header(invite, 'From', 'f')).user;
    ctx.expect('actions-monitor-from', 'user part of From', from, is('supervisor'));
    const toCallee = nameAddr(header(other, 'From', 'f')).user;
    ctx.expect('actions-monitor-from', 'the callee has it', toCallee === 'supervisor', is(false));
    ctx.expect('actions-monitor-x-headers', 'X-Quality', headers(invite, 'X-Quality'), is(['one', 'two']));
    ctx.expect('actions-monitor-x-headers', 'X-Quality at the callee', header(other, 'X-Quality'), absent);
    ctx.expect('actions-monitor-p-headers', 'P-Watch', headers(invite, 'P-Watch'), is(['yes']));
    ctx.expect('actions-monitor-p-headers', 'P-Watch at the callee', header(other, 'P-Watch'), absent);
  },
);

for (const [name, words, monitor] of [
  ['refuses', 'refuses', { answer: 486 }],
  ['hangs-up', 'hangs up', {}],
] as const) {
  scenario(
    {
      id: `actions-media/monitor-${name}`,
      title: `A monitor who ${words} changes nothing: the parties hear each other, and no callEvent is asked`,
      area,
      capability,
      requirements: ['actions-monitor-failure-harmless'],
      needs: { ...needs, rtp: true },
    },
    async (ctx) => {
      const one = await monitored(ctx, { monitor });
      if (name === 'hangs-up') {
        await one.monitor.established;
        await one.monitor.hangup();
      }
      await one.monitor.ended;
      const { caller, callee } = one.bridge;
      const slug = 'actions-monitor-failure-harmless';
      ctx.expect(slug, 'the callee hears the caller', await hears(ctx, caller, callee, voices.caller), is(true));
      ctx.expect(slug, 'the caller hears the callee', await hears(ctx, callee, caller, voices.callee), is(true));
      ctx.expect(slug, 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
      ctx.expect(slug, 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(0));
      await endBridge(ctx, one.bridge);
    },
  );
}
