import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mediaservice/conformance/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Application, openApplication } from './application.ts';

const host = '127.0.0.1';
let directory = '';
let application: Application;
const asked: { path: string; body: unknown }[] = [];
const service = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    asked.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.end('{"success":true}');
    service.emit('asked');
  });
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-application-'));
  await writeFile(join(directory, 'prompt.wav'), 'RIFF');
  service.listen(0, host);
  await once(service, 'listening');
  application = await openApplication({
    callbacksUrl: `http://${host}:${await freePort(host)}/callbacks`,
    host,
    restUrl: `http://${host}:${(service.address() as AddressInfo).port}/load.example`,
    token: 't',
    promptFile: join(directory, 'prompt.wav'),
    digitSeconds: 5,
  });
});
afterEach(async () => {
  application.close();
  service.closeAllConnections();
  service.close();
  asked.length = 0;
  await rm(directory, { recursive: true, force: true });
});

const call = (name: string, body: unknown): Promise<Response> =>
  fetch(`${application.ready.url}/callbacks/${name}`, { method: 'POST', body: JSON.stringify(body) });

it('answers callbacks, and counts what came since it was asked before', async () => {
  const answer = await call('newCall', { sessionId: 's', xHeaders: { 'x-load': 'churn' } });
  expect(await answer.json()).toEqual({ action: 'ivr' });
  expect(application.window()).toMatchObject({ answered: { newCall: 1 }, begun: 1, open: 1 });
  expect(application.window()).toMatchObject({ answered: {}, begun: 0, open: 1 });
});

it.each([
  ['no callback', 'newCalls', 404],
  ['no JSON', '', 400],
])('%s', async (_name, name, status) => {
  const answer =
    name === ''
      ? await fetch(`${application.ready.url}/callbacks/newCall`, { method: 'POST', body: '{' })
      : await call(name, { sessionId: 's', sessionReferenceId: { load: 'ivr' } });
  expect(answer.status).toBe(status);
});

it('serves the prompt, and the contact of whoever registered', async () => {
  const prompt = await fetch(`${application.ready.url}/prompt.wav`);
  expect(prompt.headers.get('content-type')).toBe('audio/wav');
  expect(await prompt.text()).toBe('RIFF');
  expect((await fetch(`${application.ready.url}/contact/b1`)).status).toBe(404);
  const phone = createSocket('udp4');
  try {
    const head = ['Via: SIP/2.0/UDP 127.0.0.1:4000;branch=z9hG4bK1', 'From: <sip:b1@x>;tag=1', 'To: <sip:b1@x>'];
    const text = `REGISTER sip:x SIP/2.0\r\n${head.join('\r\n')}\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\nContact: <sip:b1@127.0.0.1:4000>\r\n\r\n`;
    const answered = once(phone, 'message');
    phone.send(text, application.ready.registrarPort, host);
    expect(String((await answered)[0])).toMatch(/^SIP\/2\.0 200/);
    const contact = await fetch(`${application.ready.url}/contact/b1`);
    expect(await contact.json()).toEqual({ contact: 'sip:b1@127.0.0.1:4000' });
  } finally {
    phone.close();
  }
});

it('answers a Cloud UA call over REST: ringback first, then with the address of what says back what it hears', async () => {
  const twice = new Promise<void>((resolve) => {
    service.on('asked', () => asked.length === 2 && resolve());
  });
  await call('newRemoteCall', { replyId: 'r', codec: 'PCMU' });
  await twice;
  const address = { replyId: 'r', codec: 'PCMU', receiveIp: host, receivePort: application.ready.echoPort };
  expect(asked).toEqual([
    { path: '/load.example/sendremotecallringback', body: { replyId: 'r' } },
    { path: '/load.example/answerremotecall', body: address },
  ]);
  const far = createSocket('udp4');
  try {
    const heard = once(far, 'message');
    far.send('hello', application.ready.echoPort, host);
    expect(String((await heard)[0])).toBe('hello');
  } finally {
    far.close();
  }
});
