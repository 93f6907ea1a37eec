import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { caller, talking } from '../testing/call-bench.ts';

describe('monitor (D-MON)', () => {
  const monitored = (answer: Readonly<Record<string, Json>> = {}) => {
    const bench = talking({ monitorDestAddr: 'sip:ear@m.example', ...answer });
    const ear = bench.callee();
    bench.opened(ear);
    return { ...bench, ear };
  };

  it('is called with its own properties when the parties are connected, and hears both', () => {
    const bench = monitored({ monitorSipFrom: 'spy', monitorXHeaders: { 'x-m': '1' }, xHeaders: { 'x-c': '2' } });
    expect(bench.invite()).toMatchObject({ uri: 'sip:ear@m.example', fromUser: 'spy', headers: [['X-M', '1']] });
    bench.dispatch({ type: 'sip.progress', leg: bench.ear, status: 180 });
    bench.answered(bench.ear);
    expect(bench.args(bench.ear, 'listen')).toEqual([[caller, bench.far]]);
    expect(bench.answer('callNotify').body).toMatchObject({ monitoringParticipant: true, user: 'ear' });
    expect(bench.answer('callAnswered').body).toMatchObject({
      monitoringParticipant: true,
      connectionId: bench.ids.connection,
      remotePartyNumber: 'ear',
    });
    expect(bench.host.stats()).toMatchObject({ legs: 3, connections: 1 });
  });

  it.each<[string, (bench: ReturnType<typeof monitored>) => void]>([
    ['refuses', (b) => b.dispatch({ type: 'sip.failed', leg: b.ear, status: 603, reason: 'x' })],
    ['does not answer', (b) => b.ports.clock.advance(60_000)],
    ['has no media', (b) => b.dispatch({ type: 'media.failed', leg: b.ear, reason: 'noResources', detail: 'x' })],
    [
      'hangs up',
      (b) => {
        b.answered(b.ear);
        b.answer('callAnswered');
        b.dispatch({ type: 'sip.ended', leg: b.ear, cause: 'bye' });
      },
    ],
  ])('who %s changes nothing in the call', (_name, happen) => {
    const bench = monitored();
    happen(bench);
    expect(bench.names()).not.toContain('callEvent');
    expect(bench.names()).not.toContain('sessionCompleted');
    expect([bench.toldTo(caller).at(-1), bench.toldTo(bench.far).at(-1)]).toEqual(['media.join', 'media.watch']);
  });

  it('goes with the connection', () => {
    const bench = monitored();
    bench.answered(bench.ear);
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    expect(bench.toldTo(bench.ear).slice(-2)).toEqual(['sip.hangup', 'media.close']);
  });

  it('an address that is none is told, and the call goes on', () => {
    const bench = talking({ monitorDestAddr: 'nobody' });
    expect(bench.names()).toEqual(['newCall', 'alarm:Invalid sip address: nobody', 'callAnswered']);
    expect(bench.told()).toContain('media.join');
  });
});
