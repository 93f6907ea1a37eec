import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import { inboundCall } from '../testing/bench.ts';
import { callBench, caller } from '../testing/call-bench.ts';

describe('connect with somebody of another session (D-CONNECT)', () => {
  const second = 'leg-second' as LegId;

  const waiting = () => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'ivr' });
    bench.opened(caller);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    const { body, session } = bench.answer('callAnswered');
    bench.answer('getIvrCommand', { phrases: [{ format: 'file', fileName: 'music.wav' }] });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ leg: second, from: { user: 'agent', host: 'x' } }) });
    return { ...bench, waits: String(body.callerParticipantId), session };
  };

  it('takes the participant out of the IVR; its session completes', () => {
    const bench = waiting();
    bench.answer('newCall', { action: 'connect', participantId: bench.waits });
    expect(bench.toldTo(caller).slice(-2)).toEqual(['media.stop', 'media.background']);
    bench.opened(second);
    bench.dispatch({ type: 'sip.confirmed', leg: second });
    expect(bench.args(second, 'join')).toEqual([caller]);
    const [completed, answered] = bench.open();
    expect(completed).toMatchObject({
      name: 'sessionCompleted',
      session: bench.session,
      body: { reason: 'completed' },
    });
    expect(answered).toMatchObject({
      name: 'callAnswered',
      body: { callingPartyNumber: 'agent', remotePartyNumber: '+4689', calleeParticipantId: bench.waits },
    });
    bench.answer('sessionCompleted');
    expect(bench.host.stats()).toMatchObject({ sessions: 1, legs: 2, connections: 1 });
    bench.answer('callAnswered');
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.last('callEvent')).toMatchObject({
      session: answered?.session,
      body: { event: 'calledPartyDrop', participantId: bench.waits },
    });
  });

  it('one who talks does not wait, and one who is gone neither', () => {
    for (const end of [false, true]) {
      const bench = waiting();
      if (end) bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
      const participantId = end ? bench.waits : 'somebody';
      bench.answer('newCall', { action: 'connect', participantId });
      expect(bench.names().at(-1)).toBe('alarm:newCall request failed');
      expect(bench.args(second, 'reject').at(0)).toBe(480);
    }
  });
});
