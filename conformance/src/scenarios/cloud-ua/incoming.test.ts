import { scenario } from '../../harness/scenario.ts';
import { deviceAt, incomingRemote, received, ringRemote } from '../support/cloud.ts';
import { between, is, that } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';

const area = 'cloud-ua';
const capability = 'cloud-ua';
const tenant = 'cloudUa';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'cloud-ua/incoming',
    title: 'newRemoteCall, ringback, answer, callAnswered; RTP flows between device and far end, past the service',
    area,
    capability,
    tenant,
    requirements: ['cloud-ua-incoming-flow', 'cloud-ua-rtp-direct', 'answerremotecall-callanswered-follows'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    withMedia(ctx, async (device) => {
      const incoming = await incomingRemote(ctx);
      const { call, replyId } = incoming;
      await ringRemote(ctx, incoming);
      await ctx.rest.send('answerremotecall', { replyId, ...deviceAt(device) });
      await call.established;
      const { body } = await ctx.webhooks.next('callAnswered');
      ctx.expect('answerremotecall-callanswered-follows', 'remoteRtpIp', body.remoteRtpIp, is(call.rtp.host));
      device.sendTo(String(body.remoteRtpIp), Number(body.remoteRtpPort));
      const [atFarEnd, atDevice] = await Promise.all([
        call.rtp.waitForTone(700, 200, ctx.target.timers.stepMs),
        device.waitForTone(1100, 200, ctx.target.timers.stepMs),
        device.sendTone(700, 400),
        call.rtp.sendTone(1100, 400),
      ]);
      ctx.expect('cloud-ua-rtp-direct', 'the far end hears, Hz', atFarEnd.frequency, between(690, 710));
      ctx.expect('cloud-ua-rtp-direct', 'the device hears, Hz', atDevice.frequency, between(1090, 1110));
      await call.hangup();
      const [far, near] = [await call.rtp.stats(), await device.stats()];
      const address = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
      ctx.expect('cloud-ua-rtp-direct', 'who sent to the far end', far.received.sources, is([address(device)]));
      ctx.expect('cloud-ua-rtp-direct', 'who sent to the device', near.received.sources, is([address(call.rtp)]));
      await ctx.webhooks.next('sessionCompleted');
      const told = ['newRemoteCall', 'callAnswered', 'sessionCompleted'];
      ctx.expect('cloud-ua-incoming-flow', 'callbacks', [...ctx.webhooks.sequence()], is(told));
      const statuses = call.sipp.messages().filter((m) => m.direction === 'received' && m.method === 'INVITE');
      // Other provisional responses are free (RFC 3261 13.2.2.1).
      const seen = [...new Set(statuses.map((m) => m.status ?? 0))].filter((status) => status === 180 || status >= 200);
      ctx.expect('cloud-ua-incoming-flow', 'responses that the caller saw', seen, is([180, 200]));
    }),
);

scenario(
  {
    id: 'cloud-ua/incoming-cancelled',
    title: 'A caller who cancels before the answer gets 487, and the session ends with reason cancelled',
    area,
    capability,
    tenant,
    requirements: ['cloud-ua-incoming-cancelled'],
    needs,
  },
  async (ctx) => {
    const incoming = await incomingRemote(ctx);
    const { call } = incoming;
    await ringRemote(ctx, incoming);
    await call.hangup();
    ctx.expect('cloud-ua-incoming-cancelled', '487', received(call, 'INVITE', 487) !== undefined, is(true));
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('cloud-ua-incoming-cancelled', 'reason', body.reason, is('cancelled'));
  },
);

scenario(
  {
    id: 'cloud-ua/incoming-not-told',
    title: 'When newRemoteCall fails, the caller gets 480',
    area,
    capability,
    tenant,
    requirements: ['cloud-ua-incoming-callback-fails'],
    needs,
  },
  async (ctx) => {
    const { call } = await incomingRemote(ctx, { call: { expectStatus: 480 }, answer: { answer: { status: 500 } } });
    await call.ended;
    ctx.expect('cloud-ua-incoming-callback-fails', '480', received(call, 'INVITE', 480) !== undefined, is(true));
  },
);

scenario(
  {
    id: 'cloud-ua/incoming-unanswered',
    title: 'A call that the application never answers ends after the longest ring time',
    area,
    capability,
    tenant: 'shortRing',
    requirements: ['cloud-ua-incoming-unanswered'],
    needs,
  },
  async (ctx) => {
    const { call, told } = await incomingRemote(ctx, { tenant: 'shortRing', call: { expectStatus: 480 } });
    await call.ended;
    const refused = that('a refusal', (status: number | undefined) => (status ?? 0) >= 400);
    const last = call.sipp.messages().findLast((m) => m.direction === 'received' && m.method === 'INVITE');
    ctx.expect('cloud-ua-incoming-unanswered', 'final response', last?.status, refused);
    const { body, at } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('cloud-ua-incoming-unanswered', 'reason', body.reason, is('noAnswer'));
    ctx.expect('cloud-ua-incoming-unanswered', 'ms from newRemoteCall to the end', at - told.at, between(1500, 6000));
  },
);
