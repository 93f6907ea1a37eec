import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { signalMethod } from './elements.ts';
import { header, headers } from './message-log.ts';
import type { SippMessage } from './types.ts';

/**
 * The message that wakes a waiting scenario. SIPp 3.6.1 has no way to steer one call from outside, but it takes any
 * method that a `recv` names. What SIPp copies from "the last request" must stay what it was, so the message repeats the
 * headers of the last INVITE received; if the leg has called, it speaks as the other side of the dialog.
 */
export function signalMessage(messages: readonly SippMessage[], count: number): string | undefined {
  const invite = messages.findLast(
    (m) => m.direction === 'received' && m.method === 'INVITE' && m.status === undefined,
  );
  if (invite) {
    const head = invite.raw.slice(0, invite.raw.search(/\r?\n\r?\n|$/)).replace(/\r?\n/g, '\r\n');
    const kept = head.split('\r\n').filter((line) => !/^(content-length|l|content-type|c)\s*:/i.test(line));
    return [
      ...kept.map((line, i) => (i === 0 ? line.replace('INVITE', signalMethod) : line)),
      `X-Signal: ${count}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  }
  const answer = messages.findLast((m) => m.direction === 'received' && m.method === 'INVITE' && (m.status ?? 0) > 100);
  const sent = messages.find((m) => m.direction === 'sent');
  const about = answer ?? sent;
  if (!about) return undefined;
  const value = (name: string, compact: string): string => header(about.raw, name, compact) ?? '';
  return [
    `${signalMethod} sip:suite SIP/2.0`,
    ...headers(about.raw, 'Via', 'v').map((via) => `Via: ${via}`),
    `From: ${value('To', 't')}`,
    `To: ${value('From', 'f')}`,
    `Call-ID: ${about.callId}`,
    `CSeq: ${count} ${signalMethod}`,
    `X-Signal: ${count}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Hands the message to SIPp's own socket. */
export async function deliver(text: string, host: string, port: number, transport: 'udp' | 'tcp'): Promise<void> {
  if (transport === 'udp') {
    const socket = createSocket('udp4');
    const sent = Promise.withResolvers<undefined>();
    socket.send(text, port, host, (error) => (error ? sent.reject(error) : sent.resolve(undefined)));
    await sent.promise;
    socket.close();
    return;
  }
  const socket = connect(port, host);
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
}
