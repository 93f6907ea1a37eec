import { scenario } from '../../harness/scenario.ts';
import type { CallHandle, TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { withAudioServer } from '../support/audio-server.ts';
import { bridgedCall, callTo, dialledCall, endBridge } from '../support/bridge.ts';
import { audioSection } from '../support/description.ts';
import { between, is, that } from '../support/expected.ts';
import { near, tonesHeard } from '../support/heard.ts';
import { sine, withStoredPrompts } from '../support/prompts.ts';

const area = 'actions-media';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

/** Provisional responses that the caller got, besides 100. */
const provisionals = ({ sipp }: CallHandle) =>
  sipp.messages().filter((m) => m.direction === 'received' && (m.status ?? 0) > 100 && (m.status ?? 0) < 200);

/** The caller of a call that rings hears this while it does; then the callee answers and the call is ended. */
async function ringsWith(ctx: TestContext, slug: string, newCall: Json, frequency: number): Promise<void> {
  const call = await dialledCall(ctx, { newCall, callee: { answer: 'signal' } });
  const heard = await call.caller.rtp.waitForTone(frequency, 300, ctx.target.timers.stepMs);
  ctx.expect(slug, 'what the caller hears while it rings, Hz', heard.frequency, between(frequency - 8, frequency + 8));
  const early = provisionals(call.caller);
  const described = early.filter((m) => m.status === 183 && audioSection(m.raw) !== undefined);
  ctx.expect(slug, '183 with SDP', described.length > 0, is(true));
  ctx.expect(slug, 'callAnswered meanwhile', ctx.webhooks.all('callAnswered').length, is(0));
  await call.callee.answer();
  await Promise.all([call.caller.established, call.callee.established]);
  await ctx.webhooks.next('callAnswered');
  const answered = ctx.harness.clock.now();
  await call.caller.rtp.waitForPackets((await call.caller.rtp.stats()).received.packets + 25, 3000);
  await endBridge(ctx, call);
  const { startedAt } = await call.caller.rtp.audio();
  const tones = await tonesHeard(call.caller.rtp);
  const last = Math.max(...tones.map((tone) => startedAt + tone.startMs + tone.durationMs));
  const soon = that('no more than 300 ms', (ms: number) => ms <= 300);
  ctx.expect(slug, 'ms from callAnswered to the end of what rang', last - answered, soon);
}

scenario(
  {
    id: 'actions-media/ringback-default',
    title: 'ringbackTone default: 183 with SDP and a ringing tone until the callee answers',
    area,
    capability,
    requirements: ['actions-ringback-default', 'actions-ringback-present'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const call = await dialledCall(ctx, { newCall: { ringbackTone: 'default' }, callee: { answer: 'signal' } });
    const { rtp } = call.caller;
    await rtp.waitForPackets(50, ctx.target.timers.stepMs);
    const early = provisionals(call.caller);
    const described = early.filter((m) => m.status === 183 && audioSection(m.raw) !== undefined);
    const present = ['actions-ringback-default', 'actions-ringback-present'];
    ctx.expect(present, '183 with SDP', described.length > 0, is(true));
    // Networks' ringing tones have 400 to 480 Hz, one frequency or a sum of some (ITU-T E.180).
    const tones = await tonesHeard(rtp);
    const ringing = that(
      'a tone of 400 to 480 Hz',
      (one: number | undefined) => one !== undefined && one > 390 && one < 490,
    );
    ctx.expect('actions-ringback-default', 'what the caller hears, Hz', tones[0]?.frequency, ringing);
    await call.callee.answer();
    await Promise.all([call.caller.established, call.callee.established]);
    await ctx.webhooks.next('callAnswered');
    await endBridge(ctx, call);
  },
);

for (const [name, newCall] of [
  ['none', { ringbackTone: 'none' }],
  ['absent', {}],
] as const) {
  scenario(
    {
      id: `actions-media/ringback-${name}`,
      title: `ringbackTone ${name}: the callee's 180 is relayed without SDP and nothing is heard`,
      area,
      capability,
      requirements: ['actions-ringback-none'],
      needs,
    },
    async (ctx) => {
      const call = await dialledCall(ctx, { newCall, callee: { answer: 'signal' } });
      await call.caller.sipp.waitFor('a 180', (m) => m.status === 180, ctx.target.timers.stepMs);
      await call.caller.rtp.waitForSilenceOnWire(400, 3000);
      const early = provisionals(call.caller);
      // 181, 182 and 199 say nothing of the ringing, and may come as often as the target likes (RFC 3261 21.1).
      const rings = new Set(early.flatMap(({ status }) => (status === 180 || status === 183 ? [status] : [])));
      ctx.expect('actions-ringback-none', 'statuses that tell of the ringing', [...rings], is([180]));
      const described = early.filter((m) => audioSection(m.raw) !== undefined);
      ctx.expect('actions-ringback-none', 'responses with SDP', described.length, is(0));
      const { received } = await call.caller.rtp.stats();
      ctx.expect('actions-ringback-none', 'RTP packets while it rings', received.packets, is(0));
      await call.callee.answer();
      await Promise.all([call.caller.established, call.callee.established]);
      await endBridge(ctx, call);
    },
  );
}

scenario(
  {
    id: 'actions-media/ringback-file',
    title: "ringbackTone with a prompt's name plays it as early media, and the answer ends it",
    area,
    capability,
    requirements: ['actions-ringback-prompt'],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withStoredPrompts(ctx, { music: sine(800, 500) }, ({ music }) =>
      ringsWith(ctx, 'actions-ringback-prompt', { ringbackTone: music }, 800),
    ),
);

scenario(
  {
    id: 'actions-media/ringback-url',
    title: 'ringbackTone with a URL fetches it and plays it as early media, and the answer ends it',
    area,
    capability,
    requirements: ['actions-ringback-prompt'],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withAudioServer(ctx, { 'music.wav': sine(900, 500) }, (server) =>
      ringsWith(ctx, 'actions-ringback-prompt', { ringbackTone: server.url('music.wav') }, 900),
    ),
);

scenario(
  {
    id: 'actions-media/ringback-after-event',
    title: 'ringbackTone in an answer to callEvent is heard by the caller who is on the line',
    area,
    capability,
    requirements: ['actions-ringback-present'],
    needs: { ...needs, rtp: true },
  },
  (ctx) =>
    withStoredPrompts(ctx, { music: sine(1000, 500) }, async ({ music }) => {
      const second = await ctx.callee({ answer: 'signal' });
      const bridge = await bridgedCall(ctx, {
        events: [callTo(second.uri, { ringbackTone: music }), { action: 'drop' }],
      });
      await bridge.callee.hangup();
      await second.invited;
      const heard = await bridge.caller.rtp.waitForTone(1000, 300, ctx.target.timers.stepMs);
      const right = that('1000 Hz', (one: number) => near(one, 1000));
      ctx.expect('actions-ringback-present', 'what the caller hears, Hz', heard.frequency, right);
      await second.answer();
      await second.established;
      await ctx.webhooks.next('callAnswered');
      await bridge.caller.hangup();
      await second.ended;
    }),
);
