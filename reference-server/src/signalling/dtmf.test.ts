import { expect, it } from 'vitest';
import { Headers } from '../sip/message/index.ts';
import { dtmfOf } from './dtmf.ts';
import { afterTooSmall, answerInterval } from './session-timer.ts';

it.each([
  ['relay', 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
  ['relay with spaces', 'application/dtmf-relay', 'Signal= *\r\nDuration= 100', '*'],
  ['relay in other case', 'Application/DTMF-Relay', 'signal=d\r\n', 'D'],
  ['relay with an event code', 'application/dtmf-relay', 'Signal=11\r\n', '#'],
  ['relay, duration first', 'application/dtmf-relay', 'Duration=160\r\nSignal=7', '7'],
  ['relay with nonsense', 'application/dtmf-relay', 'Signal=99', undefined],
  ['relay without a signal', 'application/dtmf-relay', 'Duration=160', undefined],
  ['plain', 'application/dtmf', '#', '#'],
  ['plain with parameters', 'application/dtmf; x=y', ' 10 ', '*'],
  ['something else', 'text/plain', 'hello', 'unsupported'],
  ['nothing', 'text/plain', '', undefined],
])('INFO: %s', (_name, type, body, expected) => {
  expect(dtmfOf({ headers: new Headers([['Content-Type', type]]), body: Buffer.from(body) })).toBe(expected);
});

it.each<[string, readonly (readonly [string, string])[], object]>([
  ['none asked for', [], {}],
  [
    'caller refreshes',
    [
      ['Supported', 'timer'],
      ['Session-Expires', '600'],
    ],
    { 'Session-Expires': '600;refresher=uac', Require: 'timer' },
  ],
  [
    'caller wants us to',
    [
      ['Supported', '100rel, timer'],
      ['Session-Expires', '600;refresher=uas'],
    ],
    { 'Session-Expires': '600;refresher=uas' },
  ],
  ['caller does not know timers', [['Session-Expires', '600']], { 'Session-Expires': '600;refresher=uas' }],
])('session timer: %s', (_name, headers, expected) => {
  expect(answerInterval(new Headers(headers))).toEqual(expected);
});

it.each([
  ['more', '200', 200],
  ['no more', '90', undefined],
  ['nothing', '', undefined],
])('422 that asks for %s', (_name, minSe, expected) => {
  expect(afterTooSmall(new Headers([['Min-SE', minSe]]), 90)).toBe(expected);
});
