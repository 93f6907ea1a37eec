import { describe, expect, it } from 'vitest';
import type { CallId, LegId } from '../ids.ts';
import type { CallbackResult, Json } from '../ports.ts';
import { inboundCall } from '../testing/bench.ts';
import { callBench, caller, dest, dialling, nothingLeft, talking } from '../testing/call-bench.ts';
import { ok } from '../testing/fake-ports.ts';

describe('action call (D-ACTION)', () => {
  it('dials, relays the ringing, answers the caller after the callee and joins both', () => {
    const bench = dialling({}, { call: { expires: 600 } });
    const callee = bench.callee();
    expect(bench.invite()).toMatchObject({ uri: dest, fromUser: '+4689', sdp: `${callee} sdp`, headers: [] });
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 180 });
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 180 });
    bench.dispatch({ type: 'sip.progress', leg: callee, status: 183, sdp: 'early' });
    expect(bench.toldTo(caller)).toEqual(['sip.progress']);
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
    expect(open).toEqual([
      { rtpTimeoutSeconds: 0, near: expect.any(String) },
      { rtpTimeoutSeconds: 0, offer: 'v=0 offer' },
    ]);
    expect([args(caller, 'watch'), args(far, 'watch')]).toEqual([[7], [7]]);
  });

  it('answers the caller when its media comes after the answer of the callee', () => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'call', destAddr: dest });
    const callee = bench.callee();
    bench.opened(callee);
    expect(bench.toldTo(caller)).toEqual([]);
    bench.dispatch({ type: 'sip.answered', leg: callee, sipCallId: 'call-1' as CallId, sdp: 'their answer' });
    expect(bench.toldTo(caller)).toEqual(['media.open']);
    bench.opened(caller);
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.answer']);
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
    expect(bench.toldTo(caller).slice(-2)).toEqual(['media.stop', 'sip.answer']);
  });

  it('waits for the media of the caller', () => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'call', destAddr: dest, ringbackTone: 'default' });
    bench.opened(bench.callee());
    bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
    expect(bench.toldTo(caller)).toEqual(['media.open']);
    bench.opened(caller);
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.progress', 'media.play']);
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

describe('the callee does not come', () => {
  const failing = (end: (bench: ReturnType<typeof dialling>) => void, answer: Readonly<Record<string, Json>> = {}) => {
    const bench = dialling(answer);
    end(bench);
    return bench;
  };
  const busy = (bench: ReturnType<typeof dialling>) =>
    bench.dispatch({ type: 'sip.failed', leg: bench.callee(), status: 486, reason: 'Busy' });

  it.each<[string, (bench: ReturnType<typeof dialling>) => void, string]>([
    ['a final failure', busy, 'rejected'],
    ['maxRingTime', ({ ports }) => ports.clock.advance(2_000), 'noAnswer'],
    ['a 200 without SDP', (b) => b.answered(b.callee(), {}), 'error'],
    [
      'media that cannot be had',
      (b) => b.dispatch({ type: 'media.failed', leg: b.callee(), reason: 'noResources', detail: 'x' }),
      'error',
    ],
    [
      'an answer that cannot be used',
      (b) => {
        b.answered(b.callee());
        b.dispatch({ type: 'media.failed', leg: b.callee(), reason: 'invalidSdp', detail: 'x' });
      },
      'error',
    ],
  ])('%s asks for the caller by calledPartyFailure', (_name, end, reason) => {
    const bench = failing(end, { maxRingTime: 2 });
    const { body } = bench.last('callEvent');
    expect(body).toMatchObject({
      event: 'calledPartyFailure',
      user: 'bob',
      remoteUser: '+4689',
      domain: 'demo.example',
    });
    expect(bench.ports.claims.get(String(body.replyId))?.participant).toBe(body.remoteParticipantId);
    bench.answer('callEvent', { action: 'drop', dropCode: 'busy' });
    // Answered or not, the caller is let go in the way of its state.
    expect(bench.told().filter((told) => told === 'sip.reject' || told === 'sip.hangup').length).toBeGreaterThan(0);
    for (const { leg } of bench.ports.commands.filter(({ call }) => call === 'cancel')) {
      bench.dispatch({ type: 'sip.failed', leg: leg as LegId, status: 487, reason: 'x' });
    }
    for (const alarm of bench.open().filter(({ name }) => name === 'alarm')) bench.answer(alarm.name);
    expect(bench.last('sessionCompleted').body).toMatchObject({ reason });
    bench.answer('sessionCompleted');
    expect(bench.host.stats()).toEqual(nothingLeft);
    expect(bench.ports.clock.pending()).toBe(0);
  });

  it('a drop refuses the caller with its code', () => {
    const bench = failing(busy);
    bench.answer('callEvent', { action: 'drop', dropCode: 'congestion' });
    expect(bench.args(caller, 'reject').at(0)).toBe(503);
  });

  it('the caller may go to the IVR', () => {
    const bench = failing(busy);
    bench.answer('callEvent', { action: 'ivr' });
    expect(bench.toldTo(caller)).toEqual(['media.open']);
    bench.opened(caller);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.answer']);
    bench.answer('callAnswered');
    expect(bench.names()).toEqual(['newCall', 'callEvent', 'callAnswered', 'getIvrCommand']);
  });

  it('somebody else may be called, again and again', () => {
    const bench = failing(busy);
    for (const name of ['carol', 'dave']) {
      bench.answer('callEvent', { action: 'call', destAddr: `sip:${name}@x.example` });
      bench.opened(bench.callee());
      expect(bench.invite().uri).toBe(`sip:${name}@x.example`);
      bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
      bench.answer('callNotify');
      if (name === 'carol') busy(bench);
    }
    bench.answered(bench.callee());
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.last('callAnswered').body).toMatchObject({ remotePartyNumber: 'dave' });
    expect(bench.toldTo(caller).filter((told) => told === 'media.open')).toHaveLength(1);
  });

  it('CANCEL that nobody answers is told', () => {
    const bench = failing(({ ports }) => ports.clock.advance(60_000));
    bench.answer('callEvent', { action: 'drop' });
    expect(bench.names()).not.toContain('sessionCompleted');
    bench.dispatch({ type: 'sip.cancelFailed', leg: bench.callee() });
    bench.answer('alarm');
    expect(bench.names().slice(-2)).toEqual(['alarm:cancelFailed', 'sessionCompleted']);
  });

  it.each<[string, CallbackResult, string]>([
    ['no connection', { ok: false, cause: 'connection', detail: 'x' }, 'No response to callEvent request'],
    ['a timeout', { ok: false, cause: 'timeout', detail: 'x' }, 'No response to callEvent request'],
    ['no JSON', { ok: false, cause: 'notJson', detail: 'x' }, 'No response to callEvent request'],
    ['an array', ok([]), 'No response to callEvent request'],
    ['an empty answer', { ok: false, cause: 'empty', detail: 'x' }, 'No action provided in callEvent response'],
    ['no action', ok({ sessionReferenceId: 1 }), 'No action provided in callEvent response'],
    ['an unknown action', ok({ action: 'dance' }), 'callEvent response with unknown action'],
    ['no address', ok({ action: 'call' }), 'No response to callEvent request'],
    ['a bad address', ok({ action: 'call', destAddr: 'x' }), 'Invalid sip address: x'],
    ['nobody to connect with', ok({ action: 'connect', participantId: 'x' }), 'No response to callEvent request'],
  ])('callEvent answered by %s raises its alarm and lets the caller go', (_name, result, error) => {
    const bench = failing(busy);
    bench.answer('callEvent', result);
    expect(bench.names()).toEqual(['newCall', 'callEvent', `alarm:${error}`]);
    expect(bench.args(caller, 'reject').at(0)).toBe(480);
    bench.answer('alarm');
    expect(bench.last('sessionCompleted').body.reason).toBe('error');
  });
});

