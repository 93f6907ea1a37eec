import { describe, expect, it } from 'vitest';
import type { CallbackResult } from '../ports/callbacks.ts';
import { inboundCall } from '../testing/bench.ts';
import { callBench, caller } from '../testing/call-bench.ts';

describe('emergencyFallback (D-FALLBACK)', () => {
  const emergencyFallback = { mode: 'onError', address: 'sip:operator@example' } as const;
  const failed: CallbackResult = { ok: false, cause: 'timeout', detail: 'x' };

  it.each(['always', 'onError'] as const)('%s connects the caller with the address', (mode) => {
    const bench = callBench({ settings: { emergencyFallback: { ...emergencyFallback, mode } } });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    if (mode === 'onError') bench.answer('newCall', failed);
    bench.opened(caller);
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
    bench.opened(caller);
    bench.opened(bench.callee());
    expect(bench.invite().uri).toBe('sip:operator@example');
  });
});
