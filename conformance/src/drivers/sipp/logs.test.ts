import { describe, expect, it } from 'vitest';
import { procAddress } from './bound.ts';
import { MessageLog } from './message-log.ts';
import { signalMessage } from './signal.ts';
import { judge, parseErrors, parseStatistics } from './statistics.ts';

const entry = (head: string, message: string): string =>
  `----------------------------------------------- 2026-11-22 18:55:19.128230\n${head}\n\n${message}\n\n`;
const request = (method: string): string =>
  `${method} sip:a@b SIP/2.0\r\nCall-ID: c1\r\nSubject: ö\r\nCSeq: 4 ${method}\r\n\r\n`;
const bytes = (text: string): number => Buffer.byteLength(text);
const options = request('OPTIONS');
const ok = 'SIP/2.0 200 OK\r\ni: c1\r\nCSeq: 4 OPTIONS\r\n\r\n';
const log =
  entry(`UDP message sent (${bytes(options)} bytes):`, options) +
  entry(`TCP message received [${bytes(ok)}] bytes :`, ok) +
  entry(`UDP message received [${bytes(request('GO'))}] bytes :`, request('GO'));

describe('the message log', () => {
  it.each([
    ['at once', log.length],
    ['in pieces', 7],
    ['byte by byte', 1],
  ])('is read %s, without the signals of the suite', (_, size) => {
    const reader = new MessageLog('leg');
    const all = Buffer.from(log);
    const found = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
      reader.push(all.subarray(i * size, (i + 1) * size)),
    ).flat();
    const at = Date.UTC(2026, 10, 22, 18, 55, 19) + 128.23;
    expect(found).toEqual([
      { type: 'sip', leg: 'leg', callId: 'c1', method: 'OPTIONS', raw: options, at, direction: 'sent' },
      {
        type: 'sip',
        leg: 'leg',
        callId: 'c1',
        method: 'OPTIONS',
        status: 200,
        reason: 'OK',
        raw: ok,
        at,
        direction: 'received',
      },
    ]);
  });

  it('survives something that is no SIP message', () => {
    const reader = new MessageLog('leg');
    expect(reader.push(Buffer.from(entry('UDP message received [4] bytes :', 'junk') + log))).toHaveLength(2);
  });
});

describe('the statistics', () => {
  const names =
    'TotalCallCreated;SuccessfulCall(P);SuccessfulCall(C);FailedCall(C);Retransmissions(C);FailedUnexpectedMessage(C);OutOfCallMsgs(C);';
  it('are those of the last line', () => {
    expect(parseStatistics(`${names}\n0;0;0;0;0;0;0;\n3;0;2;1;5;1;4;\n`)).toEqual({
      ...{ created: 3, successful: 2, failed: 1, retransmissions: 5, unexpected: 1, outOfCall: 4 },
    });
  });
  it.each([
    ['no file', ''],
    ['only the names', names],
  ])('of %s are zero', (_, csv) => {
    expect(parseStatistics(csv)).toMatchObject({ created: 0, successful: 0 });
  });
  it.each([
    ['all successful', 2, 2, 0, undefined],
    ['one missing', 1, 1, 0, 'SIPp counted 1 of 2 calls, 1 successful, 0 failed: why'],
    ['one still open', 2, 1, 0, 'SIPp counted 2 of 2 calls, 1 successful, 0 failed: why'],
    ['one failed', 2, 1, 1, 'SIPp counted 2 of 2 calls, 1 successful, 1 failed: why'],
  ])('judge %s', (_, created, successful, failed, verdict) => {
    const counters = { created, successful, failed, retransmissions: 0, unexpected: 0, outOfCall: 0 };
    expect(judge(counters, 2, ['first', 'why'])).toBe(verdict);
  });
  it('come with the errors, one line each', () => {
    const errors =
      'The following events occurred:\n2026-11-22\t18:54:57.67\t1795373697.67: Aborting call\non 404\n2026-11-22\t18:54:58.67\t1795373698.67: Two';
    expect(parseErrors(errors)).toEqual(['Aborting call on 404', 'Two']);
  });
});

it('addresses are those of /proc/net', () => {
  expect(procAddress('127.0.0.1', 5060)).toBe('0100007F:13C4');
});

it('nothing can be signalled before a message', () => {
  expect(signalMessage([], 1)).toBeUndefined();
});
