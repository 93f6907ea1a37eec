import { describe, expect, it } from 'vitest';
import { Headers, parseMessage, responseTo, type SipMessage, serializeMessage } from './index.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const lines = (...rows: string[]) => bytes(`${rows.join('\r\n')}\r\n\r\n`);
const fields = [
  'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
  'From: <sip:a@b>;tag=1',
  'To: <sip:c@d>',
  'Call-ID: x',
  'CSeq: 1 INFO',
];

describe('parseMessage', () => {
  it('reads a request and its body', () => {
    const result = parseMessage(Buffer.concat([lines('INFO sip:c@d SIP/2.0', ...fields, 'l: 3'), bytes('abc')]));
    expect(result).toMatchObject({
      ok: true,
      warnings: [],
      message: { kind: 'request', method: 'INFO', uri: 'sip:c@d' },
    });
    expect(result.ok && result.message.body).toEqual(Uint8Array.of(97, 98, 99));
    expect(result.ok && result.message.headers.get('Content-Length')).toBe('3');
  });

  it('reads from the middle of a larger buffer', () => {
    const datagram = lines('INFO sip:c@d SIP/2.0', ...fields);
    const view = Buffer.concat([bytes('garbage'), datagram]).subarray(7);
    expect(parseMessage(view)).toEqual(parseMessage(datagram));
    expect(parseMessage(view).ok).toBe(true);
  });

  it.each([
    ['without Content-Length the rest is the body', 'SIP/2.0 200 OK\r\nTo: x\r\n\r\nrest', [], 'rest'],
    ['empty lines before the message', '\r\n\r\nSIP/2.0 200 OK\r\n\r\n', [], ''],
    ['lines that end with LF', 'SIP/2.0 200 OK\nTo: x\nl: 1\n\nab', ['bare-lf', 'trailing-bytes'], 'a'],
    ['LF in the head, CRLF in the body', 'SIP/2.0 200 OK\nTo: x\n\na\r\n\r\nb', ['bare-lf'], 'a\r\n\r\nb'],
    ['no space behind the status', 'SIP/2.0 200\r\n\r\n', ['start-line-space'], ''],
    ['a version in lower case', 'sip/2.0 200 OK\r\n\r\n', [], ''],
    ['two Content-Length that agree', 'SIP/2.0 200 OK\r\nl: 1\r\nContent-Length: 1\r\n\r\na', [], 'a'],
  ])('%s', (_name, text, codes, body) => {
    const result = parseMessage(bytes(text));
    expect(result).toMatchObject({ ok: true, message: { kind: 'response', status: 200 } });
    if (!result.ok) return;
    expect(result.warnings.map(({ code }) => code)).toEqual(codes);
    expect(Buffer.from(result.message.body).toString()).toBe(body);
  });

  it('replaces what is no UTF-8 and says so', () => {
    const result = parseMessage(Buffer.from('SIP/2.0 200 OK\r\nSubject: caf\xe9\r\nX-A: \u00fc\r\n\r\n', 'latin1'));
    expect(result.ok && result.message.headers.get('Subject')).toBe('caf\ufffd');
    expect(result.ok && result.warnings.map(({ code }) => code)).toEqual(['invalid-utf8', 'invalid-utf8']);
  });

  it.each([
    ['nothing', '', 'empty', 0, 400],
    ['only line ends', '\r\n\r\n', 'empty', 0, 400],
    ['no line', 'hello', 'truncated-head', 5, 400],
    ['no empty line', 'INFO sip:c@d SIP/2.0\r\nTo: x\r\n', 'truncated-head', 29, 400],
    ['another protocol', 'GET / HTTP/1.1\r\n\r\n', 'start-line', 6, 400],
    ['no method', ' sip:c@d SIP/2.0\r\n\r\n', 'start-line', 0, 400],
    ['two words', 'INFO SIP/2.0\r\n\r\n', 'start-line', 0, 400],
    ['a later version', 'INFO sip:c@d SIP/3.0\r\n\r\n', 'version', 13, 505],
    ['a later version of a response', 'SIP/3.0 200 OK\r\n\r\n', 'version', 0, 505],
    ['a status of two digits', 'SIP/2.0 99 Low\r\n\r\n', 'status', 8, 400],
    ['a status of 099', 'SIP/2.0 099 Low\r\n\r\n', 'status', 8, 400],
    ['a status of 700', 'SIP/2.0 700 High\r\n\r\n', 'status', 8, 400],
    ['a header without colon', 'SIP/2.0 200 OK\r\nTo x\r\n\r\n', 'header', 16, 400],
    ['a header without name', 'SIP/2.0 200 OK\r\n: x\r\n\r\n', 'header', 16, 400],
    ['a header name with a space', 'SIP/2.0 200 OK\r\nT o: x\r\n\r\n', 'header', 16, 400],
    ['a continuation of nothing', 'SIP/2.0 200 OK\r\n x\r\n\r\n', 'header', 16, 400],
    ['a carriage return in a line', 'SIP/2.0 200 OK\r\nTo: x\ry\r\n\r\n', 'header', 21, 400],
    ['a NUL', 'SIP/2.0 200 OK\r\nTo: \\\0\0\r\n\r\n', 'header', 22, 400],
    ['a Content-Length in words', 'SIP/2.0 200 OK\r\nl: one\r\n\r\n', 'content-length', 0, 400],
    ['a Content-Length beyond all', 'SIP/2.0 200 OK\r\nl: 99999999999999999999\r\n\r\n', 'content-length', 0, 400],
    ['a body that is too short', 'SIP/2.0 200 OK\r\nl: 4\r\n\r\nabc', 'truncated-body', 27, 400],
  ])('%s is refused', (_name, text, code, at, status) => {
    expect(parseMessage(bytes(text))).toMatchObject({ ok: false, error: { code, at, status } });
  });

  it('keeps what a 400 needs, even behind the fault', () => {
    const result = parseMessage(lines('INFO sip:c@d SIP/2.0', 'no header', ...fields));
    expect(result).toMatchObject({ ok: false, error: { code: 'header' }, partial: { method: 'INFO' } });
    if (result.ok || result.partial === undefined) throw new Error('a partial request is due');
    const text = Buffer.from(serializeMessage(responseTo(result.partial, 400, { toTag: 'z' }))).toString();
    expect(text).toBe(
      `${['SIP/2.0 400 Bad Request', fields[0], fields[1], `${fields[2]};tag=z`, fields[3], fields[4], 'Content-Length: 0'].join('\r\n')}\r\n\r\n`,
    );
  });

  it.each(fields.map((field) => [field.split(':')[0]]))('has no partial request without %s', (name) => {
    const rest = fields.filter((field) => !field.startsWith(`${name}:`));
    const result = parseMessage(lines('INFO sip:c@d SIP/2.0', 'no header', ...rest));
    expect(result.ok).toBe(false);
    expect(result).not.toHaveProperty('partial');
  });
});

