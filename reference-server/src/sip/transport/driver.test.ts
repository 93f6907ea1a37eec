import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import type { CommandRef, EndpointEvent, OwnerId } from '../endpoint.ts';
import { Headers, parseMessage } from '../message/index.ts';
import { EndpointDriver } from './driver.ts';
import { randomIds } from './ids.ts';

const ref: CommandRef = { owner: 'test' as OwnerId, id: '1' };

it('takes what came in time before it finds that the time is over', async () => {
  const events: EndpointEvent[] = [];
  const warnings: string[] = [];
  const driver = await EndpointDriver.open({
    listen: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
    ids: randomIds,
    // 64·T1 is long enough that a busy machine does not use it up before the 200 is seen.
    settings: { timers: { t1: 10, t2: 40, t4: 50 } },
    onEvent: (event) => {
      events.push(event);
      if (event.type !== 'request') return;
      driver.do((endpoint, now) => {
        endpoint.own(event.id, ref.owner);
        endpoint.respond(now, ref, event.id, {
          status: 200,
          reason: 'OK',
          headers: new Headers(),
          body: new Uint8Array(),
        });
      });
    },
    onWarning: (from, found) => warnings.push(`${from.port} ${found.map(({ code }) => code)}`),
    onFault: (fault) => {
      throw fault;
    },
  });
  onTestFinished(() => driver.close());
  const phone = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void phone.close());
  await once(phone, 'listening');
  const send = (method: string, to: string) => {
    const { port } = phone.address();
    const lines = [
      `${method} sip:bob@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${method}`,
      'From: Tom & Jerry <sip:alice@127.0.0.1>;tag=a',
      `To: ${to}`,
      'Call-ID: late',
      `CSeq: 1 ${method}`,
      `Contact: <sip:alice@127.0.0.1:${port}>`,
    ];
    phone.send(`${lines.join('\r\n')}\r\n\r\n`, driver.listeners[0]?.port ?? 0, '127.0.0.1');
  };
  phone.once('message', (bytes) => {
    const parsed = parseMessage(bytes);
    send('ACK', (parsed.ok && parsed.message.headers.get('To')) || '');
    // The ACK is in the socket's buffer; JavaScript is busy until 64·T1 are over.
    for (const end = performance.now() + 700; performance.now() < end; );
  });
  send('INVITE', '<sip:bob@127.0.0.1>');
  await expect.poll(() => events.map(({ type }) => type), { interval: 5 }).toContain('ack');
  expect(events.map(({ type }) => type)).not.toContain('ended');
  expect(warnings).toContain(`${phone.address().port} display-name`);
});
