import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import type { Json } from '../json.ts';
import { inboundCall } from '../testing/bench.ts';
import { type CallBench, callBench, caller, dest, dialling, nothingLeft, talking } from '../testing/call-bench.ts';

describe('action call (D-ACTION)', () => {
  it('dials, relays the ringing, answers the caller after the callee and joins both', () => {
    const bench = dialling({}, { call: { expires: 600 } });
    const callee = bench.callee();
    expect(bench.invite()).toMatchObject({ uri: dest, fromUser: '+4689', sdp: `${callee} sdp`, headers: [] });
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 180 });
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 180 });
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 183 });
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.progress']);
    expect(bench.args(caller, 'progress')).toEqual([180, undefined]);
    bench.answered(callee, { sdp: 'their answer', expires: 900 });
    expect(bench.toldTo(callee)).toEqual(['media.open', 'sip.invite', 'media.accept']);
    expect(bench.args(caller, 'answer')).toEqual([`${caller} sdp`]);
    expect(bench.told()).not.toContain('media.join');
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.args(caller, 'join')).toEqual([callee]);

    const notified = bench.answer('callNotify').body;
    const { body } = bench.answer('callAnswered');
    expect(body).toMatchObject({
      callingPartyNumber: '+4689',
      remotePartyNumber: 'bob',
      callingPartyExpires: 600,
      calledPartyExpires: 900,
      monitoringParticipant: false,
    });
    expect(notified).toMatchObject({
      event: 'ringing',
      user: 'bob',
      remoteUser: '+4689',
      participantId: body.calleeParticipantId,
      remoteParticipantId: body.callerParticipantId,
    });
    expect(bench.ports.claims.get(String(body.replyId))).toMatchObject({ connection: body.connectionId });
    expect(bench.names()).toEqual(['newCall', 'callNotify', 'callAnswered']);
    expect(bench.host.stats()).toMatchObject({ sessions: 1, legs: 2, connections: 1 });
  });

  it('watches for RTP from the answer on, not before (D-MAX)', () => {
    const { ports, far, args } = talking({}, { settings: { rtpTimeoutSeconds: 7 } });
    const open = ports.commands.filter(({ call }) => call === 'open').map(({ args: [request] }) => request);
    const waits = { rtpTimeoutSeconds: 0, waits: true, offer: 'v=0 offer', source: '192.0.2.77' };
    expect(open).toEqual([waits, { rtpTimeoutSeconds: 0, near: expect.any(String) }]);
    expect([args(caller, 'watch'), args(far, 'watch')]).toEqual([[7], [7]]);
  });

  it.each<[string, (bench: CallBench) => readonly LegId[]]>([
    ['first the caller', (bench) => [caller, bench.callee()]],
    ['first the callee', (bench) => [bench.callee(), caller]],
  ])('calls nobody before the media of both is there: %s', (_name, order) => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'call', destAddr: dest });
    const [one = caller, other = caller] = order(bench);
    bench.opened(one);
    expect(bench.told()).not.toContain('sip.invite');
    bench.opened(other);
    expect(bench.toldTo(bench.callee())).toEqual(['media.open', 'sip.invite']);
    expect(bench.toldTo(caller)).toEqual(['media.open']);
  });

  it.each<['invalidSdp' | 'noResources' | 'internal', number]>([
    ['invalidSdp', 488],
    ['noResources', 503],
    ['internal', 500],
  ])('refuses a caller whose media fails by %s with %d, and calls nobody', (reason, status) => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'call', destAddr: dest });
    bench.opened(bench.callee());
    bench.dispatch({ type: 'media.failed', leg: caller, reason, detail: 'x' });
    expect(bench.args(caller, 'reject').at(0)).toBe(status);
    expect(bench.told()).not.toContain('sip.invite');
    bench.answer('alarm');
    expect(bench.answer('sessionCompleted').body.reason).toBe('error');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('takes a late offer: ours in the 200, the answer in the ACK', () => {
    const bench = callBench();
    const { sdp: _none, ...call } = inboundCall();
    bench.dispatch({ type: 'sip.incoming', call });
    bench.answer('newCall', { action: 'call', destAddr: dest, ringbackTone: 'default' });
    const callee = bench.callee();
    bench.opened(caller, 'our offer');
    bench.opened(callee);
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 180 });
    // A 183 with our offer would need an answer before the ACK.
    expect(bench.args(caller, 'progress')).toEqual([180, undefined]);
    bench.answered(callee);
    expect(bench.args(caller, 'answer')).toEqual(['our offer']);
    bench.dispatch({ type: 'sip.confirmed', leg: caller, sdp: 'late answer' });
    expect(bench.args(caller, 'accept')).toEqual(['late answer']);
    expect(bench.told()).toContain('media.join');
  });

  it('hands every property to the INVITE, and copies the headers that are named (D-HEADERS)', () => {
    const { invite } = dialling(
      {
        sipFrom: 'front',
        displayName: 'Donald Duck',
        sipTo: 'to',
        sipPAI: 'pai',
        sipRPID: 4711,
        sipDiversion: 123_456,
        sipDiversionParameters: { reason: 'busy' },
        contactParameters: { a: 'b' },
        contactUserParameters: { c: 'd' },
        callerPrivacy: true,
        xHeaders: { 'x-one': ['1', '2'] },
        pHeaders: { 'p-charge': 'c' },
        copyHeaders: ['X-Copied', 'x-one', 'P-Asserted-Identity', 'X-Absent', 'Subject'],
      },
      {
        call: {
          xHeaders: { 'x-copied': ['a', 'b'], 'x-one': 'theirs', 'x-other': 'no' },
          pHeaders: { 'p-asserted-identity': '<sip:1@x>' },
        },
      },
    );
    const { traceId: _trace, sdp: _sdp, ...rest } = invite();
    expect(rest).toEqual({
      uri: dest,
      fromUser: 'front',
      fromDisplayName: 'Donald Duck',
      fromHost: 'sip.demo.example',
      toUser: 'to',
      assertedUser: 'pai',
      remotePartyIdUser: '4711',
      diversionUser: '123456',
      diversionParameters: { reason: 'busy' },
      contactParameters: { a: 'b' },
      contactUserParameters: { c: 'd' },
      private: true,
      headers: [
        ['X-One', '1'],
        ['X-One', '2'],
        ['P-Charge', 'c'],
        ['X-Copied', 'a'],
        ['X-Copied', 'b'],
      ],
    });
  });

  it.each<[string, Readonly<Record<string, Json>>, string]>([
    ['no destAddr', { destAddr: '' }, 'alarm:newCall request failed'],
    ['no SIP address', { destAddr: 'tel:+46' }, 'alarm:Invalid sip address: tel:+46'],
    ['a line end in a header', { xHeaders: { 'x-a': 'b\r\nVia: c' } }, 'alarm:newCall request failed'],
    ['a foreign header', { pHeaders: { Via: 'c' } }, 'alarm:newCall request failed'],
    [
      'a recording outside of the storage',
      { callRecording: true, recordingFileName: '../a.wav' },
      'alarm:newCall request failed',
    ],
  ])('with %s sends nothing, and the caller gets 480', (_name, answer, alarm) => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'call', destAddr: dest, ...answer });
    expect(bench.told()).toEqual(['sip.reject', 'media.close']);
    expect(bench.args(caller, 'reject').at(0)).toBe(480);
    expect(bench.names()).toEqual(['newCall', alarm]);
  });
});