describe('folding', () => {
  it.each([
    ['one line more', 'a\r\n b', 'a b'],
    ['tabs and spaces', 'a \r\n\t  b\t', 'a b'],
    ['an empty first line', '\r\n b', 'b'],
    ['an empty last line', 'a\r\n  ', 'a'],
    ['many', `a${'\r\n b'.repeat(9000)}`, `a${' b'.repeat(9000)}`],
  ])('%s', (_name, folded, value) => {
    const result = parseMessage(bytes(`SIP/2.0 200 OK\r\nSubject: ${folded}\r\nTo: x\r\n\r\n`));
    expect(result.ok && result.message.headers.entries()).toEqual([
      { name: 'Subject', value },
      { name: 'To', value: 'x' },
    ]);
  });
});

describe('serializeMessage', () => {
  const response = (headers: Headers, body = ''): SipMessage => ({
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers,
    body: bytes(body),
  });

  it.each([
    ['adds Content-Length', [['To', 'x']], '', 'SIP/2.0 200 OK\r\nTo: x\r\nContent-Length: 0\r\n\r\n'],
    [
      'counts bytes, not characters',
      [
        ['l', '9'],
        ['Subject', 'é'],
      ],
      'ü',
      'SIP/2.0 200 OK\r\nContent-Length: 2\r\nSubject: é\r\n\r\nü',
    ],
    [
      'writes Content-Length once',
      [
        ['l', '9'],
        ['l', '9'],
      ],
      '',
      'SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'lets no value end its line',
      [['X-A', 'a\r\nVia: evil\n\r b\0']],
      '',
      'SIP/2.0 200 OK\r\nX-A: a Via: evil b\r\nContent-Length: 0\r\n\r\n',
    ],
    ['lets no NUL through', [['X-A', 'a\0b']], '', 'SIP/2.0 200 OK\r\nX-A: a b\r\nContent-Length: 0\r\n\r\n'],
    ['keeps a quoted NUL', [['X-A', '"\\\0"']], '', 'SIP/2.0 200 OK\r\nX-A: "\\\0"\r\nContent-Length: 0\r\n\r\n'],
  ] as const)('%s', (_name, headers, body, text) => {
    expect(Buffer.from(serializeMessage(response(new Headers(headers), body))).toString()).toBe(text);
  });

  it('lets no start line end early', () => {
    const message: SipMessage = {
      kind: 'request',
      method: 'INFO',
      uri: 'sip:a@b SIP/2.0\r\nX: y',
      headers: new Headers(),
      body: bytes(''),
    };
    expect(Buffer.from(serializeMessage(message)).toString()).toBe(
      'INFO sip:a@b SIP/2.0 X: y SIP/2.0\r\nContent-Length: 0\r\n\r\n',
    );
  });
});

