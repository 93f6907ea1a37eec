import { describe, expect, it } from 'vitest';
import type { LegId } from './ids.ts';
import type { Json } from './json.ts';
import { createBench, inboundCall, ivrBench } from './testing/bench.ts';

const leg = 'leg-in' as LegId;
const nothingLeft = { sessions: 0, legs: 0, connections: 0, timers: 0 };

describe('a call to the IVR', () => {
  it("opens its media with the offer and the domain's limit of silence (D-MAX)", () => {
    const { dispatch, answer, ports } = createBench({ rtpTimeoutSeconds: 7 });
    dispatch({ type: 'sip.incoming', call: inboundCall({ sdp: 'v=0 offer' }) });
    answer('newCall', { action: 'ivr' });
    expect(ports.commands.at(-1)?.args).toEqual([
      { offer: 'v=0 offer', rtpTimeoutSeconds: 7, waits: true, source: '192.0.2.77' },
    ]);
  });

  it('is answered, told and asked for in this order', () => {
    const { dispatch, answer, told, names, last } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer('newCall', { action: 'ivr', sessionReferenceId: { order: 7 } });
    expect(told()).toEqual(['media.open']);
    dispatch({ type: 'media.opened', leg, sdp: 'v=0 answer' });
    expect(told()).toEqual(['media.open', 'sip.answer', 'media.start']);
    expect(names()).toEqual(['newCall']);
    dispatch({ type: 'sip.confirmed', leg, expires: 1800 });
    expect(names()).toEqual(['newCall', 'callAnswered']);
    expect(last('callAnswered').body).toMatchObject({
      callingPartyNumber: '+4689',
      remotePartyNumber: '1000',
      callingPartyExpires: 1800,
      monitoringParticipant: false,
      sessionReferenceId: { order: 7 },
    });
    answer('callAnswered', { ok: false, cause: 'timeout', detail: 'x' });
    expect(names()).toEqual(['newCall', 'callAnswered', 'getIvrCommand']);
    expect(last('getIvrCommand').body).toMatchObject({ sessionReferenceId: { order: 7 }, ivrServer: '192.0.2.1' });
  });

  it('takes a late offer: ours in the 200, the answer in the ACK', () => {
    const { dispatch, answer, ports } = createBench();
    const { sdp: _none, ...late } = inboundCall();
    dispatch({ type: 'sip.incoming', call: late });
    answer('newCall', { action: 'ivr' });
    dispatch({ type: 'media.opened', leg, sdp: 'our offer' });
    dispatch({ type: 'sip.confirmed', leg, sdp: 'their answer' });
    expect(ports.commands).toEqual([
      { port: 'media', call: 'open', leg, args: [{ rtpTimeoutSeconds: 30, waits: true, source: '192.0.2.77' }] },
      { port: 'sip', call: 'answer', leg, args: ['our offer'] },
      { port: 'media', call: 'start', leg, args: [] },
      { port: 'media', call: 'accept', leg, args: ['their answer'] },
    ]);
  });

  it('ends when a late offer is not answered in the ACK', () => {
    const { dispatch, answer, told, names } = createBench();
    const { sdp: _none, ...late } = inboundCall();
    dispatch({ type: 'sip.incoming', call: late });
    answer('newCall', { action: 'ivr' });
    dispatch({ type: 'media.opened', leg, sdp: 'our offer' });
    dispatch({ type: 'sip.confirmed', leg });
    expect(told()).toContain('sip.hangup');
    expect(names()).toEqual(['newCall', 'alarm:invalidSdp']);
  });

  it.each([
    ['invalidSdp', 488, 'invalidSdp'],
    ['noResources', 503, 'mediaServerError'],
    ['internal', 500, 'mediaServerError'],
  ] as const)('is refused when media is %s', (reason, status, error) => {
    const { dispatch, answer, ports, names } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer('newCall', { action: 'ivr' });
    dispatch({ type: 'media.failed', leg, reason, detail: 'x' });
    expect(ports.commands.find(({ call }) => call === 'reject')?.args).toEqual([status]);
    expect(names()).toEqual(['newCall', `alarm:${error}`]);
  });

  it('goes to the IVR by getCallIdentifier', () => {
    const { dispatch, answer, last } = createBench({ entry: 'getCallIdentifier' });
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    expect(last('getCallIdentifier').body).toEqual({
      sessionId: last('getCallIdentifier').session,
      calledParty: '1000',
    });
    answer('getCallIdentifier', { sessionReferenceId: 'abc' });
    dispatch({ type: 'media.opened', leg, sdp: 'x' });
    dispatch({ type: 'sip.confirmed', leg });
    expect(last('callAnswered').body.sessionReferenceId).toBe('abc');
  });

  it.each<[string, Json]>([
    ['number', 20000],
    ['text', 'ref'],
    ['object', { foo: 1, bar: [2] }],
    ['false', false],
  ])('echoes a reference that is a %s', (_name, reference) => {
    const { dispatch, answer, last } = ivrBench();
    answer('getIvrCommand', { hangup: true, sessionReferenceId: reference });
    expect(last('sessionCompleted').body.sessionReferenceId).toEqual(reference);
    dispatch({ type: 'sip.ended', leg, cause: 'bye' });
  });
});

