import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probe } from './probe.ts';
import { address } from './testing/fake-switch.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

const STATUS = [
  '                     Name\t   Type\t                                      Data\tState',
  '=================================================================================================',
  '                 internal\tprofile\t          sip:mod_sofia@127.0.0.1:5090\tRUNNING (0)',
  '              drachtio_mrf\tprofile\t          sip:mod_sofia@127.0.0.1:5080\tRUNNING (3)',
  '=================================================================================================',
  '2 profiles 0 aliases',
  '',
].join('\n');

/** An event socket that says these things, each when it has heard something that fits. */
async function eventSocket(greeting: string, answers: readonly (readonly [RegExp, string])[]): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.write(greeting);
    socket.on('data', (text: string) => {
      const answer = answers.find(([wanted]) => wanted.test(text))?.[1];
      // In two parts: nothing says that a message comes in one.
      if (answer !== undefined) {
        socket.write(answer.slice(0, 20));
        setImmediate(() => socket.write(answer.slice(20)));
      }
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const AUTH = 'Content-Type: auth/request\n\n';
const accepted = [/^auth secret\n\n/, 'Content-Type: command/reply\nReply-Text: +OK accepted\n\n'] as const;
const answers = (body: string) => `Content-Type: api/response\nContent-Length: ${body.length}\n\n${body}`;
const says = (body: string) => [/^api sofia status\n\n/, answers(body)] as const;
const loaded = (body: string) => [/^api module_exists mod_spandsp\n\n/, answers(body)] as const;

describe('a FreeSWITCH is asked whether it can be used', () => {
  it('and can', async () => {
    const port = await eventSocket(AUTH, [accepted, says(STATUS), loaded('true')]);
    await expect(probe(address(port))).resolves.toBe(undefined);
  });

  it.each([
    ['the profile is missing', AUTH, [accepted, says(STATUS.replace('drachtio_mrf', 'another_mrf'))], /drachtio_mrf/],
    ['the profile does not run', AUTH, [accepted, says(STATUS.replaceAll('RUNNING', 'DOWN'))], /drachtio_mrf/],
    ['a module is missing', AUTH, [accepted, says(STATUS), loaded('false')], /mod_spandsp/],
    [
      'the secret is wrong',
      AUTH,
      [[/^auth/, 'Content-Type: command/reply\nReply-Text: -ERR invalid\n\n'] as const],
      /secret/,
    ],
    ['it lets nobody in', 'Content-Type: text/rude-rejection\nContent-Length: 0\n\n', [], /rude-rejection/],
    ['it says nothing', '', [], /within 200 ms/],
  ])('and %s', async (_, greeting, answers, message) => {
    await expect(probe(address(await eventSocket(greeting, answers)), 200)).rejects.toThrow(message);
  });

  it('and nothing listens there', async () => {
    const port = await eventSocket('', []);
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    await expect(probe(address(port))).rejects.toThrow(/ECONNREFUSED/);
  });
});