describe('responseTo', () => {
  const request = (extra: string[]) => {
    const result = parseMessage(lines('INVITE sip:c@d SIP/2.0', ...fields, ...extra));
    if (!result.ok || result.message.kind !== 'request') throw new Error('no request');
    return result.message;
  };

  it('copies Timestamp into 100 alone and gives it no tag', () => {
    const trying = responseTo(request(['Timestamp: 54.2']), 100, { toTag: 't' });
    expect(trying.headers.get('Timestamp')).toBe('54.2');
    expect(trying.headers.get('To')).toBe('<sip:c@d>');
    expect(responseTo(request(['Timestamp: 54.2']), 180).headers.has('Timestamp')).toBe(false);
  });

  it('copies Record-Route where a dialog may begin', () => {
    const routes = ['Record-Route: <sip:p1;lr>', 'Record-Route: <sip:p2;lr>'];
    expect(responseTo(request(routes), 180).headers.getAll('Record-Route')).toEqual(['<sip:p1;lr>', '<sip:p2;lr>']);
    expect(responseTo(request(routes), 100).headers.has('Record-Route')).toBe(false);
    expect(responseTo(request(routes), 300).headers.has('Record-Route')).toBe(false);
  });

  it('keeps a To tag, takes reason, headers and body', () => {
    const inside = request([]);
    inside.headers.set('To', '<sip:c@d>;tag=7');
    const response = responseTo(inside, 200, {
      toTag: 'new',
      reason: 'Fine',
      headers: [{ name: 'X-A', value: '1' }],
      body: bytes('b'),
    });
    expect(response).toMatchObject({ status: 200, reason: 'Fine', body: bytes('b') });
    expect(response.headers.get('To')).toBe('<sip:c@d>;tag=7');
    expect(response.headers.get('X-A')).toBe('1');
  });
});

describe('what is accepted although it is not as it should be written', () => {
  const read = (line: string) => {
    const result = parseMessage(Buffer.from(`OPTIONS sip:b SIP/2.0\r\n${line}\r\n\r\n`));
    const [name = ''] = line.split(':');
    return [result.ok && result.message.headers.get(name), result.ok && result.warnings.map(({ code }) => code)];
  };

  it.each([
    ['From: Tom & Jerry <sip:a@b>;tag=1', '"Tom & Jerry" <sip:a@b>;tag=1', ['display-name']],
    ['f: O(ne) <sip:a@b>', '"O(ne)" <sip:a@b>', ['display-name']],
    ['To: jürgen@böck.example <sip:a@b>', '"jürgen@böck.example" <sip:a@b>', ['display-name']],
    ['Contact: A/B <sip:a@b>, "C" <sip:c@d>', '"A/B" <sip:a@b>, "C" <sip:c@d>', ['display-name']],
    ['From: Tom & Jerry <sip:a@b>;tag=1;', '"Tom & Jerry" <sip:a@b>;tag=1', ['display-name', 'trailing-semicolon']],
    ['From: <sip:a@b>;tag=1 ;', '<sip:a@b>;tag=1', ['trailing-semicolon']],
    ['Contact: <sip:a@b>;q=1;, <sip:c@d>;', '<sip:a@b>;q=1, <sip:c@d>', ['trailing-semicolon']],
    ['Via: SIP/2.0/UDP h;branch=z9hG4bK1;', 'SIP/2.0/UDP h;branch=z9hG4bK1', ['trailing-semicolon']],
    ['Session-Expires: 90;refresher=uac;', '90;refresher=uac', ['trailing-semicolon']],
    ['Content-Type: application/sdp;', 'application/sdp', ['trailing-semicolon']],
  ])('%s', (line, value, codes) => {
    expect(read(line)).toEqual([value, codes]);
  });

  it.each([
    ['From: Bell, Alexander <sip:a@b>'],
    ['From: Tom; Jerry <sip:a@b>'],
    ['From: Tom "the cat" <sip:a@b>'],
    ['From: Tom \\& Jerry <sip:a@b>'],
    ['From: "Tom & Jerry <sip:a@b>'],
    ['Contact: <sip:a@b>;;;;'],
    ['Subject: Tom & Jerry <sip:a@b>;'],
    ['From: Jürgen Böck <sip:a@b>;tag=1'],
    ['From: "Tom & Jerry" <sip:a@b>'],
    ['From: <sip:a&b@c>'],
    ['From: sip:a@b;tag=1'],
  ])('%s is left as it is', (line) => {
    expect(read(line)).toEqual([line.slice(line.indexOf(':') + 2), []]);
  });
});
