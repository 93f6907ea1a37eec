import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop } from '../support/answers.ts';
import { type BridgedCall, bridgedCall, callTo, endBridge, hears, voices } from '../support/bridge.ts';
import { is, that } from '../support/expected.ts';
import { frequenciesOf, theseTones } from '../support/heard.ts';
import { nameAddr } from '../support/name-addr.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { privacyValues } from '../support/privacy.ts';
import { fetchFile, ownName, removeFile, talkAtOnce } from '../support/recordings.ts';
import { readWave, tonesIn } from '../support/stored-audio.ts';
import { onWire } from '../support/wire.ts';
import { responseTo } from '../support/wire-caller.ts';

const area = 'callevent';
const needs = { call: true, webhook: true } as const;

/** The caller of a bridge whose callee has left, and the third party whom callEvent has named: a bridge of its own. */
async function nextBridge(ctx: TestContext, properties: Readonly<Record<string, unknown>>): Promise<BridgedCall> {
  const third = await ctx.callee({ name: 'third' });
  const first = await bridgedCall(ctx, { events: [callTo(third.uri, properties), drop()] });
  await first.callee.hangup();
  await third.established;
  const answered = await ctx.webhooks.next('callAnswered');
  return { ...first, callee: third, answered };
}

scenario(
  {
    id: 'callevent/caller-privacy',
    title: 'callerPrivacy in the answer to callEvent hides number and name from the party who is called then',
    area,
    capability: 'call-control',
    requirements: ['actions-caller-privacy', 'headers-privacy-from'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'third' }, async (third) => {
      const hiding = { callerPrivacy: true, sipFrom: '+46890677', displayName: 'Secret' };
      const { caller, callee } = await bridgedCall(ctx, { events: [callTo(uriOf(third), hiding), drop()] });
      await callee.hangup();
      const invite = await third.waitFor('INVITE', isRequest('INVITE'));
      const from = invite.header('From', 'f') ?? '';
      const hidden = that('neither number nor name', (value: string) => value !== '' && !/46890677|Secret/.test(value));
      ctx.expect('actions-caller-privacy', 'From', from, hidden);
      ctx.expect('headers-privacy-from', 'user part of From', nameAddr(from).user, is('anonymous'));
      ctx.expect(
        'headers-privacy-from',
        'id among the values of Privacy',
        privacyValues(invite).includes('id'),
        is(true),
      );
      await third.send(responseTo(invite, 486, { toTag: 'third' }));
      await third.waitFor('ACK', isRequest('ACK'));
      await caller.ended;
      await ctx.webhooks.next('sessionCompleted');
    }),
);

scenario(
  {
    id: 'callevent/call-recording',
    title: 'callRecording in the answer to callEvent records the connection that follows, under its recordingFileName',
    area,
    capability: 'recording',
    requirements: ['actions-call-recording', 'actions-recording-file-name'],
    needs: { ...needs, rest: true, rtp: true },
  },
  async (ctx) => {
    const name = ownName(ctx);
    const bridge = await nextBridge(ctx, { callRecording: true, recordingFileName: name });
    await talkAtOnce(bridge, 400);
    await endBridge(ctx, bridge);
    // sessionCompleted comes behind the last recordingReady: what is not there now never comes.
    const told = ctx.webhooks.all('recordingReady').map(({ body }) => body);
    ctx.expect(
      'actions-call-recording',
      'events',
      told.map(({ event }) => event),
      is(['recordingSuccessful']),
    );
    ctx.expect('actions-recording-file-name', 'recordingFileName', told[0]?.recordingFileName, is(name));
    const connections = told.map(({ connectionId }) => connectionId);
    ctx.expect('actions-call-recording', 'connections', connections, is([bridge.answered.body.connectionId]));
    const wave = readWave((await fetchFile(ctx, name)).bytes);
    ctx.expect('actions-recording-file-name', 'left, Hz', frequenciesOf(tonesIn(wave, 0)), theseTones(voices.caller));
    ctx.expect('actions-recording-file-name', 'right, Hz', frequenciesOf(tonesIn(wave, 1)), theseTones(voices.callee));
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'callevent/monitor',
    title: 'monitorDestAddr in the answer to callEvent is called as a third leg, which hears both parties',
    area,
    capability: 'monitoring',
    requirements: ['actions-monitor-invited', 'actions-monitor-hears-both'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const monitor = await ctx.callee({ name: 'monitor' });
    const bridge = await nextBridge(ctx, { monitorDestAddr: monitor.uri });
    const invited = await monitor.sipp
      .waitFor('INVITE', (m) => m.method === 'INVITE' && m.status === undefined, ctx.target.timers.stepMs)
      .then(
        () => true,
        () => false,
      );
    ctx.expect('actions-monitor-invited', 'INVITE at the monitor', invited, is(true));
    await monitor.established;
    const heard = [
      await hears(ctx, bridge.caller, monitor, voices.caller),
      await hears(ctx, bridge.callee, monitor, voices.callee),
    ];
    ctx.expect('actions-monitor-hears-both', 'the monitor hears caller and callee', heard, is([true, true]));
    await endBridge(ctx, bridge);
    await monitor.ended;
  },
);
