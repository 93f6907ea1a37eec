/** Ways in which an application answers HTTP wrongly, whatever it was asked (D-CB, D-BADANSWER, D-ANSWERSIZE). */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { CallbackName } from '@mediaservice/spec';
import { isNotification } from '../../callbacks/attempt.ts';

/** What the answer amounts to; `kinds.test.ts` says what each leads to. */
export type Amounts = 'failed' | 'empty' | 'no object' | 'empty object';

export interface Kind {
  readonly name: string;
  readonly amounts: Amounts;
  readonly answer: (response: ServerResponse, socket: Socket) => void;
  /** The answer is not there when the time limit is over. */
  readonly late?: boolean;
  /** 5xx, or a connection that broke before the head: a notification is sent again. */
  readonly again?: boolean;
}

const says =
  (status: number, body: string | Buffer, type: string | undefined = 'application/json') =>
  (response: ServerResponse) => {
    response.writeHead(status, { ...(type !== undefined && { 'content-type': type }) });
    response.end(body);
  };

/** Bytes as they are, in place of an HTTP response that Node would write. */
const raw =
  (text: string, then: (socket: Socket) => void = () => {}) =>
  (_response: ServerResponse, socket: Socket) => {
    socket.write(text, () => then(socket));
  };

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const reset = (socket: Socket) => void socket.resetAndDestroy();
const good = '{"action":"drop","hangup":true}';

/** Writes for as long as somebody reads. */
const endless = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(65_536, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
};

const answered: readonly Kind[] = [
  { name: '200 without a body', amounts: 'empty', answer: says(200, '', undefined) },
  { name: '200 with blanks', amounts: 'empty', answer: says(200, ' \r\n') },
  { name: '{}', amounts: 'empty object', answer: says(200, '{}') },
  { name: 'JSON: array', amounts: 'no object', answer: says(200, `[${good}]`) },
  { name: 'JSON: text', amounts: 'no object', answer: says(200, '"drop"') },
  { name: 'JSON: number', amounts: 'no object', answer: says(200, '5') },
  { name: 'JSON: true', amounts: 'no object', answer: says(200, 'true') },
  { name: 'JSON: null', amounts: 'no object', answer: says(200, 'null') },
  { name: 'JSON that is cut off', amounts: 'failed', answer: says(200, good.slice(0, -1)) },
  { name: 'JSON that nests 9000 levels', amounts: 'failed', answer: says(200, '['.repeat(9_000) + ']'.repeat(9_000)) },
  {
    name: 'JSON in Latin-1',
    amounts: 'failed',
    answer: says(200, Buffer.from('{"action":"drop","hangup":true,"displayName":"\xe5"}', 'latin1')),
  },
  { name: 'JSON as text/plain', amounts: 'failed', answer: says(200, good, 'text/plain') },
  { name: 'HTML', amounts: 'failed', answer: says(200, '<p>hello</p>', 'text/html') },
  { name: 'HTML as application/json', amounts: 'failed', answer: says(200, '<p>hello</p>') },
  { name: '10 MB', amounts: 'failed', answer: says(200, good.padStart(10_000_000)) },
  { name: 'a body without end', amounts: 'failed', answer: endless },
];

const statuses: readonly Kind[] = [201, 204, 302, 400, 401, 404, 429, 500, 503].map((status) => ({
  name: `status ${status}`,
  amounts: 'failed',
  answer: says(status, status === 204 ? '' : good),
  again: status >= 500,
}));

const broken: readonly Kind[] = [
  { name: 'connection reset', amounts: 'failed', answer: (_, socket) => reset(socket), again: true },
  { name: 'connection closed', amounts: 'failed', answer: (_, socket) => socket.destroy(), again: true },
  { name: 'reset within the head', amounts: 'failed', answer: raw('HTTP/1.1 200 O', reset), again: true },
  {
    name: 'reset within the body',
    amounts: 'failed',
    answer: raw(`${head}Content-Length: ${good.length}\r\n\r\n${good.slice(0, 9)}`, reset),
  },
  {
    name: 'body shorter than its length',
    amounts: 'failed',
    answer: raw(`${head}Content-Length: 99\r\n\r\n${good}`, (socket) => socket.end()),
  },
  { name: 'no HTTP', amounts: 'failed', answer: raw('220 mail.example ESMTP\r\n'), again: true },
  {
    name: 'status 101',
    amounts: 'failed',
    answer: raw('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    again: true,
  },
  {
    name: 'a head of 1 MB',
    amounts: 'failed',
    answer: raw(`${head}X-Long: ${'a'.repeat(1_000_000)}\r\n\r\n`),
    again: true,
  },
];

const late: readonly Kind[] = [
  { name: 'slow by 30 s', amounts: 'failed', answer: () => {}, late: true },
  {
    name: 'status 100 and no more',
    amounts: 'failed',
    answer: raw('HTTP/1.1 100 Continue\r\n\r\n'),
    late: true,
  },
  { name: 'a head without an end', amounts: 'failed', answer: raw(`${head}X-More: `), late: true },
  {
    name: 'a body that stops half-way',
    amounts: 'failed',
    answer: raw(`${head}Content-Length: ${good.length}\r\n\r\n${good.slice(0, 9)}`),
    late: true,
  },
];

/** Each needs a server that answers. */
export const kinds: readonly Kind[] = [...answered, ...statuses, ...broken, ...late];

/** Places where nobody answers. `https` speaks TLS to a port that does not. */
export const places: readonly { readonly name: string; readonly baseUrl: (port: number) => string }[] = [
  { name: 'connection refused', baseUrl: () => 'http://127.0.0.1:1' },
  { name: 'a host that is unknown', baseUrl: () => 'http://application.invalid' },
  { name: 'TLS to a plain port', baseUrl: (port) => `https://127.0.0.1:${port}` },
];

/** How often the application is asked or told. */
export const attemptsAt = (name: CallbackName, again: boolean): number => (again && isNotification(name) ? 2 : 1);