describe('what the caller hears while the callee rings (D-RING)', () => {
  it.each<[string, string, unknown]>([
    ['the tone of the domain', 'default', { kind: 'tone', tone: { frequencies: [440, 480], cadence: [2_000, 4_000] } }],
    ['a prompt', 'hold.wav', { kind: 'file', fileName: 'hold.wav' }],
    ['a URL', 'https://a.example/b.wav', { kind: 'url', url: 'https://a.example/b.wav', refresh: false }],
  ])('%s as early media until the answer', (_name, ringbackTone, phrase) => {
    const bench = dialling({ ringbackTone }, { settings: { tonePlan: 'US' } });
    expect(bench.toldTo(caller)).toEqual(['media.open']);
    bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
    expect(bench.args(caller, 'progress')).toEqual([183, `${caller} sdp`]);
    expect(bench.ports.jobs).toMatchObject([{ phrases: [phrase], repeat: true, domain: 'demo.example' }]);
    bench.answered(bench.callee());
    expect(bench.args(caller, 'stop')).toEqual([bench.ports.jobs[0]?.id, 'all']);
    expect(bench.toldTo(caller).slice(-3)).toEqual(['media.stop', 'sip.answer', 'media.start']);
  });

  it('lets media flow only after the 183 with its description', () => {
    const bench = dialling({ ringbackTone: 'default' });
    expect(bench.toldTo(caller)).toEqual(['media.open']);
    bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.progress', 'media.start', 'media.play']);
  });

  it('a prompt that fails is told, and the call goes on', () => {
    const bench = dialling({ ringbackTone: 'gone.wav' });
    bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 183 });
    const job = bench.ports.jobs[0]?.id as never;
    bench.dispatch({ type: 'media.playFailed', leg: caller, job, phrase: 0, reason: 'phraseError', detail: 'x' });
    bench.answered(bench.callee());
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.names()).toEqual(['newCall', 'callNotify', 'alarm:phraseError']);
    expect(bench.told()).toContain('media.join');
  });
});
