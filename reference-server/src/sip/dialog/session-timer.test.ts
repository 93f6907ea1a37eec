import { describe, expect, it } from 'vitest';
import { request, response } from '../transaction/testing/drive.ts';
import {
  afterTooSmall,
  agreedSessionTimer,
  answerSessionTimer,
  asksTooLittle,
  refreshHeaders,
  SessionTimer,
} from './index.ts';

const asking = (...lines: string[]) => request('INVITE', { lines });
const expires = (value: string) => ({ name: 'Session-Expires', value });
const required = { name: 'Require', value: 'timer' };

describe('answerSessionTimer (RFC 4028 9, table 2)', () => {
  const timer = 'Supported: timer';

  it.each([
    ['not supported, a proxy asks', ['Session-Expires: 600'], 'uac', '600;refresher=uas', false],
    ['our choice is uac', [timer, 'Session-Expires: 600'], 'uac', '600;refresher=uac', true],
    ['our choice is uas', ['k: timer', 'x: 600'], 'uas', '600;refresher=uas', true],
    ['they choose uac', [timer, 'x: 600;refresher=uac'], 'uas', '600;refresher=uac', true],
    ['they choose uas', ['Require: timer', 'x: 600;refresher=uas'], 'uac', '600;refresher=uas', true],
    ['they choose, we would rather not', [timer, 'x: 600;refresher=uac'], 'none', '600;refresher=uac', true],
    ['Min-SE of a proxy', [timer, 'x: 600', 'Min-SE: 3600'], 'uac', '3600;refresher=uac', true],
    ['a Min-SE that is no reason', [timer, 'x: 90', 'Min-SE: 10'], 'uac', '90;refresher=uac', true],
  ] as const)('%s', (_name, lines, choice, value, supported) => {
    const seconds = Number.parseInt(value, 10);
    expect(answerSessionTimer(asking(...lines), choice)).toEqual({
      headers: supported ? [expires(value), required] : [expires(value)],
      interval: { seconds, weRefresh: value.endsWith('uas') },
    });
  });

  it.each([
    ['nothing is asked for', [timer], 'uac'],
    ['the choice is ours and we want none', [timer, 'x: 600'], 'none'],
  ] as const)('no timer when %s', (_name, lines, choice) => {
    expect(answerSessionTimer(asking(...lines), choice)).toBeUndefined();
  });

  it.each([
    ['too short', [timer, 'Session-Expires: 299'], true],
    ['too short, required', ['Require: timer', 'Session-Expires: 299'], true],
    ['too short, but the caller knows no timers', ['Session-Expires: 299'], false],
    ['long enough', [timer, 'Session-Expires: 300'], false],
    ['nothing', [timer], false],
  ])('422 for %s: %s', (_name, lines, refused) => {
    expect(asksTooLittle(asking(...lines), 300)).toBe(refused);
  });
});

describe('asking for a timer (RFC 4028 7)', () => {
  it.each([
    [90, [{ name: 'Supported', value: 'timer' }, expires('1800;refresher=uac')]],
    [300, [{ name: 'Supported', value: 'timer' }, expires('1800;refresher=uac'), { name: 'Min-SE', value: '300' }]],
  ])('to refresh, with Min-SE %i', (minimum, headers) => {
    expect(refreshHeaders(1800, minimum)).toEqual(headers);
  });

  it.each([
    [undefined, 'uac', undefined],
    ['900', 'uac', { seconds: 900, weRefresh: true }],
    ['900', 'uas', { seconds: 900, weRefresh: false }],
    ['900;refresher=uac', 'uac', { seconds: 900, weRefresh: true }],
    ['900;refresher=uas', 'uac', { seconds: 900, weRefresh: false }],
    ['900;refresher=uas', 'uas', { seconds: 900, weRefresh: true }],
    ['nonsense', 'uac', undefined],
  ] as const)('a 2xx with %s means for the %s: %j', (value, side, agreed) => {
    const message = response(request('INVITE'), 200);
    if (value !== undefined) message.headers.set('Session-Expires', value);
    expect(agreedSessionTimer(message, side)).toEqual(agreed);
  });

  it.each([
    ['3600', 3600],
    ['2000;x=y', 2000],
    ['1800', undefined],
    ['80', undefined],
    [undefined, undefined],
  ])('a 422 with Min-SE %s', (value, next) => {
    const message = response(request('INVITE'), 422);
    if (value !== undefined) message.headers.set('Min-SE', value);
    expect(afterTooSmall(message, 1800)).toEqual(next);
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
    expect(timer.handleTimeout(9_999_000)).toEqual([]);
  });

  it('waits for the other side until a third, at most 32 s, is left', () => {
    const short = new SessionTimer({ seconds: 90, weRefresh: false }, 0);
    expect(short.nextTimeout()).toBe(60_000);
    expect(short.handleTimeout(60_000)).toEqual([{ type: 'expired' }]);
    expect(new SessionTimer({ seconds: 1800, weRefresh: false }, 0).nextTimeout()).toBe(1_768_000);
  });

  it('a late clock ends a session rather than refreshing it', () => {
    const timer = new SessionTimer({ seconds: 90, weRefresh: true }, 0);
    expect(timer.handleTimeout(89_000)).toEqual([{ type: 'expired' }]);
  });
});
