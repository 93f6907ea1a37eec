import { describe, expect, it } from 'vitest';
import { request } from '../transaction/testing/drive.ts';
import { buildCancel, nextHop, routed } from './index.ts';

const target = 'sip:bob@10.0.0.2';

describe('routed (RFC 3261 12.2.1.1)', () => {
  it.each([
    ['no route', [], target, []],
    ['loose routes', ['<sip:p1;lr>', '<sip:p2;lr>'], target, ['<sip:p1;lr>', '<sip:p2;lr>']],
    ['lr with a value', ['<sip:p1;lr=on>'], target, ['<sip:p1;lr=on>']],
    [
      'a strict route',
      ['<sip:p1;transport=tcp>', '<sip:p2;lr>'],
      'sip:p1;transport=tcp',
      ['<sip:p2;lr>', `<${target}>`],
    ],
    ['a strict route with what no Request-URI has', ['<sip:p1;method=INVITE?x=y>'], 'sip:p1', [`<${target}>`]],
    ['lr outside of the brackets', ['<sip:p1>;lr'], 'sip:p1', [`<${target}>`]],
  ])('%s', (_name, routeSet, uri, routes) => {
    expect(routed(target, routeSet)).toEqual({ uri, routes });
  });
});

describe('nextHop (8.1.2)', () => {
  it.each([
    ['no Route: the Request-URI', [], 'sip:bob@callee.example'],
    ['a loose Route: the Route', ['Route: <sip:p1:5070;lr>, <sip:p2;lr>'], 'sip:p1:5070;lr'],
    ['a strict Route: the Request-URI', ['Route: <sip:p1>'], 'sip:bob@callee.example'],
  ])('%s', (_name, lines, hop) => {
    const message = request('INVITE');
    message.headers.set(
      'Route',
      lines.map((line) => line.slice(7)),
    );
    expect(nextHop(message)).toBe(hop);
  });
});

describe('buildCancel (9.1)', () => {
  it('repeats what identifies the INVITE and nothing else', () => {
    const invite = request('INVITE', { lines: ['Require: 100rel', 'Authorization: Digest a="1"', 'Subject: x'] });
    const cancel = buildCancel(invite, [{ name: 'Reason', value: 'SIP;cause=200' }]);
    expect(cancel).toMatchObject({ method: 'CANCEL', uri: 'sip:bob@callee.example', body: new Uint8Array() });
    expect(cancel.headers.entries()).toEqual([
      { name: 'Via', value: 'SIP/2.0/UDP caller.example:5060;branch=z9hG4bK-1' },
      { name: 'Route', value: '<sip:edge.example;lr>' },
      { name: 'Max-Forwards', value: '70' },
      { name: 'From', value: '<sip:alice@caller.example>;tag=a' },
      { name: 'To', value: '<sip:bob@callee.example>' },
      { name: 'Call-ID', value: 'c-1' },
      { name: 'CSeq', value: '7 CANCEL' },
      { name: 'Reason', value: 'SIP;cause=200' },
    ]);
  });
});
