import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import type { InboundCall } from '../ports/sip.ts';
import { inboundCall } from '../testing/bench.ts';
import { callBench, caller, nothingLeft } from '../testing/call-bench.ts';
import { testSdp } from '../testing/sdp.ts';

const sdp = (formats: string, port?: number): string => testSdp({ formats, ...(port !== undefined && { port }) });
const device = { codec: 'PCMA', receiveIp: '192.0.2.5', receivePort: 5_000 } as const;
const called = { user: 'cloud-1', host: 'sip.demo.example' };

const incoming = (patch: Partial<InboundCall> = {}) => {
  const bench = callBench();
  bench.dispatch({ type: 'sip.incoming', call: inboundCall({ called, sdp: sdp('96 8 0'), ...patch }) });
  const replyId = () => String(bench.last('newRemoteCall').body.replyId);
  return { ...bench, replyId };
};

describe('an incoming call for the Cloud UA (D-CUA)', () => {
  it('is told by newRemoteCall, rings and is answered for the device; no media of ours', () => {
    const bench = incoming();
    const { body } = bench.answer('newRemoteCall', { sessionReferenceId: 'first' });
    expect(body).toMatchObject({
      callId: 'call-id-1',
      codec: 'PCMA',
      destinationUri: 'sip:1000@sip.demo.example',
      sourceUser: '+4689',
      remoteRtpIp: '192.0.2.9',
      remoteRtpPort: 4_000,
    });
    expect(bench.operate('sendRemoteCallRingback', { replyId: bench.replyId() })).toEqual({ ok: true });
    expect(bench.args(caller, 'progress')).toEqual([180, undefined]);
    const answer = { replyId: bench.replyId(), ...device, sessionReferenceId: 'second' };
    expect(bench.operate('answerRemoteCall', answer)).toEqual({ ok: true });
    const [local] = bench.args(caller, 'answer');
    expect(local).toContain('c=IN IP4 192.0.2.5');
    expect(local).toContain('m=audio 5000 RTP/AVP 8');
    expect(bench.names()).toEqual(['newRemoteCall']);
    expect(bench.operate('answerRemoteCall', answer)).toMatchObject({ status: 409 });
    expect(bench.operate('sendRemoteCallRingback', answer)).toMatchObject({ status: 409 });
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.answer('callAnswered').body).toMatchObject({
      codec: 'PCMA',
      remoteRtpIp: '192.0.2.9',
      remoteRtpPort: '4000',
      sessionReferenceId: 'second',
    });
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.answer('sessionCompleted').body).toMatchObject({ reason: 'callingPartyDrop' });
    expect(bench.told().filter((told) => told.startsWith('media.') && told !== 'media.close')).toEqual([]);
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it.each([
    ['a codec that was not offered', { codec: 'PCMU' }, '8', 409],
    ['an address that is none', { receiveIp: 'x y' }, '8', 400],
    ['GSM', { codec: 'GSM' }, '3 8', 400],
  ] as const)('an answer with %s is refused and can be given again', (_name, patch, formats, status) => {
    const bench = incoming({ sdp: sdp(formats) });
    bench.answer('newRemoteCall');
    const answer = { replyId: bench.replyId(), ...device };
    expect(bench.operate('answerRemoteCall', { ...answer, ...patch })).toMatchObject({ status });
    expect(bench.operate('answerRemoteCall', answer)).toEqual({ ok: true });
  });

  it('an offer without a codec of a device is a 488', () => {
    const bench = incoming({ sdp: sdp('18') });
    expect(bench.args(caller, 'reject').at(0)).toBe(488);
    expect(bench.names()).toEqual(['alarm:invalidSdp']);
  });

  it('takes a late offer: ours in the 200, the answer in the ACK', () => {
    const bench = callBench();
    const { sdp: _none, ...call } = inboundCall({ called });
    bench.dispatch({ type: 'sip.incoming', call });
    const { replyId, codec } = bench.answer('newRemoteCall').body;
    expect(codec).toBeUndefined();
    bench.operate('answerRemoteCall', { replyId: String(replyId), ...device });
    expect(bench.args(caller, 'answer').at(0)).toContain('m=audio 5000 RTP/AVP 8');
    bench.dispatch({ type: 'sip.confirmed', leg: caller, sdp: sdp('8', 4_004) });
    expect(bench.last('callAnswered').body).toMatchObject({ codec: 'PCMA', remoteRtpPort: '4004' });
  });

  it.each<[string, (bench: ReturnType<typeof incoming>) => void, number | undefined, string]>([
    ['the caller cancels', (b) => b.dispatch({ type: 'sip.cancelled', leg: caller }), undefined, 'cancelled'],
    ['nobody answers', (b) => b.ports.clock.advance(60_000), 480, 'noAnswer'],
    [
      'the application hangs up',
      (b) => void b.operate('hangupCall', { replyId: b.replyId() }),
      603,
      'applicationHangup',
    ],
  ])('%s before the answer', (_name, happen, status, reason) => {
    const bench = incoming();
    bench.answer('newRemoteCall');
    const replyId = bench.replyId();
    happen(bench);
    expect(bench.args(caller, 'reject').at(0)).toBe(status);
    expect(bench.operate('answerRemoteCall', { replyId, ...device })).toMatchObject({ status: 404 });
    expect(bench.answer('sessionCompleted').body).toMatchObject({ reason, sessionDuration: '0' });
    expect(bench.ports.clock.pending()).toBe(0);
  });

  it.each<[string, CallbackResult, number | undefined]>([
    ['no connection', { ok: false, cause: 'connection', detail: 'x' }, 480],
    ['status 500', { ok: false, cause: 'status', status: 500, detail: 'x' }, 480],
    ['an empty answer', { ok: false, cause: 'empty', detail: 'x' }, undefined],
  ])('newRemoteCall with %s', (_name, result, status) => {
    const bench = incoming();
    bench.answer('newRemoteCall', result);
    expect(bench.args(caller, 'reject').at(0)).toBe(status);
    expect(bench.names().filter((name) => name.startsWith('alarm'))).toEqual([]);
  });
});

