import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../config/types.ts';
import { createLog } from './log.ts';
import { hidden, redact } from './redact.ts';

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJkb21haW4iOiJhIn0.c2lnbmF0dXJl';

function logTo(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: createLog(level, { write: (text) => lines.push(JSON.parse(text)) }) };
}

describe('logs', () => {
  it('are JSON lines with time, level, message and fields', () => {
    const { lines, log } = logTo('info');
    log.warn({ sessionId: 's', traceId: 't' }, 'something');
    expect(lines).toEqual([
      { level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), sessionId: 's', traceId: 't', msg: 'something' },
    ]);
  });

  it.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['silent', []],
  ])('of level %s', (level, expected) => {
    const { lines, log } = logTo(level);
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name]({}, name);
    expect(lines.map(({ msg }) => msg)).toEqual(expected);
  });

  it('tell of an error with its stack and cause', () => {
    const { lines, log } = logTo('info');
    log.error({ err: new Error('outer', { cause: new RangeError('inner') }) }, 'failed');
    expect(lines[0]).toMatchObject({
      err: { message: 'outer', stack: expect.any(String), cause: { type: 'RangeError' } },
    });
  });

  it('survive a field that cannot be read', () => {
    const { lines, log } = logTo('info');
    const broken = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    log.info(broken, 'still here');
    expect(lines[0]).toMatchObject({ msg: 'still here', unreadable: 'Error: no' });
  });
});

describe('redaction', () => {
  it.each<[string, unknown, unknown]>([
    ['header', { headers: { Authorization: 'Bearer x' } }, { headers: { Authorization: hidden } }],
    ['replyId in a list', { all: [{ replyId: 'x' }] }, { all: [{ replyId: hidden }] }],
    ['token inside a text', { detail: `sent ${token}, refused` }, { detail: `sent ${hidden}, refused` }],
    [
      'digits',
      { dtmfBuffer: '12', dtmfParams: { dtmfMatch: '1' }, digit: '#' },
      { dtmfBuffer: hidden, dtmfParams: hidden, digit: hidden },
    ],
    ['bytes', { sdp: new Uint8Array(3) }, { sdp: '[3 bytes]' }],
    ['what is harmless', { a: [1, null, true, undefined], b: 'text' }, { a: [1, null, true, undefined], b: 'text' }],
  ])('%s', (_name, value, expected) => {
    expect(redact(value)).toEqual(expected);
  });

  it('stops at what nests too deep, rings included', () => {
    const ring: { self?: object } = {};
    ring.self = ring;
    expect(JSON.stringify(redact(ring))).toContain('[…]');
  });
});
