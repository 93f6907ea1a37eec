import { describe, expect, it } from 'vitest';
import { Headers, splitList } from './index.ts';

describe('Headers', () => {
  it.each([
    ['v', 'Via'],
    ['f', 'From'],
    ['t', 'To'],
    ['i', 'Call-ID'],
    ['m', 'Contact'],
    ['l', 'Content-Length'],
    ['c', 'Content-Type'],
    ['s', 'Subject'],
    ['k', 'Supported'],
    ['e', 'Content-Encoding'],
    ['a', 'Accept-Contact'],
    ['b', 'Referred-By'],
    ['d', 'Request-Disposition'],
    ['j', 'Reject-Contact'],
    ['n', 'Identity-Info'],
    ['o', 'Event'],
    ['r', 'Refer-To'],
    ['u', 'Allow-Events'],
    ['x', 'Session-Expires'],
    ['y', 'Identity'],
    ['F', 'From'],
    ['call-id', 'Call-ID'],
    ['CSEQ', 'CSeq'],
    ['www-authenticate', 'WWW-Authenticate'],
    ['x-MyOwn', 'x-MyOwn'],
  ])('%s is kept as %s', (received, kept) => {
    const headers = new Headers([[received, 'a value']]);
    expect(headers.entries()).toEqual([{ name: kept, value: 'a value' }]);
    expect(headers.get(kept.toUpperCase())).toBe('a value');
    expect(headers.has(received)).toBe(true);
  });

  const sample = () =>
    new Headers([
      ['Via', 'one'],
      ['To', 'x'],
      ['v', 'two, three'],
      ['X-A', '1'],
      ['x-a', '2'],
    ]);

  it('keeps repeated headers apart and in order', () => {
    expect(sample().getAll('via')).toEqual(['one', 'two, three']);
    expect(sample().getList('Via')).toEqual(['one', 'two', 'three']);
    expect(sample().getAll('X-a')).toEqual(['1', '2']);
    expect(sample().size).toBe(5);
  });

  it.each([
    ['set', (h: Headers) => h.set('Via', 'only'), ['Via: only', 'To: x', 'X-A: 1', 'x-a: 2']],
    [
      'set several',
      (h: Headers) => h.set('x-a', ['7', '8']),
      ['Via: one', 'To: x', 'Via: two, three', 'x-a: 7', 'x-a: 8'],
    ],
    [
      'set a new one',
      (h: Headers) => h.set('Event', 'talk'),
      [...['Via: one', 'To: x', 'Via: two, three', 'X-A: 1', 'x-a: 2'], 'Event: talk'],
    ],
    [
      'append',
      (h: Headers) => h.append('v', 'four'),
      ['Via: one', 'To: x', 'Via: two, three', 'X-A: 1', 'x-a: 2', 'Via: four'],
    ],
    [
      'prepend',
      (h: Headers) => h.prepend('X-A', '0'),
      ['Via: one', 'To: x', 'Via: two, three', 'X-A: 0', 'X-A: 1', 'x-a: 2'],
    ],
    [
      'prepend a new one',
      (h: Headers) => h.prepend('Route', 'r'),
      ['Route: r', 'Via: one', 'To: x', 'Via: two, three', 'X-A: 1', 'x-a: 2'],
    ],
    ['delete', (h: Headers) => h.delete('v'), ['To: x', 'X-A: 1', 'x-a: 2']],
  ] as const)('%s', (_name, change, lines) => {
    const headers = sample();
    const copy = headers.clone();
    change(headers);
    expect([...headers].map(({ name, value }) => `${name}: ${value}`)).toEqual(lines);
    expect(copy).toEqual(sample());
  });

  it('tells whether something was deleted', () => {
    expect(sample().delete('To')).toBe(true);
    expect(sample().delete('Nothing')).toBe(false);
  });
});

describe('splitList', () => {
  it.each([
    ['', []],
    ['one', ['one']],
    ['one, two ,three', ['one', 'two', 'three']],
    ['"a, b" <sip:x,y@z>, <sip:b>;p="1,2"', ['"a, b" <sip:x,y@z>', '<sip:b>;p="1,2"']],
    ['"quote \\" , still", next', ['"quote \\" , still"', 'next']],
    ['a,,b', ['a', 'b']],
    ['"never closed, b', ['"never closed, b']],
  ])('%j', (value, pieces) => {
    expect(splitList(value)).toEqual(pieces);
  });
});