describe('the caller goes', () => {
  it('by CANCEL while newCall is out: its answer changes nothing (D-LATE)', () => {
    const { dispatch, answer, names, last, told, host } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    dispatch({ type: 'sip.cancelled', leg });
    expect(names()).toEqual(['newCall']);
    answer('newCall', { action: 'ivr', sessionReferenceId: 5 });
    expect(names()).toEqual(['newCall', 'sessionCompleted']);
    expect(last('sessionCompleted').body).toMatchObject({ reason: 'cancelled' });
    expect(last('sessionCompleted').body).not.toHaveProperty('sessionReferenceId');
    answer('sessionCompleted');
    expect(told()).toEqual(['media.close']);
    expect(host.stats()).toEqual(nothingLeft);
  });

  it('by BYE while getIvrCommand is out', () => {
    const { dispatch, answer, names, last, ports, host } = ivrBench();
    ports.clock.advance(2_900);
    dispatch({ type: 'sip.ended', leg, cause: 'bye' });
    answer('getIvrCommand', { phrases: [{ format: 'file', fileName: 'a.wav' }] });
    expect(names().at(-1)).toBe('sessionCompleted');
    expect(last('sessionCompleted').body).toMatchObject({ reason: 'callingPartyDrop', sessionDuration: '2' });
    answer('sessionCompleted', { ok: false, cause: 'connection', detail: 'x' });
    expect(ports.jobs).toEqual([]);
    expect(host.stats()).toEqual(nothingLeft);
    expect(ports.callbacks.forgotten).toHaveLength(1);
  });

  it('before callAnswered left nothing is asked any more', () => {
    const { dispatch, answer, names } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer('newCall', { action: 'ivr' });
    dispatch({ type: 'media.opened', leg, sdp: 'x' });
    dispatch({ type: 'sip.confirmed', leg });
    dispatch({ type: 'sip.ended', leg, cause: 'bye' });
    answer('callAnswered');
    expect(names()).toEqual(['newCall', 'callAnswered', 'sessionCompleted']);
  });

  it.each([
    ['sessionExpired', 'alarm:sessionExpired', 'error'],
    ['failure', 'getIvrCommand', 'error'],
  ] as const)('by %s', (cause, lastName, reason) => {
    const { dispatch, answer, names, last } = ivrBench();
    dispatch({ type: 'sip.ended', leg, cause });
    expect(names().at(-1)).toBe(lastName);
    answer('getIvrCommand', {});
    if (lastName.startsWith('alarm')) answer('alarm');
    expect(last('sessionCompleted').body.reason).toBe(reason);
  });
});

describe('limits', () => {
  it('ends a session that is too long', () => {
    const { ports, told, names } = ivrBench({ maxSessionSeconds: 100 });
    ports.clock.advance(100_000);
    expect(told()).toContain('sip.hangup');
    expect(names()).toContain('alarm:maxDuration');
  });

  it('ends a call without RTP', () => {
    const { dispatch, told, names } = ivrBench();
    dispatch({ type: 'media.rtpTimeout', leg });
    expect(told()).toContain('sip.hangup');
    expect(names()).toContain('alarm:RTP media timeout');
  });

  it('sends sessionCompleted after the alarms of the session', () => {
    const { dispatch, answer, names } = ivrBench();
    dispatch({ type: 'media.rtpTimeout', leg });
    answer('getIvrCommand', {});
    expect(names()).not.toContain('sessionCompleted');
    answer('alarm');
    expect(names().at(-1)).toBe('sessionCompleted');
  });
});

describe('offers inside the dialog', () => {
  it('a re-INVITE is told and answered with what media says', () => {
    const { dispatch, ports, answer, last } = ivrBench();
    dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'reInvite', sdp: 'hold' });
    expect(ports.commands.at(-1)).toEqual({ port: 'media', call: 'update', leg, args: ['o1', 'hold'] });
    dispatch({ type: 'media.updated', leg, offerId: 'o1', sdp: 'held', direction: 'sendonly' });
    expect(ports.commands.at(-1)).toEqual({ port: 'sip', call: 'respondOffer', leg, args: ['o1', 200, 'held'] });
    answer('getIvrCommand', { getIVRCommandAfter: 9 });
    expect(last('callNotify').body).toMatchObject({ event: 'reInvite', user: '+4689', remoteUser: '1000' });
  });

  it('an offer that cannot be used is a 488 and the call goes on', () => {
    const { dispatch, ports, host } = ivrBench();
    dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'update', sdp: 'x' });
    dispatch({ type: 'media.failed', leg, offerId: 'o1', reason: 'invalidSdp', detail: 'x' });
    expect(ports.commands.at(-1)).toEqual({ port: 'sip', call: 'respondOffer', leg, args: ['o1', 488, undefined] });
    expect(host.stats().legs).toBe(1);
  });

  it('an UPDATE without SDP is a plain 200', () => {
    const { dispatch, ports } = ivrBench();
    dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'update' });
    expect(ports.commands.at(-1)).toEqual({ port: 'sip', call: 'respondOffer', leg, args: ['o1', 200, undefined] });
  });

  it('a re-INVITE without SDP gets our offer and takes the answer from the ACK', () => {
    const { dispatch, ports, names } = ivrBench();
    const before = names();
    dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'reInvite' });
    expect(ports.commands.at(-1)).toEqual({ port: 'media', call: 'offer', leg, args: ['sendrecv', true] });
    dispatch({ type: 'media.offered', leg, sdp: 'whole offer' });
    expect(ports.commands.at(-1)?.args).toEqual(['o1', 200, 'whole offer']);
    dispatch({ type: 'sip.confirmed', leg, sdp: 'new answer' });
    expect(ports.commands.at(-1)).toEqual({ port: 'media', call: 'accept', leg, args: ['new answer'] });
    expect(names()).toEqual(before);
  });
});
