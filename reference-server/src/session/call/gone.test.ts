import { describe, expect, it } from 'vitest';
import { caller, dest, dialling, nothingLeft, talking } from '../testing/call-bench.ts';

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
