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

describe('a secret of any alphabet', () => {
  it.each([
    ['Cyrillic', 'Жанна', /^\p{Script=Cyrillic}{5}$/u],
    ['Cyrillic beside the main alphabet', 'Ёжик Ґ', /^\p{Script=Cyrillic}{4} \p{Script=Cyrillic}$/u],
    ['Chinese and Japanese', '東京太郎さん', /^\p{Script=Han}{4}\p{Script=Hiragana}{2}$/u],
    ['Latin with accents', 'Åsa Öberg', /^\p{L}[a-z]{2} \p{L}[a-z]{4}$/u],
    ['Arabic', 'فاطمة', /^\p{Script=Arabic}{5}$/u],
    ['a script without a row', 'ამირანი', /^\p{L}{7}$/u],
    ['pictures', '🔑🔑', /^\p{Emoji}{2}$/u],
    ['keys', '*#*#', /^\d{4}$/],
    ['symbols', '&%$!', /^[._~-]{4}$/],
    ['quotes', String.raw`"\""`, /^["\\]{4}$/],
    ['half a character', '\ud83d\ud83dab', /^\p{L}{4}$/u],
  ])('%s: no character of it stays, and it is as long in UTF-16 and UTF-8', (_, secret, form) => {
    const other = new Redactor([secret], key).text(secret);
    expect(other).not.toBe(secret);
    expect(other).toMatch(form);
    expect([other.length, Buffer.byteLength(other)]).toEqual([secret.length, Buffer.byteLength(secret)]);
  });

  it('keeps the separators of what has a form: UUID, number, address, token', () => {
    const forms = ['+49 89-1234', 'anna@example.org', '3c1f0a5e-4d2b-4f6e-8a9b-0c1d2e3f4a5b', jwt];
    const shape = (text: string): string => text.replaceAll(/\w/g, 'x');
    const redactor = new Redactor(forms, key);
    for (const form of forms) expect(shape(redactor.text(form))).toBe(shape(form));
  });

  const name = 'Жанна "Ö"/Ж';
  const escaped = (text: string): string =>
    JSON.stringify(text).replaceAll(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  it.each([
    ['as it is', name],
    ['JSON', JSON.stringify(name).slice(1, -1)],
    ['JSON in ASCII', escaped(name).slice(1, -1)],
    ['JSON in ASCII, of another writer', escaped(name).slice(1, -1).replaceAll('/', String.raw`\/`)],
    ['JSON in ASCII inside JSON', JSON.stringify(escaped(name).slice(1, -1)).slice(1, -1)],
    ['a URL', encodeURIComponent(name)],
    ['a URL with small letters', encodeURIComponent(name).replaceAll(/%../g, (one) => one.toLowerCase())],
    ['a form', encodeURIComponent(name).replaceAll('%20', '+')],
    ['XML', name.replaceAll('"', '&quot;')],
    ['UTF-8 read as Latin-1', Buffer.from(name).toString('latin1')],
    ['another normal form', name.normalize('NFD')],
  ])('is found however it is written: %s', (_, written) => {
    expect(new Redactor([name], key).text(`<${written}>`)).not.toContain(written);
  });
});

describe('bytes', () => {
  it.each([
    ['UTF-8', 'Жанна', 'utf8'],
    ['UTF-8 of Latin letters', 'Åsa Öberg', 'utf8'],
    ['Latin-1', 'Åsa Öberg', 'latin1'],
    ['ASCII', 'opens-all', 'latin1'],
  ] as const)('lose a secret in %s and stay as many', (_, secret, encoding) => {
    const bytes = Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(secret, encoding), Buffer.from([200, 1])]);
    const redactor = new Redactor([secret], key);
    const other = Buffer.from(redactor.bytes(bytes));
    expect(other.byteLength).toBe(bytes.byteLength);
    expect(other.indexOf(secret, 0, encoding)).toBe(-1);
    expect(other.subarray(3, -2).toString(encoding)).toBe(redactor.text(secret));
    expect([...other.subarray(0, 3), ...other.subarray(-2)]).toEqual([0, 255, 128, 200, 1]);
  });

  it('stay as many where another spelling is shorter, so that what lies behind them is found', () => {
    const written = Buffer.from(encodeURIComponent('*##*&&'));
    expect(new Redactor(['*##*&&'], key).bytes(written).byteLength).toBe(written.byteLength);
  });

  it('that hold no secret are the very same', () => {
    const bytes = Buffer.from('nothing');
    expect(new Redactor(['secret'], key).bytes(bytes)).toBe(bytes);
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
