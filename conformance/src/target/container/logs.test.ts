import { expect, it } from 'vitest';
import { secretsOf } from '../../evidence/secrets.ts';
import { NO_HARNESS } from '../../run/testing/harness.ts';
import { linesOf, unframed, withoutSecrets } from './logs.ts';

const framed = (octets: readonly number[]): Buffer => Buffer.from([1, 0, 0, 0, 0, 0, 0, octets.length, ...octets]);
const frame = (stream: number, text: string): Buffer => {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

it.each<[string, Buffer, string]>([
  ['both streams in order', Buffer.concat([frame(1, 'a\n'), frame(2, 'b\n'), frame(1, 'c')]), 'a\nb\nc'],
  ['a character in two pieces', Buffer.concat([framed([0xc3]), framed([0xa9])]), 'é'],
  ['nothing', Buffer.alloc(0), ''],
  ['a piece cut off at its end', frame(1, 'whole').subarray(0, 10), 'wh'],
])('%s', (_name, bytes, text) => {
  expect(unframed(bytes)).toBe(text);
});

it('shows no empty lines', () => {
  expect(linesOf('a\n\n b \n')).toEqual(['a', ' b ']);
});

it.each<[string, string, string]>([
  ['a bearer token', 'got authorization: Bearer ey.J0-x_~+/y== from', 'got authorization: Bearer … from'],
  ['one of another case', '{"authorization":"bearer abc"}', '{"authorization":"bearer …"}'],
  ['a known secret, wherever it stands', 'key=s3cret!;s3cret!', 'key=…;…'],
  ['the longer of two secrets', 'key=s3cret!+more', 'key=…'],
  ['one written in JSON', String.raw`{"a":"\u0416\u0430\u043d \"x\""}`, '{"a":"…"}'],
  ['nothing else', 'a bearer-token, the bearer', 'a bearer-token, the bearer'],
])('takes out %s', (_name, text, bare) => {
  expect(withoutSecrets(text, ['s3cret!', '', 's3cret!+more', 'Жан "x"'])).toBe(bare);
});

it('knows the secrets of a target file', () => {
  const target = {
    ...NO_HARNESS.target,
    credentials: { kind: 'hs256', secret: 'one' } as const,
    tenants: {
      a: { domain: 'a', credentials: { kind: 'bearer', token: 'two' } as const },
      b: { domain: 'b' },
    },
    sipCredentials: { realm: 'r', username: 'u', password: 'three' },
    redact: ['Жанна'],
    container: { network: 'bridge', env: { DB_PASSWORD: 'five5' }, ready: { timeoutMs: 1 }, stopMs: 1 } as const,
  };
  expect(secretsOf(target).toSorted()).toEqual(['five5', 'one', 'three', 'two', 'Жанна']);
});
