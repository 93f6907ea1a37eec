import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, callTo, connectWith, endBridge, hears, voices } from '../support/bridge.ts';
import { is, that } from '../support/expected.ts';
import { foreignIvr } from '../support/foreign.ts';
import { ownName, removeFile } from '../support/recordings.ts';
import { waitingParty } from '../support/waiting-party.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const area = 'actions';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'actions/connect',
    title:
      'connect in the answer to newCall joins the caller with one who waits in the IVR; callEvent asks for who is left',
    area,
    capability,
    requirements: ['actions-connect', 'callanswered-connection', 'callevent-calling-party-drop'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const { waits, participantId, connectionId } = await waitingParty(ctx);
    ctx.webhooks.on('newCall', connectWith(participantId, { sessionReferenceId: ctx.reference }));
    const caller = await ctx.call();
    await caller.established;
    const { body } = await ctx.webhooks.next('callAnswered');
    const joined = [body.callerParticipantId, body.calleeParticipantId].includes(participantId);
    ctx.expect('callanswered-connection', 'one of the connection is who waited', joined, is(true));
    const differs = body.connectionId !== connectionId;
    ctx.expect('actions-connect', 'the connection is a new one', differs, is(true));
    const heard = await Promise.all([
      hears(ctx, waits, caller, voices.third),
      hears(ctx, caller, waits, voices.caller),
    ]);
    ctx.expect('actions-connect', 'they hear each other', heard, is([true, true]));
    await caller.hangup();
    const event = await ctx.webhooks.next('callEvent');
    ctx.expect('callevent-calling-party-drop', 'event', event.body.event, is('callingPartyDrop'));
    await waits.ended;
    await ctx.webhooks.next('sessionCompleted');
  },
);

scenario(
  {
    id: 'actions/connect-unknown',
    title: 'connect with a participant who is not there: the caller gets 480, the operator newCall request failed',
    area,
    capability,
    requirements: ['actions-connect-unknown'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', connectWith('00000000-0000-4000-8000-000000000004'));
      const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      ctx.expect('actions-connect-unknown', 'final response', refused.status, is(480));
      const { body } = await ctx.webhooks.next('alarm');
      ctx.expect('actions-connect-unknown', 'error', body.error, is('newCall request failed'));
      await ctx.webhooks.next('sessionCompleted');
    }),
);

scenario(
  {
    id: 'actions/connect-foreign',
    title: 'A participant who waits in another domain cannot be connected, and goes on waiting',
    area,
    capability,
    tenant: 'foreign',
    requirements: ['actions-connect-unknown'],
    needs,
  },
  async (ctx) => {
    const { call: waits, app } = await foreignIvr(ctx);
    const { body } = await app.next('callAnswered');
    await app.next('getIvrCommand');
    await onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', connectWith(body.callerParticipantId));
      const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      ctx.expect('actions-connect-unknown', 'final response', refused.status, is(480));
      await ctx.webhooks.next('sessionCompleted');
    });
    const bye = waits.sipp.messages().some((m) => m.method === 'BYE');
    ctx.expect('actions-connect-unknown', 'BYE to the one who waits', bye, is(false));
    await waits.hangup();
    await app.next('sessionCompleted');
  },
);

