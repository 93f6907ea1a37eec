import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, parseDuration } from './command.ts';

const read = (text: string) => parseCommand(Buffer.from(text, 'utf8'));

describe('parseCommand', () => {
  it.each([
    {
      name: 'authentication with tags',
      text: 'm|authenticate|s3|a,b',
      command: { type: 'authenticate', id: 'm', secret: 's3', tags: ['a', 'b'] },
    },
    {
      name: 'authentication without tags',
      text: 'm|authenticate|s3|',
      command: { type: 'authenticate', id: 'm', secret: 's3', tags: [] },
    },
    { name: 'ping', text: 'm|ping', command: { type: 'ping', id: 'm' } },
    { name: 'route', text: 'm|route|INVITE', command: { type: 'route', id: 'm', verb: 'invite' } },
    { name: 'remove_route', text: 'm|remove_route|invite', command: { type: 'remove-route', id: 'm', verb: 'invite' } },
    {
      name: 'a response',
      text: 'm|sip|t|\r\nSIP/2.0 486 Busy Here\r\n\r\n',
      command: { type: 'response', request: 't', status: 486, reason: 'Busy Here' },
    },
    {
      name: 'a request',
      text: 'm|sip||\r\nOPTIONS sip:a@b SIP/2.0\r\n\r\n',
      command: { type: 'request', method: 'OPTIONS', uri: 'sip:a@b' },
    },
    {
      name: 'a request by a proxy',
      text: 'm|sip|||sip:p\r\nOPTIONS sip:a@b SIP/2.0\r\n\r\n',
      command: { type: 'request', hop: 'sip:p' },
    },
    {
      name: 'a request inside a dialog',
      text: 'm|sip||d;from-tag=1\r\nBYE sip:placeholder SIP/2.0\r\n\r\n',
      command: { type: 'request-inside', dialog: 'd;from-tag=1', method: 'BYE' },
    },
    { name: 'CANCEL', text: 'm|sip|t|\r\nCANCEL sip:a@b SIP/2.0\r\n\r\n', command: { type: 'cancel', request: 't' } },
    { name: 'an unknown verb', text: 'm|dance', command: { type: 'invalid', id: 'm', fatal: true } },
    {
      name: 'a response to nothing',
      text: 'm|sip||\r\nSIP/2.0 200 OK\r\n\r\n',
      command: { type: 'invalid', fatal: true },
    },
    {
      name: 'a status that is none',
      text: 'm|sip|t|\r\nSIP/2.0 099 No\r\n\r\n',
      command: { type: 'invalid', fatal: false },
    },
    { name: 'a start line that is none', text: 'm|sip||\r\nhello\r\n\r\n', command: { type: 'invalid', fatal: false } },
    {
      name: 'ACK without dialog',
      text: 'm|sip||\r\nACK sip:a@b SIP/2.0\r\n\r\n',
      command: { type: 'invalid', fatal: false },
    },
    { name: 'a proxy command without target', text: 'm|proxy|t', command: { type: 'invalid', fatal: true } },
  ])('reads $name', ({ text, command }) => {
    expect(read(text)).toMatchObject(command);
  });

  it('reads headers and a body that is longer than its characters', () => {
    const text =
      'm|sip||\r\nMESSAGE sip:a@b SIP/2.0\r\nx-note: a: b\r\ncontent-length: 1\r\nno header\r\n\r\nü\r\n\r\nmore';
    const command = read(text);
    expect(command.type).toBe('request');
    if (command.type !== 'request') return;
    expect(command.parts.headers.get('X-Note')).toBe('a: b');
    expect(Buffer.from(command.parts.body).toString('utf8')).toBe('ü\r\n\r\nmore');
  });

  it('reads a proxy command', () => {
    const text =
      'm|proxy|t|remainInDialog|fullResponse|followRedirects|simultaneous|2s|1500ms|sip:a|sip:b\r\nINVITE sip:a SIP/2.0\r\nX-A: 1\r\n\r\n';
    expect(read(text)).toMatchObject({
      type: 'proxy',
      request: 't',
      options: {
        targets: ['sip:a', 'sip:b'],
        recordRoute: true,
        followRedirects: true,
        simultaneous: true,
        provisionalTimeout: 2000,
        finalTimeout: 1500,
      },
    });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof parseCommand(Buffer.from(bytes)).type === 'string'));
    const verbs = fc.constantFrom('sip', 'proxy', 'route', 'authenticate');
    fc.assert(fc.property(verbs, fc.string(), (verb, rest) => typeof read(`m|${verb}|${rest}`).type === 'string'));
  });
});

it.each([
  { text: '2s', duration: 2000 },
  { text: '1500ms', duration: 1500 },
  { text: '', duration: undefined },
  { text: '2', duration: undefined },
  { text: undefined, duration: undefined },
])('reads the duration $text as $duration', ({ text, duration }) => {
  expect(parseDuration(text)).toBe(duration);
});
