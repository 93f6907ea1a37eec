import { describe, expect, it } from 'vitest';
import { caller, dest, dialling, nothingLeft, talking } from '../testing/call-bench.ts';

const file = (fileName: string) => ({ phrases: [{ format: 'file', fileName }] });

describe('hang-up by the application (D-HANG)', () => {
  it.each([
    ['hangupParticipant', 'callee', 'calledPartyDrop'],
    ['hangupParticipant', 'caller', 'callingPartyDrop'],
    ['hangupRemoteParticipant', 'caller', 'calledPartyDrop'],
    ['hangupRemoteParticipant', 'callee', 'callingPartyDrop'],
  ] as const)('%s of the %s asks for the other by %s', (name, who, event) => {
    const bench = talking();
    const ends = (name === 'hangupParticipant') === (who === 'caller') ? caller : bench.far;
    expect(bench.operate(name, { participantId: bench.ids[who] })).toEqual({ ok: true });
    expect(bench.toldTo(ends).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    expect(bench.answer('callEvent', { action: 'drop' }).body.event).toBe(event);
    expect(bench.answer('sessionCompleted').body.reason).toBe('applicationHangup');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('a replyId of a connection with two parties does not say which (D-TARGET)', () => {
    const bench = talking();
    expect(bench.operate('hangupParticipant', { replyId: bench.replyId })).toMatchObject({ status: 409 });
    const body = { replyId: bench.replyId, participantId: bench.ids.callee };
    expect(bench.operate('hangupParticipant', body)).toEqual({ ok: true });
  });

  it('a callee who rings is cancelled, by itself or for its counterpart', () => {
    for (const name of ['hangupParticipant', 'hangupRemoteParticipant'] as const) {
      const bench = dialling();
      bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
      const { participantId, remoteParticipantId } = bench.answer('callNotify').body;
      const whom = name === 'hangupParticipant' ? participantId : remoteParticipantId;
      expect(bench.operate(name, { participantId: String(whom) })).toEqual({ ok: true });
      expect(bench.toldTo(bench.callee()).slice(-2)).toEqual(['sip.cancel', 'media.close']);
      expect(bench.last('callEvent').body.event).toBe('calledPartyDrop');
    }
  });

  it('a participant without a counterpart has none to be hung up', () => {
    const bench = talking();
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    expect(bench.operate('hangupRemoteParticipant', { participantId: bench.ids.caller })).toMatchObject({
      status: 409,
    });
  });

  it('hang-up while a callEvent waits: its answer changes nothing', () => {
    const bench = talking();
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.operate('hangupParticipant', { participantId: bench.ids.caller });
    bench.answer('callEvent', { action: 'call', destAddr: dest });
    expect(bench.ports.invites).toHaveLength(1);
    expect(bench.last('sessionCompleted').body.reason).toBe('applicationHangup');
  });
});

describe('splitconnection (D-SPLIT)', () => {
  it('each party has its own callEvent, and the answer is for it alone', () => {
    const bench = talking();
    expect(bench.operate('splitConnection', { connectionId: bench.ids.connection })).toEqual({ ok: true });
    expect(bench.args(caller, 'separate')).toEqual([bench.far]);
    const first = bench.answer('callEvent', { action: 'ivr' }).body;
    expect(first).toMatchObject({
      event: 'callerConnectionSplit',
      participantId: bench.ids.caller,
      remoteParticipantId: bench.ids.callee,
      connectionId: bench.ids.connection,
    });
    const second = bench.answer('callEvent', { action: 'drop' }).body;
    expect(second).toMatchObject({ event: 'calleeConnectionSplit', participantId: bench.ids.callee });
    expect(bench.toldTo(bench.far).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    bench.answer('callAnswered');
    bench.answer('getIvrCommand', { hangup: true });
    expect(bench.answer('sessionCompleted').body.reason).toBe('completed');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('parties can be connected again, one by the answer for the other', () => {
    const bench = talking();
    bench.operate('splitConnection', { replyId: bench.replyId });
    bench.answer('callEvent', { action: 'connect', participantId: bench.ids.callee });
    expect(bench.args(caller, 'join')).toEqual([bench.far]);
    // The question about the callee is answered by what was decided.
    expect(bench.answer('callAnswered').body.connectionId).not.toBe(bench.ids.connection);
    expect(bench.names().filter((name) => name === 'callEvent')).toHaveLength(1);
  });

  it('stops a greeting that plays', () => {
    const bench = talking({ greeting: { caller: file('a.wav') } });
    bench.operate('splitConnection', { replyId: bench.replyId });
    expect(bench.args(caller, 'stop')).toEqual([bench.ports.jobs[0]?.id, 'all']);
    expect(bench.told()).not.toContain('media.join');
  });

  it('is a 404 twice, and a 409 while it rings', () => {
    const bench = talking();
    bench.operate('splitConnection', { replyId: bench.replyId });
    expect(bench.operate('splitConnection', { replyId: bench.replyId })).toMatchObject({ status: 404 });
    const ringing = dialling();
    ringing.dispatch({ type: 'sip.progress', leg: ringing.callee(), status: 180 });
    const { replyId } = ringing.answer('callNotify').body;
    expect(ringing.operate('splitConnection', { replyId: String(replyId) })).toMatchObject({ status: 409 });
  });
});