describe('placeremotecall (D-CUA)', () => {
  const place = (body: Readonly<Record<string, Json>> = {}) => {
    const bench = callBench();
    const request = { destinationUri: 'sip:far@x.example', ...device, sourceUser: 4_711, ...body };
    return { ...bench, outcome: bench.operate('placeRemoteCall', request), far: bench.leg() };
  };

  it('invites in the name of the device, and tells where it shall send', () => {
    const bench = place({ sessionReferenceId: 'r', callbackBaseUrl: 'https://app.example/x' });
    expect(bench.outcome).toEqual({ ok: true });
    expect(bench.invite()).toMatchObject({ uri: 'sip:far@x.example', fromUser: '4711', private: false });
    expect(bench.invite().sdp).toContain('m=audio 5000 RTP/AVP 8');
    bench.dispatch({ type: 'sip.progress', leg: bench.far, status: 180 });
    expect(bench.answer('callNotify').body).toMatchObject({ event: 'ringing', user: 'far' });
    bench.answered(bench.far, { sdp: sdp('8', 4_002), expires: 600 });
    const answered = bench.answer('callAnswered');
    expect(answered).toMatchObject({
      baseUrl: 'https://app.example/x',
      body: { codec: 'PCMA', remoteRtpIp: '192.0.2.9', remoteRtpPort: '4002', calledPartyExpires: 600 },
    });
    expect(bench.operate('hangupCall', { replyId: String(answered.body.replyId) })).toEqual({ ok: true });
    expect(bench.answer('sessionCompleted')).toMatchObject({
      baseUrl: 'https://app.example/x',
      body: { reason: 'applicationHangup', sessionReferenceId: 'r' },
    });
    expect(bench.told().filter((told) => told.startsWith('media.') && told !== 'media.close')).toEqual([]);
    expect(bench.host.stats()).toEqual(nothingLeft);
    expect(bench.ports.clock.pending()).toBe(0);
  });

  it('without sourceUser calls anonymously (D-CUADEFAULT)', () => {
    const bench = callBench();
    bench.operate('placeRemoteCall', { destinationUri: 'sip:far@x.example', ...device });
    expect(bench.invite()).toMatchObject({ fromUser: 'anonymous' });
  });

  it.each([
    ['a URI that is none', { destinationUri: 'tel:1' }],
    ['another codec', { codec: 'G729' }],
    ['no port', { receivePort: 0 }],
    ['a line end in the caller', { sourceUser: 'a\r\nX: y' }],
  ])('refuses %s and sends nothing', (_name, body) => {
    const bench = place(body);
    expect(bench.outcome).toMatchObject({ ok: false, status: 400 });
    expect(bench.told()).toEqual([]);
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('answers an offer inside the dialog for the device, or 488', () => {
    const bench = place();
    bench.answered(bench.far, { sdp: sdp('8') });
    const offer = (formats: string) =>
      bench.dispatch({
        type: 'sip.offered',
        leg: bench.far,
        offerId: 'o',
        method: 'reInvite',
        sdp: sdp(formats, 4_008),
      });
    offer('8');
    expect(bench.args(bench.far, 'respondOffer').slice(0, 2)).toEqual(['o', 200]);
    expect(bench.args(bench.far, 'respondOffer').at(2)).toContain('m=audio 5000 RTP/AVP 8');
    offer('18');
    expect(bench.args(bench.far, 'respondOffer').slice(0, 2)).toEqual(['o', 488]);
  });

  it.each([
    ['an answer without the codec', sdp('0')],
    ['no answer', undefined],
  ])('%s ends the call with an alarm', (_name, answer) => {
    const bench = place();
    bench.answered(bench.far, answer === undefined ? {} : { sdp: answer });
    expect(bench.toldTo(bench.far)).toContain('sip.hangup');
    expect(bench.names()).toEqual(['alarm:invalidSdp']);
    bench.answer('alarm');
    expect(bench.last('sessionCompleted').body.reason).toBe('error');
  });
});

describe('action httpcall (D-ACTION)', () => {
  const answer = { action: 'httpcall', ...device };

  it('answers a new call for the device', () => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ sdp: sdp('0 8') }) });
    bench.answer('newCall', answer);
    expect(bench.toldTo(caller)).toEqual(['sip.answer']);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.answer('callAnswered').body).toMatchObject({ codec: 'PCMA', remoteRtpIp: '192.0.2.9' });
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.last('sessionCompleted').body.reason).toBe('callingPartyDrop');
  });

  it.each([
    ['lacks the address', { ...answer, receiveIp: '' }],
    ['names a codec that was not offered', { ...answer, codec: 'GSM' }],
  ])('that %s fails as newCall does', (_name, body) => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ sdp: sdp('0 8') }) });
    bench.answer('newCall', body);
    expect(bench.names()).toEqual(['newCall', 'alarm:newCall request failed']);
    expect(bench.args(caller, 'reject').at(0)).toBe(480);
  });

  const remaining = () => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ sdp: sdp('0 8') }) });
    bench.answer('newCall', { action: 'call', destAddr: 'sip:bob@x.example', ringbackTone: 'default' });
    const far = bench.callee();
    bench.opened(caller, sdp('8', 20_000));
    bench.opened(far);
    bench.answered(far);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    bench.answer('callAnswered');
    bench.dispatch({ type: 'sip.ended', leg: far, cause: 'bye' });
    bench.answer('callEvent', answer);
    return bench;
  };

  it('leads the party who remains to the device by a re-INVITE', () => {
    const bench = remaining();
    expect(bench.toldTo(caller).slice(-2)).toEqual(['media.close', 'sip.reoffer']);
    expect(bench.args(caller, 'reoffer').at(0)).toContain('m=audio 5000 RTP/AVP 8');
    bench.dispatch({ type: 'sip.reoffered', leg: caller, status: 200, sdp: sdp('8', 4_006) });
    expect(bench.answer('callAnswered').body).toMatchObject({ codec: 'PCMA', remoteRtpPort: '4006' });
  });

  it('a party who refuses that is let go', () => {
    const bench = remaining();
    bench.dispatch({ type: 'sip.reoffered', leg: caller, status: 488 });
    expect(bench.names().at(-1)).toBe('alarm:unexpectedReinviteResponse');
    expect(bench.toldTo(caller as LegId)).toContain('sip.hangup');
  });
});
