import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { atWork, collect, collected, paramsOf } from '../support/collect.ts';
import { is } from '../support/expected.ts';
import { keyTones } from '../support/key-tones.ts';
import type { WireMessage } from '../support/wire.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'dtmf';
const untilHash = { terminationKey: '#', firstTimeout: 5, betweenTimeout: 5 };

const relay = (signal: string): { readonly type: string; readonly text: string } => ({
  type: 'application/dtmf-relay',
  text: `Signal=${signal}\r\nDuration=160\r\n`,
});

scenario(
  {
    id: 'dtmf/info',
    title: 'A SIP INFO with application/dtmf-relay is one digit, and one that is sent again is none',
    area,
    capability: 'sip-info-dtmf',
    requirements: ['dtmf-info', 'dtmf-info-retransmitted'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWireIvr(ctx, { commands: [collect(untilHash), hangUp()] }, async ({ wire, caller, command }) => {
      await atWork(ctx, command);
      for (const key of ['7', '*', '7']) {
        const { status } = await caller.ask('INFO', { body: relay(key) });
        ctx.expect('dtmf-info', `answer to INFO with ${key}`, status, is(200));
      }
      const before = wire.received().length;
      const request = await caller.send('INFO', { body: relay('3') });
      const cseq = /^CSeq: (\d+ INFO)/m.exec(request)?.[1] ?? '';
      const answered = (m: WireMessage): boolean => m.status === 200 && m.header('CSeq') === cseq;
      await wire.waitFor('answer to INFO', answered, { from: before });
      const between = wire.received().length;
      await wire.send(request);
      await wire.waitFor('answer to the INFO that was sent again', answered, { from: between });
      await caller.ask('INFO', { body: relay('#') });
      const next = await ctx.webhooks.next('getIvrCommand');
      const threes = String(next.body.dtmfBuffer).replace(/[^3]/g, '');
      ctx.expect('dtmf-info-retransmitted', 'digits of the INFO that was sent again', threes, is('3'));
      ctx.expect('dtmf-info', 'digits collected', paramsOf(next).dtmfMatch, is('7*73'));
      ctx.expect('dtmf-info-retransmitted', 'all digits that came', next.body.dtmfBuffer, is('7*73#'));
      await caller.answer('BYE');
    }),
);

scenario(
  {
    id: 'dtmf/in-band',
    title: 'Tones in the audio of a caller without telephone-event are understood, each one digit',
    area,
    capability: 'in-band-dtmf',
    requirements: ['dtmf-in-band'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { params, next } = await collected(ctx, untilHash, (rtp) => rtp.sendPcm(keyTones('1590*#')), {
      call: { dtmf: false },
    });
    ctx.expect('dtmf-in-band', 'digits collected', params.dtmfMatch, is('1590*'));
    ctx.expect('dtmf-in-band', 'all digits that came', next.body.dtmfBuffer, is('1590*#'));
  },
);
