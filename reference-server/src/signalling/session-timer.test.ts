import { expect, it } from 'vitest';
import { Headers } from '../sip/message/index.ts';
import { afterTooSmall, answerInterval } from './session-timer.ts';

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
  expect(answerInterval(new Headers(headers), ['timer'])).toEqual(expected);
  expect(answerInterval(new Headers(headers), ['100rel'])).toEqual({});
});

it.each([
  ['more', '200', 200],
  ['no more', '90', undefined],
  ['nothing', '', undefined],
])('422 that asks for %s', (_name, minSe, expected) => {
  expect(afterTooSmall(new Headers([['Min-SE', minSe]]), 90)).toBe(expected);
});
