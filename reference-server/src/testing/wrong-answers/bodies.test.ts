import { describe, expect, it } from 'vitest';
import { ok } from '../../session/testing/fake-ports.ts';
import { type Asking, wrongBodies } from './bodies.ts';
import { bringToRest, leftOf, observe, openMedia, situation } from './situations.ts';

const address = 'sip:fallback@emergency.example';
const asking: readonly Asking[] = ['newCall', 'callEvent', 'getIvrCommand', 'getCallIdentifier', 'newRemoteCall'];

describe.each(asking)('%s answered with', (callback) => {
  it.each(wrongBodies.filter((row) => row.callback === callback))('$name', ({ body, outcome, tells }) => {
    const here = situation(callback);
    const seen = observe(here);
    here.bench.settle(here.request, ok(body));
    openMedia(here);
    expect(seen()).toEqual(outcome);
    if (tells !== undefined) {
      expect(JSON.stringify(here.bench.last('alarm').body.errorDetails)).toContain(tells);
    }
    expect(JSON.stringify(here.bench.ports.callbacks.sent.at(-1)).length).toBeLessThan(20_000);
    bringToRest(here);
    expect(leftOf(here)).toEqual([]);
  });
});

/** D-FALLBACK: whatever was wrong, the caller is connected, and the operator hears of both. */
describe.each(['newCall', 'getCallIdentifier'] as const)('with a fallback onError, %s answered with', (callback) => {
  const refused = wrongBodies.filter((row) => row.callback === callback && row.outcome.sip === 480);
  it.each(refused)('$name', ({ body, outcome }) => {
    const here = situation(callback, { emergencyFallback: { mode: 'onError', address } });
    const seen = observe(here);
    here.bench.settle(here.request, ok(body));
    openMedia(here);
    expect(seen()).toEqual({
      alarms: [...outcome.alarms, 'emergencyFallback: triggeredByError'],
      sip: 'goes on',
      called: [address],
    });
    bringToRest(here);
    expect(leftOf(here)).toEqual([]);
  });
});

it('with a fallback always, no answer is waited for', () => {
  expect(() => situation('newCall', { emergencyFallback: { mode: 'always', address } })).toThrow(
    'newCall is not asked here, but alarm:triggeredByAlways',
  );
});

it.each(['getCallIdentifier', 'getIvrCommand'] as const)(
  'no sessionReferenceId is taken from an answer to %s that names another session (D-OTHERSESSION)',
  (callback) => {
    const here = situation(callback);
    const sessionId = '00000000-0000-4000-8000-999999999999';
    here.bench.settle(here.request, ok({ sessionId, sessionReferenceId: 'of another' }));
    bringToRest(here);
    expect(here.bench.last('sessionCompleted').body.sessionReferenceId).not.toBe('of another');
    expect(leftOf(here)).toEqual([]);
  },
);
