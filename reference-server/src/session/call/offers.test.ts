import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import { caller, type Talk, talking } from '../testing/call-bench.ts';

describe('offers between the parties (RFC 3264 section 8.4, RFC 3261 section 14)', () => {
  const hold = (bench: Talk, leg: LegId = caller, direction: 'sendonly' | 'sendrecv' = 'sendonly') => {
    bench.dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'reInvite', sdp: direction });
    bench.dispatch({ type: 'media.updated', leg, offerId: 'o1', sdp: `answer to ${direction}`, direction });
  };

  it('a hold is answered, told, and goes to the other party as a re-INVITE of ours', () => {
    const bench = talking();
    hold(bench);
    expect(bench.args(caller, 'respondOffer')).toEqual(['o1', 200, 'answer to sendonly']);
    expect(bench.args(bench.far, 'offer')).toEqual(['sendonly']);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'our hold' });
    expect(bench.args(bench.far, 'reoffer')).toEqual(['our hold']);
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status: 200, sdp: 'held' });
    expect(bench.args(bench.far, 'accept')).toEqual(['held']);
    hold(bench, caller, 'sendrecv');
    expect(bench.args(bench.far, 'offer')).toEqual(['sendrecv']);
    expect(bench.answer('callNotify').body).toMatchObject({ event: 'reInvite', participantId: bench.ids.caller });
  });

  it('an offer that changes no direction stays with its party', () => {
    const bench = talking();
    hold(bench, bench.far, 'sendrecv');
    expect(bench.told()).not.toContain('media.offer');
  });

  it.each([
    ['caller', 0, 2_000],
    ['callee', 2_100, 4_000],
  ] as const)('491 of the %s is tried again after %d to %d ms', (who, least, most) => {
    const bench = talking();
    const [holds, held] = who === 'caller' ? [bench.far, caller] : [caller, bench.far];
    hold(bench, holds);
    bench.dispatch({ type: 'media.offered', leg: held, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: held, status: 491 });
    const offers = () => bench.toldTo(held).filter((told) => told === 'media.offer').length;
    if (least > 0) bench.ports.clock.advance(least - 1);
    expect(offers()).toBe(1);
    bench.ports.clock.advance(most - least + 1);
    expect(offers()).toBe(2);
    expect(bench.names()).not.toContain('alarm:unexpectedReinviteResponse');
  });

  it('what changes meanwhile is sent afterwards', () => {
    const bench = talking();
    hold(bench);
    hold(bench, caller, 'sendrecv');
    expect(bench.toldTo(bench.far).filter((told) => told === 'media.offer')).toHaveLength(1);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status: 200, sdp: 'y' });
    expect(bench.args(bench.far, 'offer')).toEqual(['sendrecv']);
  });

  it.each([488, 500, 603])('%d is told, and the call goes on as it was', (status) => {
    const bench = talking();
    hold(bench);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status });
    const alarm = bench.last('alarm').body;
    expect(alarm).toMatchObject({
      type: 'callError',
      error: 'unexpectedReinviteResponse',
      status: String(status),
      participantId: bench.ids.callee,
      user: 'bob',
      callId: `call-${bench.far}`,
    });
    expect(bench.host.stats().legs).toBe(2);
  });

  it.each([408, 481])('%d is told and ends that leg (RFC 3261 section 12.2.1.2)', (status) => {
    const bench = talking();
    hold(bench);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status });
    expect(bench.last('alarm').body.error).toBe('unexpectedReinviteResponse');
    expect(bench.toldTo(bench.far).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    bench.answer('callNotify');
    expect(bench.last('callEvent').body.event).toBe('calledPartyFailure');
  });
});
