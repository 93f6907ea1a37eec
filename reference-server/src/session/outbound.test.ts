import { describe, expect, it } from 'vitest';
import type { CallId } from './ids.ts';
import type { Json } from './json.ts';
import { type Bench, createBench } from './testing/bench.ts';

const nothingLeft = { sessions: 0, legs: 0, connections: 0, timers: 0 };
const sipCallId = 'out-1' as CallId;

const place = (body: Readonly<Record<string, Json>> = {}, settings = {}): Bench => {
  const bench = createBench(settings);
  expect(bench.operate('placeIvrCall', { destAddr: 'sip:bob@phone.example', sipFrom: '+4670', ...body })).toEqual({
    ok: true,
  });
  bench.dispatch({ type: 'media.opened', leg: bench.leg(), sdp: 'our offer' });
  return bench;
};

describe('placeivrcall', () => {
  it("opens its media with the domain's limit of silence (D-MAX)", () => {
    const { ports } = place({}, { rtpTimeoutSeconds: 7 });
    expect(ports.commands.find(({ call }) => call === 'open')?.args).toEqual([{ rtpTimeoutSeconds: 7 }]);
  });

  it('rings, is answered and goes to the IVR', () => {
    const bench = place({ sessionReferenceId: { a: 1 } });
    const leg = bench.leg();
    bench.dispatch({ type: 'sip.progress', leg, status: 180, sipCallId });
    bench.dispatch({ type: 'sip.progress', leg, status: 183, sdp: 'early' });
    bench.dispatch({ type: 'sip.answered', leg, sipCallId, sdp: 'their answer', expires: 600 });
    expect(bench.answer('callNotify').body).toMatchObject({
      event: 'ringing',
      user: 'bob',
      remoteUser: '+4670',
      sipCallId,
      monitoringParticipant: false,
      sessionReferenceId: { a: 1 },
    });
    expect(bench.answer('callAnswered').body).toMatchObject({
      callingPartyNumber: '+4670',
      remotePartyNumber: 'bob',
      calledPartyExpires: 600,
    });
    expect(bench.names()).toEqual(['callNotify', 'callAnswered', 'getIvrCommand']);
    expect(bench.told()).toEqual(['media.open', 'sip.invite', 'media.accept']);
  });

  it('hands every property to the INVITE (D-HEADERS)', () => {
    const { ports } = place({
      displayName: 'Donald Duck',
      callerPrivacy: true,
      sipDiversion: '123456',
      sipDiversionParameters: { reason: 'unconditional' },
      contactParameters: { a: 'b' },
      contactUserParameters: { tgrp: 'x' },
      xHeaders: { 'x-one': '1', 'x-many-more': ['a', 2] },
      pHeaders: { 'p-charge-info': '<sip:1@x>' },
    });
    const { traceId, ...invite } = ports.invites[0] ?? {};
    expect(traceId).toMatch(/^[\da-f-]{36}$/);
    expect(invite).toEqual({
      uri: 'sip:bob@phone.example',
      sdp: 'our offer',
      fromUser: '+4670',
      fromDisplayName: 'Donald Duck',
      fromHost: 'sip.demo.example',
      private: true,
      assertedUser: '+4670',
      diversionUser: '123456',
      diversionParameters: { reason: 'unconditional' },
      contactParameters: { a: 'b' },
      contactUserParameters: { tgrp: 'x' },
      headers: [
        ['X-One', '1'],
        ['X-Many-More', 'a'],
        ['X-Many-More', '2'],
        ['P-Charge-Info', '<sip:1@x>'],
      ],
    });
  });

  it('belongs to the mediaservice that it names (D-MSID)', () => {
    const bench = place({ mediaserviceId: 'second' });
    bench.dispatch({ type: 'sip.failed', leg: bench.leg(), status: 486, reason: 'Busy' });
    expect(bench.last('sessionCompleted')).toMatchObject({ instance: 'second', body: { reason: 'rejected' } });
  });

  it.each<[string, Readonly<Record<string, Json>>, number]>([
    ['no address', { destAddr: '' }, 400],
    ['a tel URI', { destAddr: 'tel:+461' }, 400],
    ['a second URI in it', { destAddr: 'sip:a@b>,<sip:c@d' }, 400],
    ['a line end in the address', { destAddr: 'sip:a@b\r\nX: y' }, 400],
    ['port 99999', { destAddr: 'sip:a@b:99999' }, 400],
    ['port 65536', { destAddr: 'sip:a@[::1]:65536;lr' }, 400],
    ['port 0', { destAddr: 'sip:a@b:0' }, 400],
    ['a line end in sipFrom', { sipFrom: 'a\r\nX: y' }, 400],
    ['a line end in a display name', { displayName: 'a\nb' }, 400],
    ['a line end in a value', { xHeaders: { 'x-a': 'b\r\nVia: c' } }, 400],
    ['NUL in a value', { xHeaders: { 'x-a': ['ok', 'b\0'] } }, 400],
    ['a line end in a name', { xHeaders: { 'x-a: b\r\nVia': 'c' } }, 400],
    ['a foreign name', { xHeaders: { Via: 'c' } }, 400],
    ['an X- name among P-', { pHeaders: { 'x-a': 'c' } }, 400],
    ['an object as value', { xHeaders: { 'x-a': {} } }, 400],
    ['a line end in a parameter', { contactParameters: { a: 'b\rc' } }, 400],
    ['a bad parameter name', { sipDiversionParameters: { 'a b': 'c' } }, 400],
    ['a line end in a diversion', { sipDiversion: '1\n2' }, 400],
    ['a line end in a user parameter', { contactUserParameters: { a: '\n' } }, 400],
    ['a control character in sipFrom', { sipFrom: 'a\tb' }, 400],
    ['an unknown mediaservice', { mediaserviceId: 'third' }, 404],
  ])('refuses %s and sends nothing', (_name, body, status) => {
    const bench = createBench();
    expect(bench.operate('placeIvrCall', { destAddr: 'sip:b@c', ...body })).toMatchObject({ ok: false, status });
    expect(bench.ports.commands).toEqual([]);
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('says that destAddr is what is wrong', () => {
    const outcome = createBench().operate('placeIvrCall', { destAddr: 'sip:b@c:99999' });
    expect(outcome).toMatchObject({ status: 400, details: [{ pointer: '/destAddr', message: expect.any(String) }] });
  });

  it('calls the highest port there is', () => {
    expect(createBench().operate('placeIvrCall', { destAddr: 'sip:b@c:65535' })).toEqual({ ok: true });
  });

  it('is a 503 while draining', () => {
    const bench = createBench();
    void bench.host.drain();
    expect(bench.operate('placeIvrCall', { destAddr: 'sip:b@c' })).toMatchObject({ status: 503 });
  });

  it.each([
    [486, 'rejected'],
    [603, 'rejected'],
    [408, 'noAnswer'],
    [503, 'rejected'],
    [302, 'rejected'],
  ])('ends with %d as %s', (status, reason) => {
    const bench = place();
    bench.dispatch({ type: 'sip.failed', leg: bench.leg(), status, reason: 'x' });
    expect(bench.answer('sessionCompleted').body).toMatchObject({ reason, sessionDuration: '0' });
    expect(bench.host.stats()).toEqual(nothingLeft);
    expect(bench.ports.clock.pending()).toBe(0);
  });

  it('is cancelled after maxRingTime and waits for the end of the leg', () => {
    const bench = place({ maxRingTime: 2 });
    bench.ports.clock.advance(1_999);
    expect(bench.told()).not.toContain('sip.cancel');
    bench.ports.clock.advance(1);
    expect(bench.told()).toContain('sip.cancel');
    expect(bench.names()).toEqual([]);
    bench.dispatch({ type: 'sip.failed', leg: bench.leg(), status: 487, reason: 'x' });
    expect(bench.last('sessionCompleted').body.reason).toBe('noAnswer');
  });

  it('tells a CANCEL that nobody answers before the session ends', () => {
    const bench = place({ maxRingTime: 1 });
    bench.ports.clock.advance(1_000);
    bench.dispatch({ type: 'sip.cancelFailed', leg: bench.leg() });
    expect(bench.names()).toEqual(['alarm:cancelFailed']);
    bench.answer('alarm');
    expect(bench.names()).toEqual(['alarm:cancelFailed', 'sessionCompleted']);
  });

  it('tells the first cause of the end, not what follows from it', () => {
    const bench = place({ maxRingTime: 2 });
    bench.ports.clock.advance(2_000);
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    expect(bench.told()).toContain('sip.hangup');
    expect(bench.last('sessionCompleted').body.reason).toBe('noAnswer');
  });

  it('never rings longer than the domain allows', () => {
    const bench = place({ maxRingTime: 500 }, { maxRingSeconds: 5 });
    bench.ports.clock.advance(5_000);
    expect(bench.told()).toContain('sip.cancel');
  });

  it('ends when the 200 has no SDP or an unusable one', () => {
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId });
    expect(bench.told().slice(-2)).toEqual(['sip.hangup', 'media.close']);
    expect(bench.names()).toEqual(['alarm:invalidSdp']);
  });

  it('ends as calledPartyDrop when the callee hangs up', () => {
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    bench.answer('callAnswered');
    bench.dispatch({ type: 'sip.ended', leg: bench.leg(), cause: 'bye' });
    bench.answer('getIvrCommand', {});
    expect(bench.last('sessionCompleted').body.reason).toBe('calledPartyDrop');
  });
});