describe('a party goes (D-EVENT)', () => {
  it.each([
    ['caller', 'bye', 'callingPartyDrop', 'callingPartyDrop'],
    ['callee', 'bye', 'calledPartyDrop', 'calledPartyDrop'],
    ['caller', 'sessionExpired', 'callingPartyFailure', 'error'],
    ['callee', 'failure', 'calledPartyFailure', 'error'],
  ] as const)('the %s by %s: %s asks for the other, and drop ends it', (who, cause, event, reason) => {
    const bench = talking();
    const [gone, left] = who === 'caller' ? [caller, bench.far] : [bench.far, caller];
    bench.ports.clock.advance(2_500);
    bench.dispatch({ type: 'sip.ended', leg: gone, cause });
    const { body } = bench.answer('callEvent', { action: 'drop', dropCode: 'busy' });
    const [party, remote] =
      who === 'caller' ? [bench.ids.caller, bench.ids.callee] : [bench.ids.callee, bench.ids.caller];
    expect(body).toMatchObject({
      event,
      connectionId: bench.ids.connection,
      participantId: party,
      remoteParticipantId: remote,
    });
    expect(bench.toldTo(gone).slice(-1)).toEqual(['media.close']);
    expect(bench.toldTo(left).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    for (const alarm of bench.open().filter(({ name }) => name === 'alarm')) bench.answer(alarm.name);
    expect(bench.answer('sessionCompleted').body).toMatchObject({ reason, sessionDuration: '2' });
    expect(bench.host.stats()).toEqual(nothingLeft);
    expect(bench.ports.clock.pending()).toBe(0);
  });

  it('silence of a party ends its leg and is a failure', () => {
    const bench = talking();
    bench.dispatch({ type: 'media.rtpTimeout', leg: bench.far });
    expect(bench.toldTo(bench.far).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    expect(bench.names().slice(-2)).toEqual(['alarm:RTP media timeout', 'callEvent']);
    expect(bench.last('callEvent').body.event).toBe('calledPartyFailure');
  });

  it('BYE from both sides at once: one callEvent at most, one end', () => {
    const bench = talking();
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.answer('callEvent', { action: 'call', destAddr: dest });
    expect(bench.ports.invites).toHaveLength(1);
    expect(bench.names()).toEqual(['newCall', 'callAnswered', 'callEvent', 'sessionCompleted']);
    expect(bench.last('sessionCompleted').body.reason).toBe('callingPartyDrop');
  });

  it('a question that has not left yet is not asked about who is gone', () => {
    const bench = dialling();
    const far = bench.callee();
    bench.answered(far);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    bench.dispatch({ type: 'sip.ended', leg: far, cause: 'bye' });
    bench.answer('callAnswered');
    expect(bench.names()).toEqual(['newCall', 'callAnswered', 'sessionCompleted']);
  });

  it('CANCEL by the caller cancels the callee, and no callEvent follows', () => {
    const bench = dialling();
    bench.dispatch({ type: 'sip.cancelled', leg: caller });
    expect(bench.toldTo(bench.callee()).slice(-2)).toEqual(['sip.cancel', 'media.close']);
    expect(bench.names()).toEqual(['newCall']);
    bench.dispatch({ type: 'sip.failed', leg: bench.callee(), status: 487, reason: 'x' });
    expect(bench.names()).toEqual(['newCall', 'sessionCompleted']);
    expect(bench.last('sessionCompleted').body).toMatchObject({ reason: 'cancelled', sessionDuration: '0' });
  });

  it('CANCEL that crosses the answer of the callee: BYE to it', () => {
    const bench = dialling();
    bench.dispatch({ type: 'sip.cancelled', leg: caller });
    bench.answered(bench.callee());
    expect(bench.toldTo(bench.callee()).at(-2)).toBe('sip.hangup');
    expect(bench.last('sessionCompleted').body.reason).toBe('cancelled');
  });

  it('the callee goes before the ACK of the caller: the answer to callEvent is for it all the same', () => {
    const bench = dialling();
    bench.answered(bench.callee());
    bench.dispatch({ type: 'sip.ended', leg: bench.callee(), cause: 'bye' });
    bench.answer('callEvent', { action: 'ivr' });
    expect(bench.names()).toEqual(['newCall', 'callEvent']);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.names()).toEqual(['newCall', 'callEvent', 'callAnswered']);
  });

  it('a callee who is left can be connected with somebody else, as the calling party', () => {
    const bench = talking();
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    bench.answer('callEvent', { action: 'call', destAddr: 'sip:eve@x.example', ringbackTone: 'default' });
    const third = bench.callee();
    bench.opened(third);
    expect(bench.invite()).toMatchObject({ uri: 'sip:eve@x.example', fromUser: 'bob' });
    bench.dispatch({ type: 'sip.progress', leg: third, status: 180 });
    expect(bench.toldTo(bench.far).at(-1)).toBe('media.play');
    bench.answered(third);
    expect(bench.args(bench.far, 'join')).toEqual([third]);
    bench.answer('callNotify');
    expect(bench.answer('callAnswered').body).toMatchObject({
      callerParticipantId: bench.ids.callee,
      callingPartyNumber: 'bob',
      remotePartyNumber: 'eve',
    });
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    expect(bench.last('callEvent').body).toMatchObject({ event: 'callingPartyDrop', participantId: bench.ids.callee });
  });
});

describe('emergencyFallback (D-FALLBACK)', () => {
  const emergencyFallback = { mode: 'onError', address: 'sip:operator@example' } as const;
  const failed: CallbackResult = { ok: false, cause: 'timeout', detail: 'x' };

  it.each(['always', 'onError'] as const)('%s connects the caller with the address', (mode) => {
    const bench = callBench({ settings: { emergencyFallback: { ...emergencyFallback, mode } } });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    if (mode === 'onError') bench.answer('newCall', failed);
    bench.opened(bench.callee());
    expect(bench.invite()).toMatchObject({ uri: 'sip:operator@example', fromUser: '+4689' });
    bench.answered(bench.callee());
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    const alarms = mode === 'always' ? ['triggeredByAlways'] : ['newCall request failed', 'triggeredByError'];
    const first = mode === 'always' ? [] : ['newCall'];
    expect(bench.names()).toEqual([...first, ...alarms.map((alarm) => `alarm:${alarm}`), 'callAnswered']);
    expect(bench.told()).toContain('media.join');
  });

  it('a fallback that does not answer is a 480, and nobody is asked', () => {
    const bench = callBench({ settings: { emergencyFallback } });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', failed);
    bench.opened(caller);
    bench.opened(bench.callee());
    bench.dispatch({ type: 'sip.failed', leg: bench.callee(), status: 503, reason: 'x' });
    expect(bench.args(caller, 'reject').at(0)).toBe(480);
    expect(bench.names()).toEqual(['newCall', 'alarm:newCall request failed', 'alarm:triggeredByError']);
  });

  it('an answer that cannot be carried out triggers it', () => {
    const bench = callBench({ settings: { emergencyFallback } });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'call', destAddr: 'nowhere' });
    bench.opened(bench.callee());
    expect(bench.invite().uri).toBe('sip:operator@example');
  });
});
