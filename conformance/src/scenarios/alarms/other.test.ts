import { scenario } from '../../harness/scenario.ts';
import { drop, hangUp, ivr, play, stored, waiting } from '../support/answers.ts';
import { between, is } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

scenario(
  {
    id: 'alarms/none-for-a-good-call',
    title: 'A call without a fault leads to no alarm',
    area: 'alarms',
    capability: 'alarms',
    requirements: ['alarms-never-for-good-call'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx, { commands: hangUp() });
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    ctx.expect('alarms-never-for-good-call', 'alarms', ctx.webhooks.all('alarm').length, is(0));
    ctx.expect('alarms-never-for-good-call', 'callbacks in all', ctx.webhooks.all().length, between(3, 5));
  },
);

scenario(
  {
    id: 'alarms/slow-receiver',
    title: 'A receiver of alarms that never answers holds up no callback of a call that goes on',
    area: 'alarms',
    capability: 'alarms',
    requirements: ['alarm-not-in-session-order', 'sessioncompleted-last'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    ctx.webhooks.on('alarm', { answer: { hang: true } });
    const { call } = await answeredIvr(ctx, { commands: [play([stored('never-stored-by-anybody.wav')]), waiting()] });
    const alarm = await ctx.webhooks.next('alarm');
    const second = await ctx.webhooks.next('getIvrCommand');
    // A receiver is given up after the time limit of callbacks: whoever waits for it is at least that late.
    ctx.expect(
      'alarm-not-in-session-order',
      'ms from the alarm to the next getIvrCommand',
      second.at - alarm.at,
      between(-1000, ctx.target.timers.callbackTimeoutMs * 0.75),
    );
    const completed = await hangupAndComplete(ctx, call);
    ctx.expect('sessioncompleted-last', 'the alarm came before sessionCompleted', alarm.at <= completed.at, is(true));
  },
);

for (const [name, what, formats, lines] of [
  ['no-common-codec', 'with none of the codecs', '18', ['a=rtpmap:18 G729/8000']],
  ['no-audio-format', 'whose audio section names a payload type that nothing explains', '99', []],
] as const) {
  scenario(
    {
      id: `alarms/invalid-sdp-${name}`,
      title: `An offer ${what} is refused with 488 when the call is to be answered, and leads to the alarm invalidSdp`,
      area: 'alarms',
      capability: 'alarms',
      requirements: ['alarms-call-invalid-sdp', 'alarm-type'],
      needs: { call: true },
    },
    (ctx) =>
      onWire(ctx, {}, async (wire) => {
        ctx.webhooks.on('newCall', ivr()).on('getIvrCommand', hangUp());
        const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire, { formats, lines }) });
        ctx.expect('alarms-call-invalid-sdp', 'final response', refused.status, is(488));
        const alarm = await ctx.webhooks.next('alarm');
        ctx.expect('alarm-type', 'type', alarm.body.type, is('callError'));
        ctx.expect('alarms-call-invalid-sdp', 'error', alarm.body.error, is('invalidSdp'));
      }),
  );
}

scenario(
  {
    id: 'alarms/longest-session',
    title: 'A session that reaches the longest time is ended with BYE, reason maxDuration and the alarm maxDuration',
    area: 'alarms',
    capability: 'alarms',
    tenant: 'shortSession',
    requirements: ['alarms-session-max-duration', 'sessioncompleted-reason-max-duration', 'alarm-domain'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const tenant = ctx.target.tenants.shortSession;
    const number = ctx.harness.takeNumber('shortSession');
    const app = ctx.alsoClaim({ number }).on('newCall', ivr()).on('getIvrCommand', { getIVRCommandAfter: 60 });
    const call = await ctx.call({ to: number, domain: tenant?.domain ?? 'shortSession' });
    await call.established;
    const alarm = await app.next('alarm');
    ctx.expect('alarms-session-max-duration', 'type', alarm.body.type, is('sessionError'));
    ctx.expect('alarms-session-max-duration', 'error', alarm.body.error, is('maxDuration'));
    ctx.expect('alarm-domain', 'domain', alarm.body.domain, is(tenant?.domain));
    await call.ended;
    const completed = await app.next('sessionCompleted');
    ctx.expect('sessioncompleted-reason-max-duration', 'reason', completed.body.reason, is('maxDuration'));
  },
);

scenario(
  {
    id: 'alarms/no-rtp',
    title: 'A party that sends no RTP for the configured time is hung up, with the alarm RTP media timeout',
    area: 'alarms',
    capability: 'alarms',
    tenant: 'silent',
    requirements: ['alarms-call-rtp-timeout'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const tenant = ctx.target.tenants.silent;
    const number = ctx.harness.takeNumber('silent');
    const app = ctx.alsoClaim({ number }).on('newCall', ivr()).on('getIvrCommand', { getIVRCommandAfter: 60 });
    const call = await ctx.call({ to: number, domain: tenant?.domain ?? 'silent', silent: true });
    await call.established;
    const alarm = await app.next('alarm');
    ctx.expect('alarms-call-rtp-timeout', 'type', alarm.body.type, is('callError'));
    ctx.expect('alarms-call-rtp-timeout', 'error', alarm.body.error, is('RTP media timeout'));
    await call.ended;
    await app.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'alarms/application-unreachable',
    title: 'An application that nobody can connect to: the caller gets 480 and the operator an alarm',
    area: 'alarms',
    capability: 'alarms',
    tenant: 'unreachable',
    requirements: ['alarms-newcall-failed-refused', 'alarms-newcall-failed-480'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const domain = ctx.target.tenants.unreachable?.domain ?? 'unreachable';
      const number = ctx.harness.takeNumber('unreachable');
      const operator = ctx.alsoClaim({ number }).claim({ alarmDomain: domain }).on('newCall', drop());
      const refused = await wireCaller(ctx, wire, { to: number, domain }).invite({ body: audioSdp(wire) });
      ctx.expect('alarms-newcall-failed-480', 'final response', refused.status, is(480));
      const alarm = await operator.next('alarm');
      ctx.expect('alarms-newcall-failed-refused', 'error', alarm.body.error, is('newCall request failed'));
    }),
);

scenario(
  {
    id: 'alarms/good-call-completes',
    title: 'The caller of a good call hangs up: sessionCompleted comes without an alarm beside it',
    area: 'alarms',
    capability: 'alarms',
    requirements: ['alarms-never-for-good-call'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    await hangupAndComplete(ctx, call);
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    ctx.expect('alarms-never-for-good-call', 'alarms', ctx.webhooks.all('alarm').length, is(0));
  },
);
