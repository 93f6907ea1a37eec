import { describe, expect, it } from 'vitest';
import { parseMultipart } from './index.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const read = (contentType: string, body: string) =>
  parseMultipart(contentType, bytes(body))?.map((part) => [
    part.headers.get('Content-Type'),
    Buffer.from(part.body).toString(),
  ]);

describe('parseMultipart', () => {
  const two = '--b\r\nContent-Type: text/a\r\n\r\none\r\n--b\r\nc: text/b\r\n\r\n\r\ntwo\r\n\r\n--b--\r\n';
  it.each([
    [
      'two parts',
      'multipart/mixed;boundary=b',
      two,
      [
        ['text/a', 'one'],
        ['text/b', '\r\ntwo\r\n'],
      ],
    ],
    [
      'a quoted boundary',
      'Multipart/Alternative; boundary="b"',
      two,
      [
        ['text/a', 'one'],
        ['text/b', '\r\ntwo\r\n'],
      ],
    ],
    [
      'preamble and epilogue',
      'multipart/mixed;boundary=b',
      `before\r\n${two}after\r\n--b\r\n`,
      [
        ['text/a', 'one'],
        ['text/b', '\r\ntwo\r\n'],
      ],
    ],
    ['spaces behind a delimiter', 'multipart/mixed;boundary=b', '--b  \r\n\r\nx\r\n--b-- ', [[undefined, 'x']]],
    [
      'a longer line is no delimiter',
      'multipart/mixed;boundary=b',
      '--b\r\n\r\n--bc\r\na--b\r\n--b--',
      [[undefined, '--bc\r\na--b']],
    ],
    ['LF alone', 'multipart/mixed;boundary=b', '--b\nc: t/x\n\nx\n--b--\n', [['t/x', 'x']]],
    ['an empty part', 'multipart/mixed;boundary=b', '--b\r\n\r\n\r\n--b--', [[undefined, '']]],
  ])('%s', (_name, contentType, body, parts) => {
    expect(read(contentType, body)).toEqual(parts);
  });

  it.each([
    ['no boundary', 'multipart/mixed', two],
    ['another type', 'text/plain;boundary=b', two],
    ['no closing delimiter', 'multipart/mixed;boundary=b', '--b\r\n\r\nx\r\n'],
    ['no opening delimiter', 'multipart/mixed;boundary=b', '--b--\r\n'],
    ['an empty boundary', 'multipart/mixed;boundary=""', two],
  ])('%s: none', (_name, contentType, body) => {
    expect(read(contentType, body)).toBeUndefined();
  });
});
