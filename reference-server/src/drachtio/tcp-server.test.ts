import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engine, secret } from '../testing/srf/world.ts';
import { encodeFrame, FrameReader } from './frame.ts';

interface Client {
  socket: Socket;
  /** Sends a command and gives the tokens of the answer after the ids. */
  ask(text: string): Promise<string[]>;
}

async function client(authenticated = true): Promise<Client> {
  const { appAddress } = await engine({ sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] });
  const socket = connect(appAddress.port, appAddress.host);
  onTestFinished(() => {
    socket.destroy();
  });
  const reader = new FrameReader();
  const waiting: ((tokens: string[]) => void)[] = [];
  socket.on('data', (bytes) => {
    for (const frame of reader.push(bytes)) waiting.shift()?.(frame.toString('utf8').split('|').slice(2));
  });
  const ask = (text: string) =>
    new Promise<string[]>((resolve) => {
      waiting.push(resolve);
      socket.write(encodeFrame(`m1|${text}`));
    });
  if (authenticated) await ask(`authenticate|${secret}|`);
  return { socket, ask };
}

describe('what an application may say', () => {
  it.each([
    { name: 'ping', text: 'ping', answer: ['m1', 'OK', 'pong'] },
    { name: 'route', text: 'route|invite', answer: ['m1', 'OK'] },
    { name: 'remove_route', text: 'remove_route|invite', answer: ['m1', 'OK'] },
    {
      name: 'a response to nothing',
      text: 'sip|none|\r\nSIP/2.0 200 OK\r\n\r\n',
      answer: ['m1', 'NOK', 'Response not sent due to unknown transaction'],
    },
    {
      name: 'CANCEL of nothing',
      text: 'sip|none|\r\nCANCEL sip:a@127.0.0.1 SIP/2.0\r\n\r\n',
      answer: ['m1', 'NOK', 'unable to cancel unknown transaction id: none'],
    },
    {
      name: 'a request in no dialog',
      text: 'sip||none\r\nINFO sip:placeholder SIP/2.0\r\n\r\n',
      answer: ['m1', 'NOK', 'Server error: unable to find dialog for dialog id provided'],
    },
    {
      name: 'a request to no transport',
      text: 'sip||\r\nOPTIONS sip:a@127.0.0.1;transport=tls SIP/2.0\r\n\r\n',
      answer: ['m1', 'NOK', 'no transport for sip:a@127.0.0.1;transport=tls'],
    },
    {
      name: 'a body of unknown type',
      text: 'sip||\r\nMESSAGE sip:a@127.0.0.1 SIP/2.0\r\n\r\nhello',
      answer: ['m1', 'NOK', 'missing content-type'],
    },
    {
      name: 'a proxy command for nothing',
      text: 'proxy|none|||||||sip:a\r\nINVITE sip:a SIP/2.0\r\n\r\n',
      answer: ['m1', 'NOK', 'Unknown transaction id: none'],
    },
  ])('$name is answered', async ({ text, answer }) => {
    const { ask } = await client();
    expect(await ask(text)).toEqual(answer);
  });
});

describe('what ends the connection', () => {
  it.each([
    {
      name: 'a command before authentication',
      text: 'route|invite',
      authenticated: false,
      reason: 'not authenticated',
    },
    { name: 'a wrong secret', text: 'authenticate|guess|', authenticated: false, reason: 'incorrect secret' },
    { name: 'an unknown command', text: 'dance', authenticated: true, reason: 'Unknown message type' },
  ])('$name', async ({ text, authenticated, reason }) => {
    const { ask, socket } = await client(authenticated);
    const closed = once(socket, 'close');
    expect(await ask(text)).toEqual(['m1', 'NO', reason]);
    await closed;
  });

  it('bytes that are no frame', async () => {
    const { socket } = await client();
    socket.write('hello');
    const [hadError] = await once(socket, 'close');
    expect(hadError).toBe(false);
  });
});
