import { expect, it } from 'vitest';
import { Headers, noBody } from '../sip/message/index.ts';
import { sdpOf } from './message.ts';
import { extensions, refusalOf } from './refusal.ts';

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
  expect(refusalOf({ headers: new Headers(headers), body: noBody }, { minSe: 90, extensions })).toEqual(expected);
});

it.each<[string, [string, string][], readonly string[], object | undefined]>([
  ['100rel', [['Require', '100REL, timer']], ['timer'], { status: 420, headers: { Unsupported: '100REL' } }],
  ['timer', [['Require', '100rel, timer']], ['100rel'], { status: 420, headers: { Unsupported: 'timer' } }],
  [
    'a short interval, which is none without timers',
    [
      ['Supported', 'timer'],
      ['Session-Expires', '30'],
    ],
    ['100rel'],
    undefined,
  ],
])('a leg that does without: %s', (_name, headers, own, expected) => {
  expect(refusalOf({ headers: new Headers(headers), body: noBody }, { minSe: 90, extensions: own })).toEqual(expected);
});

const mixed = ['Content-Type', 'multipart/mixed;boundary=b'] as [string, string];
const part = (type: string): string => `--b\r\nContent-Type: ${type}\r\n\r\nx\r\n--b--\r\n`;
const sdp: [string, string] = ['Content-Type', 'Application/SDP;charset=utf-8'];
const text: [string, string] = ['Content-Type', 'text/plain'];
const type = { status: 415, headers: { Accept: 'application/sdp' } };
const encoding = { status: 415, headers: { 'Accept-Encoding': 'identity' } };

it.each<[string, [string, string][], string, object | undefined]>([
  ['SDP', [sdp], 'v=0', undefined],
  ['another type', [text], 'hello', type],
  ['a type that begins like SDP', [['Content-Type', 'application/sdp-next']], 'v=0', type],
  ['another type without a body', [text], '', undefined],
  ['no type', [], 'v=0', { status: 400, headers: {} }],
  ['several parts, one of them SDP', [mixed], part('application/sdp'), undefined],
  ['several parts, none of them SDP', [mixed], part('text/plain'), type],
  ['parts without their boundary', [mixed], 'v=0', type],
  ['SDP as it is', [sdp, ['Content-Encoding', 'Identity']], 'v=0', undefined],
  ['compressed SDP', [sdp, ['Content-Encoding', 'gzip']], 'v=0', encoding],
  ['another type that is optional', [text, ['Content-Disposition', 'render; handling=Optional']], 'x', undefined],
  ['another type that is required', [text, ['Content-Disposition', 'render;handling=required']], 'x', type],
  [
    'compressed SDP that is optional',
    [sdp, ['Content-Encoding', 'gzip'], ['Content-Disposition', 'session;handling=optional']],
    'x',
    undefined,
  ],
])('a body of %s', (_name, headers, body, expected) => {
  const message = { headers: new Headers(headers), body: Buffer.from(body) };
  expect(refusalOf(message, { minSe: 90, extensions })).toEqual(expected);
  if (expected === undefined && headers.some(([, value]) => value === 'gzip' || value === 'text/plain')) {
    expect(sdpOf(message)).toBeUndefined();
  }
});
