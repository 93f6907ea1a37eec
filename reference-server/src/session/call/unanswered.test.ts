import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import { caller, dialling, nothingLeft } from '../testing/call-bench.ts';
import { ok } from '../testing/fake-ports.ts';

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
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.answer', 'media.start']);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    expect(bench.toldTo(caller).slice(3)).toEqual(['media.watch']);
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
    ['an array', ok([]), 'No action provided in callEvent response'],
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