describe('hang-up by the application', () => {
  it('hangupCall leaves a call alone that is none of the Cloud UA (D-STATE)', () => {
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    const { replyId } = bench.answer('callAnswered').body;
    expect(bench.operate('hangupCall', { replyId: String(replyId) })).toMatchObject({ ok: false, status: 409 });
    expect(bench.told()).not.toContain('sip.hangup');
  });

  it('hangupParticipant ends an answered call with BYE', () => {
    const name = 'hangupParticipant';
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    const { replyId, calleeParticipantId } = bench.answer('callAnswered').body;
    const body = { replyId: String(replyId), participantId: String(calleeParticipantId) };
    expect(bench.operate(name, body)).toEqual({ ok: true });
    expect(bench.told()).toContain('sip.hangup');
    expect(bench.operate(name, body)).toMatchObject({ ok: false, status: 404 });
    bench.answer('getIvrCommand', { hangup: true });
    expect(bench.answer('sessionCompleted').body.reason).toBe('applicationHangup');
    expect(bench.operate(name, body)).toMatchObject({ ok: false, status: 404 });
  });

  it.each(['sessionId', 'participantId', 'connectionId'])('finds the call by %s alone (D-TARGET)', (key) => {
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    const { sessionId, calleeParticipantId: participantId, connectionId } = bench.answer('callAnswered').body;
    const named = { sessionId, participantId, connectionId }[key];
    expect(bench.operate('hangupParticipant', { [key]: String(named) })).toEqual({ ok: true });
    expect(bench.told()).toContain('sip.hangup');
    expect(bench.operate('hangupParticipant', { [key]: String(named) })).toMatchObject({ status: 404 });
  });

  it('does not find the calls of another domain', () => {
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    const body = { sessionId: String(bench.last('callAnswered').session) };
    const operation = { name: 'hangupParticipant', domain: 'other.example', body } as const;
    expect(bench.host.operate(operation)).toMatchObject({ status: 404 });
    expect(bench.told()).not.toContain('sip.hangup');
  });

  it('hangupParticipant cancels a call that rings', () => {
    const bench = place();
    bench.dispatch({ type: 'sip.progress', leg: bench.leg(), status: 180 });
    const { replyId, participantId } = bench.answer('callNotify').body;
    const body = { replyId: String(replyId), participantId: String(participantId) };
    expect(bench.operate('hangupParticipant', body)).toEqual({ ok: true });
    expect(bench.told()).toContain('sip.cancel');
    bench.dispatch({ type: 'sip.failed', leg: bench.leg(), status: 487, reason: 'x' });
    expect(bench.last('sessionCompleted').body.reason).toBe('applicationHangup');
  });

  it.each([
    ['another domain', 'hangupCall', { domain: 'other.example' }, 403],
    ['nothing that names a call', 'hangupCall', { claims: undefined }, 400],
    ['an unknown session', 'interruptIvrCommand', { claims: undefined, body: { sessionId: 'gone' } }, 404],
    ["a session besides another's replyId", 'interruptIvrCommand', { body: { sessionId: 'gone' } }, 404],
    ['a call while no command runs', 'interruptIvrCommand', {}, 409],
    ['an unknown participant', 'hangupParticipant', { body: { participantId: 'nobody' } }, 404],
    ['a recording of an IVR call', 'startRecording', {}, 409],
  ] as const)('%s is refused', (_name, name, patch, status) => {
    const bench = place();
    bench.dispatch({ type: 'sip.answered', leg: bench.leg(), sipCallId, sdp: 'x' });
    const claims = bench.ports.claims.get(String(bench.answer('callAnswered').body.replyId));
    const { claims: given, ...operation } = { name, domain: 'demo.example', body: {}, claims, ...patch };
    expect(bench.host.operate({ ...operation, ...(given && { claims: given }) })).toMatchObject({ ok: false, status });
  });
});
