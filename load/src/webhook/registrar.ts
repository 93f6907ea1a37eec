/**
 * A registrar (RFC 3261 section 10) with just what is needed to learn the addresses of the generator's phones: a target has
 * no registrations of its own, so the application names the callee by its contact.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const header = (message: string, name: RegExp): string | undefined => name.exec(message)?.[1]?.trim();
const VIA = /^(?:via|v)\s*:\s*(.+)$/gim;
const FROM = /^(?:from|f)\s*:\s*(.+)$/im;
const TO = /^(?:to|t)\s*:\s*(.+)$/im;
const CALL_ID = /^(?:call-id|i)\s*:\s*(.+)$/im;
const CSEQ = /^cseq\s*:\s*(.+)$/im;
const CONTACT = /^(?:contact|m)\s*:\s*(.+)$/im;
const EXPIRES = /^expires\s*:\s*(\d+)/im;
const DEFAULT_EXPIRES = 300;

/** What a request changes, and the answer to it; undefined: nothing is answered. */
export function register(message: string, contacts: Map<string, string>): string | undefined {
  const method = /^([A-Z]+) \S+ SIP\/2\.0\r?\n/.exec(message)?.[1];
  if (method === undefined || method === 'ACK') return undefined;
  const [from, to, callId, cseq] = [FROM, TO, CALL_ID, CSEQ].map((name) => header(message, name));
  if (from === undefined || to === undefined || callId === undefined || cseq === undefined) return undefined;
  const contact = header(message, CONTACT);
  const expires = Number(
    /;\s*expires\s*=\s*(\d+)/i.exec(contact ?? '')?.[1] ?? header(message, EXPIRES) ?? DEFAULT_EXPIRES,
  );
  const known = method === 'REGISTER' || method === 'OPTIONS';
  const user = /sips?:([^@>;]+)@/.exec(to)?.[1];
  if (method === 'REGISTER' && user !== undefined && contact !== undefined) {
    const uri = /<([^>]+)>/.exec(contact)?.[1] ?? contact.split(';')[0]?.trim();
    if (expires === 0 || uri === undefined || uri === '*') contacts.delete(user);
    else contacts.set(user, uri);
  }
  return [
    known ? 'SIP/2.0 200 OK' : 'SIP/2.0 405 Method Not Allowed',
    ...[...message.matchAll(VIA)].map(([, via = '']) => `Via: ${via.trim()}`),
    `From: ${from}`,
    `To: ${/;\s*tag=/i.test(to) ? to : `${to};tag=registrar`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...(method === 'REGISTER' && contact !== undefined && expires > 0
      ? [`Contact: ${/;\s*expires=/i.test(contact) ? contact : `${contact};expires=${expires}`}`]
      : []),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Contacts by user, kept up to date by the REGISTER requests that come to `port`. */
export interface Registrar {
  readonly port: number;
  readonly contacts: ReadonlyMap<string, string>;
  close(): void;
}

export async function openRegistrar(host: string): Promise<Registrar> {
  const contacts = new Map<string, string>();
  const socket: Socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
  socket.on('message', (bytes, { address, port }) => {
    const answer = register(bytes.toString('latin1'), contacts);
    if (answer !== undefined) socket.send(Buffer.from(answer, 'latin1'), port, address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  return { port: socket.address().port, contacts, close: () => socket.close() };
}
