/**
 * The least that an application needs of a SIP server: it connects, gets what the test makes up, and what it sends is kept
 * as it is. A server that checks nothing, so that the application has to.
 */
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { encodeFrame, FrameReader } from '../../drachtio/frame.ts';
import { until } from './world.ts';

interface BareServer {
  readonly address: { readonly host: string; readonly port: number; readonly secret: string };
  /** A request from the network. */
  request(transaction: string, message: string, dialog?: typeof bareDialog): void;
  /** What the application sends in a transaction and that matches; `own` for a request. */
  sent(transaction: string, pattern: RegExp): Promise<string>;
}

const stamp = '12:00:00.000000';
/** The one dialog that a test has. */
export const bareDialog = 'the-dialog';

/** A response as it leaves: with a tag and where we are. The library writes some names in lower case. */
const completed = (response: string): string =>
  response
    .replace(/^(to: (?!.*;tag=).*?)(\r)$/im, '$1;tag=ours$2')
    .replace('\r\n', '\r\nContact: <sip:127.0.0.1:5060>\r\n');

export async function bareServer(): Promise<BareServer> {
  const messages: { readonly transaction: string; readonly text: string }[] = [];
  let app: Socket | undefined;
  let serial = 0;
  const tell = (head: string, message?: string): void => {
    serial += 1;
    app?.write(encodeFrame(`${serial}|${head}`, message === undefined ? undefined : Buffer.from(message)));
  };
  const heard = (frame: string): void => {
    const [head = '', ...rest] = frame.split('\r\n');
    const [id, verb, transaction = '', dialog = ''] = head.split('|');
    if (verb === 'authenticate') tell(`response|${id}|OK|udp/127.0.0.1:5060|v0.9.4|udp/127.0.0.1:5060`);
    if (verb === 'route') tell(`response|${id}|OK`);
    if (verb !== 'sip') return;
    const text = rest.join('\r\n');
    messages.push({ transaction: transaction === '' ? 'own' : transaction, text });
    const meta = `application|${text.length}|udp|127.0.0.1|5060|${stamp}`;
    if (!text.startsWith('SIP/')) tell(`response|${id}|OK|${meta}|own|Msg sent:|`, text);
    else tell(`response|${id}|OK|${meta}|${transaction}|${dialog || bareDialog}||Msg sent:|`, completed(text));
  };
  const server = createServer((socket) => {
    app = socket;
    const reader = new FrameReader();
    socket.on('data', (bytes) => reader.push(bytes).forEach((frame) => void heard(frame.toString())));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    app?.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const at = server.address();
  const find = (transaction: string, pattern: RegExp) =>
    messages.find((each) => each.transaction === transaction && pattern.test(each.text));
  return {
    address: { host: '127.0.0.1', port: typeof at === 'object' && at !== null ? at.port : 0, secret: 'any' },
    request: (transaction, message, dialog) => {
      const tail = dialog === undefined ? '|127.0.0.1|5060|' : `${dialog}|`;
      tell(`sip|network|${message.length}|udp|127.0.0.1|5070|${stamp}|${transaction}|${tail}`, message);
    },
    sent: async (transaction, pattern) => {
      await until(() => {
        if (find(transaction, pattern) === undefined) {
          throw new Error(`${transaction}: no ${pattern} in ${JSON.stringify(messages)}`);
        }
      });
      return find(transaction, pattern)?.text ?? '';
    },
  };
}
