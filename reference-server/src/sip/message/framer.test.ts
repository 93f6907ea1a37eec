import { describe, expect, it } from 'vitest';
import { createStreamFramer, type FrameEvent } from './index.ts';

const via =
  'Via: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INFO\r\n';
const message = (body: string, method = 'INFO') =>
  `${method} sip:c@d SIP/2.0\r\n${via}Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const bytes = (text: string) => Buffer.from(text, 'utf8');

function summary(events: FrameEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'message':
        return `${event.message.kind === 'request' ? event.message.method : event.message.status} ${Buffer.from(event.message.body)}`;
      case 'error':
        return `${event.error.code}${event.fatal ? ' fatal' : ''}${event.partial === undefined ? '' : ' answerable'}`;
      case 'ping':
      case 'pong':
        return event.type;
      default:
        return event satisfies never;
    }
  });
}

const stream = `${message('one')}\r\n\r\n${message('two\r\n\r\nlines', 'MESSAGE')}\r\n${message('')}SIP/2.0 200 OK\n${via.replaceAll('\r', '')}l: 2\n\nokbad\r\n\r\n`;
const whole = ['INFO one', 'ping', 'MESSAGE two\r\n\r\nlines', 'pong', 'INFO ', '200 ok', 'start-line fatal'];

describe('createStreamFramer', () => {
  it('cuts a stream that comes at once', () => {
    expect(summary(createStreamFramer().push(bytes(stream)))).toEqual(whole);
  });

  it.each([1, 2, 3, 7, 64, 200])('cuts a stream that comes in pieces of %i', (size) => {
    const framer = createStreamFramer();
    const events: FrameEvent[] = [];
    for (let at = 0; at < stream.length; at += size) events.push(...framer.push(bytes(stream.slice(at, at + size))));
    // A double CRLF cut in two is a single one first.
    expect(summary(events).join().replaceAll('pong,ping', 'ping')).toBe(whole.join());
  });

  it.each([
    ['CRLF', 'SIP/2.0 200 OK\r\nl: 0\r\n\r\n'],
    ['LF', 'SIP/2.0 200 OK\nl: 0\n\n'],
    ['LF and CRLF', 'SIP/2.0 200 OK\nl: 0\n\r\n'],
  ])('gives a message out with its last byte, lines ending with %s', (_name, text) => {
    const framer = createStreamFramer();
    expect(framer.push(bytes(text.slice(0, -1)))).toEqual([]);
    expect(summary(framer.push(bytes(text.slice(-1))))).toEqual(['200 ']);
  });

  it('does not hand out memory that later bytes overwrite', () => {
    const framer = createStreamFramer();
    const text = message('first');
    framer.push(bytes(text.slice(0, 40)));
    const [event] = framer.push(bytes(text.slice(40)));
    framer.push(bytes(message('other').slice(0, -1)));
    expect(event?.type === 'message' && Buffer.from(event.message.body).toString()).toBe('first');
    expect(event).toMatchObject({ size: text.length });
  });

  it.each([
    [
      'a broken header is skipped with its body',
      `${message('one').replace('Call-ID: x', 'Call-ID: x\r\nbroken')}${message('two')}`,
      ['header answerable', 'INFO two'],
    ],
    [
      'another version is skipped with its body',
      `${message('one').replace('sip:c@d SIP/2.0', 'sip:c@d SIP/3.0')}${message('two')}`,
      ['version answerable', 'INFO two'],
    ],
    [
      'no Content-Length, no Content-Type',
      `INFO sip:c@d SIP/2.0\r\n${via}\r\n${message('two')}`,
      ['INFO ', 'INFO two'],
    ],
    [
      'no Content-Length but a Content-Type',
      `INFO sip:c@d SIP/2.0\r\n${via}c: text/plain\r\n\r\n${message('two')}`,
      ['content-length fatal answerable'],
    ],
    [
      'a Content-Length that is no number',
      `INFO sip:c@d SIP/2.0\r\n${via}l: x\r\n\r\n${message('two')}`,
      ['content-length fatal answerable'],
    ],
    ['another protocol', `GET / HTTP/1.1\r\nHost: h\r\n\r\n${message('two')}`, ['start-line fatal']],
    ['a head that is too long', `INFO sip:c@d SIP/2.0\r\nX: ${'x'.repeat(3000)}`, ['too-large fatal']],
    [
      'a head that is whole and too long',
      `INFO sip:c@d SIP/2.0\r\nX: ${'x'.repeat(3000)}\r\n\r\n`,
      ['too-large fatal'],
    ],
    ['a body that is too long', `INFO sip:c@d SIP/2.0\r\n${via}l: 5001\r\n\r\n`, ['too-large fatal answerable']],
  ])('%s', (_name, text, events) => {
    const framer = createStreamFramer({ head: 2000, body: 5000 });
    expect(summary(framer.push(bytes(text)))).toEqual(events);
    const dead = events.some((event) => event.includes('fatal'));
    expect(summary(framer.push(bytes(message('after'))))).toEqual(dead ? [] : ['INFO after']);
  });

  it.each([
    ['between messages', message('one'), []],
    ['in a head', 'INFO sip', ['truncated-head fatal']],
    ['in a body', message('one').slice(0, -1), ['truncated-body fatal']],
  ])('ends %s', (_name, text, events) => {
    const framer = createStreamFramer();
    framer.push(bytes(text));
    expect(summary(framer.end())).toEqual(events);
    expect(framer.end()).toEqual([]);
  });

  it('takes a large body in small pieces', () => {
    const body = 'x'.repeat(300_000);
    const text = bytes(message(body));
    const framer = createStreamFramer();
    const events: FrameEvent[] = [];
    for (let at = 0; at < text.length; at += 100) events.push(...framer.push(text.subarray(at, at + 100)));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'message', size: text.length });
  });
});
