import { expect, it } from 'vitest';
import { Headers } from '../sip/message/index.ts';
import { dtmfOf } from './dtmf.ts';

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
