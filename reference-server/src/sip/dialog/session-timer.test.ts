import { describe, expect, it } from 'vitest';
import { request, response } from '../transaction/testing/drive.ts';
import {
  afterTooSmall,
  agreedSessionTimer,
  answerSessionTimer,
  SessionTimer,
  type SessionTimerSettings,
  sessionTimerRequest,
} from './index.ts';

const settings: SessionTimerSettings = { seconds: 1800, minimum: 90, refresher: 'uac' };
const asking = (...lines: string[]) => request('INVITE', { lines });
const expires = (value: string) => ({ name: 'Session-Expires', value });
const required = { name: 'Require', value: 'timer' };

describe('answerSessionTimer (RFC 4028 9, table 2)', () => {
  it.each([
    ['not supported', [], settings, [expires('1800;refresher=uas')], { seconds: 1800, weRefresh: true }],
    [
      'not supported, a proxy asks',
      ['Session-Expires: 600'],
      settings,
      [expires('600;refresher=uas')],
      { seconds: 600, weRefresh: true },
    ],
    [
      'no interval',
      ['Supported: timer'],
      settings,
      [expires('1800;refresher=uac'), required],
      { seconds: 1800, weRefresh: false },
    ],
    [
      'our choice is uas',
      ['k: timer'],
      { ...settings, refresher: 'uas' as const },
      [expires('1800;refresher=uas'), required],
      { seconds: 1800, weRefresh: true },
    ],
    [
      'uac',
      ['Supported: timer', 'x: 600;refresher=uac'],
      settings,
      [expires('600;refresher=uac'), required],
      { seconds: 600, weRefresh: false },
    ],
    [
      'uas',
      ['Require: timer', 'Session-Expires: 600;refresher=uas'],
      settings,
      [expires('600;refresher=uas'), required],
      { seconds: 600, weRefresh: true },
    ],
    [
      'longer than ours',
      ['Supported: timer', 'Session-Expires: 7200'],
      settings,
      [expires('1800;refresher=uac'), required],
      { seconds: 1800, weRefresh: false },
    ],
    [
      'Min-SE above ours',
      ['Supported: timer', 'Session-Expires: 7200', 'Min-SE: 3600'],
      settings,
      [expires('3600;refresher=uac'), required],
      { seconds: 3600, weRefresh: false },
    ],
    [
      'a Min-SE that is too short',
      ['Supported: timer', 'Session-Expires: 90', 'Min-SE: 10'],
      settings,
      [expires('90;refresher=uac'), required],
      { seconds: 90, weRefresh: false },
    ],
  ])('%s', (_name, lines, own, headers, interval) => {
    expect(answerSessionTimer(asking(...lines), own)).toEqual({ ok: true, headers, interval });
  });

  it('refuses what is too short, but only to one who knows why', () => {
    const own = { ...settings, minimum: 300 };
    expect(answerSessionTimer(asking('Supported: timer', 'Session-Expires: 299'), own)).toEqual({
      ok: false,
      status: 422,
      headers: [{ name: 'Min-SE', value: '300' }],
    });
    expect(answerSessionTimer(asking('Session-Expires: 299'), own)).toMatchObject({
      ok: true,
      interval: { seconds: 299 },
    });
  });
});

describe('asking for a timer (RFC 4028 7)', () => {
  it.each([
    [settings, undefined, [{ name: 'Supported', value: 'timer' }, expires('1800')]],
    [
      { ...settings, minimum: 300 },
      'uas' as const,
      [{ name: 'Supported', value: 'timer' }, expires('1800;refresher=uas'), { name: 'Min-SE', value: '300' }],
    ],
  ])('%j, refresher %s', (own, refresher, headers) => {
    expect(sessionTimerRequest(own, refresher)).toEqual(headers);
  });

  it.each([
    [undefined, undefined],
    ['900', { seconds: 900, weRefresh: true }],
    ['900;refresher=uac', { seconds: 900, weRefresh: true }],
    ['900;refresher=uas', { seconds: 900, weRefresh: false }],
    ['nonsense', undefined],
  ])('a 2xx with %s agrees to %j', (value, agreed) => {
    const message = response(request('INVITE'), 200);
    if (value !== undefined) message.headers.set('Session-Expires', value);
    expect(agreedSessionTimer(message)).toEqual(agreed);
  });

  it.each([
    ['3600', { ...settings, seconds: 3600, minimum: 3600 }],
    ['600;x=y', { ...settings, minimum: 600 }],
    ['80', undefined],
    [undefined, undefined],
  ])('a 422 with Min-SE %s', (value, next) => {
    const message = response(request('INVITE'), 422);
    if (value !== undefined) message.headers.set('Min-SE', value);
    expect(afterTooSmall(message, settings)).toEqual(next);
  });
});

describe('SessionTimer (RFC 4028 10)', () => {
  it('refreshes at the half and gives up before the end', () => {
    const timer = new SessionTimer({ seconds: 1800, weRefresh: true }, 1000);
    expect(timer.nextTimeout()).toBe(901_000);
    expect(timer.handleTimeout(900_999)).toEqual([]);
    expect(timer.handleTimeout(901_000)).toEqual([{ type: 'refresh' }]);
    expect(timer.nextTimeout()).toBe(1000 + 1_800_000 - 32_000);
    expect(timer.handleTimeout(1_769_000)).toEqual([{ type: 'expired' }]);
    expect(timer.nextTimeout()).toBeUndefined();
  });

  it('waits for the other side until a third, at most 32 s, is left', () => {
    const short = new SessionTimer({ seconds: 90, weRefresh: false }, 0);
    expect(short.nextTimeout()).toBe(60_000);
    expect(short.handleTimeout(60_000)).toEqual([{ type: 'expired' }]);
    expect(new SessionTimer({ seconds: 1800, weRefresh: false }, 0).nextTimeout()).toBe(1_768_000);
  });

  it('begins anew with the roles of a refresh', () => {
    const timer = new SessionTimer({ seconds: 90, weRefresh: false }, 0);
    timer.restart({ seconds: 120, weRefresh: true }, 50_000);
    expect(timer.nextTimeout()).toBe(110_000);
    timer.stop();
    expect(timer.nextTimeout()).toBeUndefined();
    expect(timer.handleTimeout(999_999)).toEqual([]);
  });

  it('a late clock ends a session rather than refreshing it', () => {
    const timer = new SessionTimer({ seconds: 90, weRefresh: true }, 0);
    expect(timer.handleTimeout(89_000)).toEqual([{ type: 'expired' }]);
  });
});
