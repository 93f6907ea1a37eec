import { describe, expect, it } from 'vitest';
import { Redactor } from './redactor.ts';

const key = Buffer.from('a key of this test');
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJkb21haW4iOiJ4In0.c2lnbmF0dXJl';
const redacted = (value: unknown, ...secrets: string[]): unknown => {
  const redactor = new Redactor(secrets, key);
  redactor.collect(value);
  return redactor.redacted(value);
};

describe('what is taken out', () => {
  it.each([
    ['a secret of the target file', { text: 'with opens-all in it' }, 'opens-all'],
    ['a secret inside JSON', { raw: JSON.stringify({ a: 'opens "all" doors' }) }, 'opens "all" doors'],
    ['a secret inside JSON inside JSON', { raw: JSON.stringify(JSON.stringify({ a: 'a "b" c' })) }, 'a "b" c'],
    ['a secret in a URL', { url: `/x?y=${encodeURIComponent('opens all')}` }, 'opens all'],
    ['a bearer token', { text: `Authorization: Bearer ${jwt}` }, jwt],
    ['an opaque bearer token', { authorization: 'Bearer 0123456789abcdef' }, '0123456789abcdef'],
    ['a token that stands alone', { text: `"${jwt}"` }, jwt],
    ['a replyId', { replyId: '3c1f0a5e-4d2b-4f6e-8a9b-0c1d2e3f4a5b' }, '3c1f0a5e-4d2b-4f6e-8a9b-0c1d2e3f4a5b'],
    ['a replyId in a body', { raw: '{"replyId":"3c1f0a5e4d2b4f6e8a9b"}' }, '3c1f0a5e4d2b4f6e8a9b'],
    [
      'the answer to a challenge',
      { raw: 'Digest response="0123456789abcdef0123456789abcdef"' },
      '0123456789abcdef0123456789abcdef',
    ],
  ])('%s', (name, value, secret) => {
    const named = /target file|inside|URL/.test(name) ? [secret] : [];
    const written = JSON.stringify(redacted(value, ...named));
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      expect(written).not.toContain(form);
  });

  it('is the same text wherever it stands, as long and of the same kinds of letters', () => {
    const id = '3c1f0a5e-4d2b-4f6e-8a9b-0c1d2e3f4a5b';
    const [first, second] = redacted([{ replyId: id }, `again ${id}`]) as [{ replyId: string }, string];
    expect(first.replyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(second).toBe(`again ${first.replyId}`);
  });

  it('is another text in another run', () => {
    const one = new Redactor(['a-long-secret'], Buffer.from('one')).text('a-long-secret');
    expect(new Redactor(['a-long-secret'], Buffer.from('two')).text('a-long-secret')).not.toBe(one);
  });
});

describe('what stays', () => {
  it.each([
    ['a word after Bearer', 'Bearer not-a-token'],
    ['secret digits inside a longer number', 'port 51234'],
    ['names of requirements', 'rest-general-auth-garbage-token'],
  ])('%s', (_, text) => expect(redacted({ text, other: 'Bearer token' }, '1234')).toMatchObject({ text }));

  it('what holds no secret is the very same object', () => {
    const value = { a: [{ b: 'c' }] };
    expect(redacted(value, 'secret')).toBe(value);
  });
});
