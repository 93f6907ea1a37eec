import { scenario } from '../../harness/scenario.ts';
import type { CalleeHandle, TestContext } from '../../harness/types.ts';
import { ivr, waiting } from '../support/answers.ts';
import { bridgedCall } from '../support/bridge.ts';
import { is } from '../support/expected.ts';

const area = 'actions-media';
const capability = 'monitoring';
const slug = 'actions-monitor-ends';
const needs = { call: true, webhook: true } as const;

/** BYE to the monitor, or CANCEL, while the session goes on. */
async function expectLetGo(ctx: TestContext, monitor: CalleeHandle, method: 'BYE' | 'CANCEL' = 'BYE'): Promise<void> {
  const isEnd = (m: { method: string; direction: string; status?: number }): boolean =>
    m.method === method && m.direction === 'received' && m.status === undefined;
  const came = await monitor.sipp.waitFor(method, isEnd, ctx.target.timers.stepMs).then(
    () => true,
    () => false,
  );
  ctx.expect(slug, `${method} to the monitor`, came, is(true));
  ctx.expect(slug, 'sessionCompleted until then', ctx.webhooks.all('sessionCompleted').length, is(0));
  await monitor.ended;
}

scenario(
  {
    id: 'actions-media/monitor-of-parted',
    title: 'A split of the connection that it hears ends the monitor, while both parties go to the IVR',
    area,
    capability,
    requirements: [slug],
    needs: { ...needs, rest: true },
  },
  async (ctx) => {
    const monitor = await ctx.callee({ name: 'monitor' });
    ctx.webhooks.on('getIvrCommand', waiting());
    const newCall = { monitorDestAddr: monitor.uri };
    const { caller, callee, connectionId } = await bridgedCall(ctx, { newCall, events: ivr() });
    await monitor.established;
    await ctx.rest.send('splitconnection', { connectionId });
    await ctx.webhooks.next('getIvrCommand');
    await ctx.webhooks.next('getIvrCommand');
    await expectLetGo(ctx, monitor);
    await Promise.all([caller.hangup(), callee.hangup()]);
    await ctx.webhooks.next('sessionCompleted');
    const events = ctx.webhooks.all('callEvent').map(({ body }) => body.event);
    ctx.expect(slug, 'callEvents', events.toSorted(), is(['calleeConnectionSplit', 'callerConnectionSplit']));
  },
);

scenario(
  {
    id: 'actions-media/monitor-of-left',
    title: 'When one party hangs up and the other goes to the IVR, the monitor of their connection gets BYE',
    area,
    capability,
    requirements: [slug],
    needs,
  },
  async (ctx) => {
    const monitor = await ctx.callee({ name: 'monitor' });
    ctx.webhooks.on('getIvrCommand', waiting());
    const { caller, callee } = await bridgedCall(ctx, { newCall: { monitorDestAddr: monitor.uri }, events: ivr() });
    await monitor.established;
    await callee.hangup();
    await ctx.webhooks.next('getIvrCommand');
    await expectLetGo(ctx, monitor);
    await caller.hangup();
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'actions-media/monitor-of-left-rings',
    title: 'A monitor who rings yet when the connection ends gets CANCEL, and the caller stays in the IVR',
    area,
    capability,
    requirements: [slug],
    needs,
  },
  async (ctx) => {
    const monitor = await ctx.callee({ name: 'monitor', answer: 'never' });
    ctx.webhooks.on('getIvrCommand', waiting());
    const { caller, callee } = await bridgedCall(ctx, { newCall: { monitorDestAddr: monitor.uri }, events: ivr() });
    await monitor.invited;
    await callee.hangup();
    await ctx.webhooks.next('getIvrCommand');
    await expectLetGo(ctx, monitor, 'CANCEL');
    await caller.hangup();
    await ctx.webhooks.next('sessionCompleted');
  },
);