for (const party of ['caller', 'callee'] as const) {
  scenario(
    {
      id: `actions/connect-${party}-in-a-call`,
      title: `connect with the ${party} of a call fails as with nobody: 480 for who asked, and the two go on talking`,
      area,
      capability,
      requirements: ['actions-connect-not-waiting'],
      needs: { ...needs, rtp: true },
    },
    async (ctx) => {
      const bridge = await bridgedCall(ctx);
      const { caller, callee } = bridge;
      const slug = 'actions-connect-not-waiting';
      const [number, reference] = [ctx.harness.takeNumber(), `${ctx.reference}/asks`];
      const answer = connectWith(party === 'caller' ? bridge.callerId : bridge.calleeId, {
        sessionReferenceId: reference,
      });
      const app = ctx.alsoClaim({ number, reference }).on('newCall', answer);
      await onWire(ctx, { name: 'asks' }, async (wire) => {
        const asks = wireCaller(ctx, wire, { to: number });
        const refused = await asks.invite({ body: audioSdp(wire) });
        // A target that connects them leaves a call behind that nobody else would end.
        if (refused.status === 200) await asks.bye();
        ctx.expect(slug, 'final response', refused.status, is(480));
        const { body } = await app.next('alarm');
        ctx.expect(slug, 'error', body.error, is('newCall request failed'));
        await app.next('sessionCompleted');
      });
      const heard = [await hears(ctx, caller, callee, voices.caller), await hears(ctx, callee, caller, voices.callee)];
      ctx.expect(slug, 'the two hear each other', heard, is([true, true]));
      ctx.expect(slug, 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
      await endBridge(ctx, bridge);
    },
  );
}

for (const [name, destAddr] of [
  ['words', 'nobody anywhere'],
  ['telephone', 'tel:+46890100'],
] as const) {
  scenario(
    {
      id: `actions/call-invalid-address-${name}`,
      title: `call with destAddr ${destAddr}, which is no SIP address, refuses the caller and raises the alarm with it`,
      area,
      capability,
      requirements: ['actions-call-invalid-address'],
      needs,
    },
    (ctx) =>
      onWire(ctx, {}, async (wire) => {
        ctx.webhooks.on('newCall', { answer: { json: callTo(destAddr), expectInvalid: true } });
        const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        const failure = that('a final failure', (status: number | undefined) => (status ?? 0) >= 400);
        ctx.expect('actions-call-invalid-address', 'final response', refused.status, failure);
        const { body } = await ctx.webhooks.next('alarm');
        ctx.expect('actions-call-invalid-address', 'error', body.error, is(`Invalid sip address: ${destAddr}`));
        await ctx.webhooks.next('sessionCompleted');
      }),
  );
}

scenario(
  {
    id: 'actions/connect-recorded',
    title: 'connect with callRecording records the two that it joins',
    area,
    capability: 'recording',
    requirements: ['actions-connect', 'actions-call-recording', 'actions-recording-file-name'],
    needs,
  },
  async (ctx) => {
    const { waits, participantId } = await waitingParty(ctx);
    const recordingFileName = ownName(ctx);
    const more = { sessionReferenceId: ctx.reference, callRecording: true, recordingFileName };
    ctx.webhooks.on('newCall', connectWith(participantId, more));
    const caller = await ctx.call();
    await caller.established;
    const { connectionId } = (await ctx.webhooks.next('callAnswered')).body;
    await caller.hangup();
    await waits.ended;
    const { body } = await ctx.webhooks.next('recordingReady');
    ctx.expect('actions-call-recording', 'connection recorded', body.connectionId, is(connectionId));
    ctx.expect('actions-recording-file-name', 'recordingFileName', body.recordingFileName, is(recordingFileName));
    await ctx.webhooks.next('sessionCompleted');
    await removeFile(ctx, recordingFileName);
  },
);

scenario(
  {
    id: 'actions/connect-monitored',
    title: 'connect with monitorDestAddr calls the monitor, who hears the two that it joins',
    area,
    capability: 'monitoring',
    requirements: ['actions-connect', 'actions-monitor-invited'],
    needs,
  },
  async (ctx) => {
    const { waits, participantId } = await waitingParty(ctx);
    const monitor = await ctx.callee({ name: 'monitor' });
    const more = { sessionReferenceId: ctx.reference, monitorDestAddr: monitor.uri };
    ctx.webhooks.on('newCall', connectWith(participantId, more));
    const caller = await ctx.call();
    await Promise.all([caller.established, monitor.established]);
    const heard = await hears(ctx, caller, monitor, voices.caller);
    ctx.expect('actions-monitor-invited', 'the monitor hears the caller', heard, is(true));
    await caller.hangup();
    await Promise.all([waits.ended, monitor.ended]);
    await ctx.webhooks.next('sessionCompleted');
  },
);
