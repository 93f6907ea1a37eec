import { expect, it } from 'vitest';
import { Headers } from '../sip/message/index.ts';
import { refusalOf } from './refusal.ts';

it.each<[string, [string, string][], object | undefined]>([
  ['nothing special', [], undefined],
  ['extensions that are known', [['Require', '100rel, Timer']], undefined],
  ['an extension that is not', [['Require', '100rel, nothing']], { status: 420, headers: { Unsupported: 'nothing' } }],
  [
    'extensions that are not, in two headers',
    [
      ['Require', 'a'],
      ['Require', 'b'],
    ],
    { status: 420, headers: { Unsupported: 'a, b' } },
  ],
  [
    'an interval that is too short',
    [
      ['Supported', 'timer'],
      ['Session-Expires', '89'],
    ],
    { status: 422, headers: { 'Min-SE': '90' } },
  ],
  [
    'an interval that is just long enough',
    [
      ['Supported', 'timer'],
      ['Session-Expires', '90'],
    ],
    undefined,
  ],
  ['a short interval that a proxy has put in', [['Session-Expires', '30']], undefined],
])('%s', (_name, headers, expected) => {
  expect(refusalOf(new Headers(headers), 90)).toEqual(expected);
});
