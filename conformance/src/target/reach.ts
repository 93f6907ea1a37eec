import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Target } from './types.ts';

/** RFC 3261 T1 and its doubling: when an unanswered OPTIONS is sent again, ms. */
const sendAtMs = [0, 500, 1500, 3500];
const defaultLimitMs = 5000;

/**
 * Whether somebody speaks SIP there: over UDP any answer to OPTIONS will do (RFC 3261 11.2: every user agent gives one),
 * over TCP a connection. Undefined when so, otherwise what happened, to be read after the address.
 */
export function sipProblem(
  { sip, suite, domain }: Pick<Target, 'sip' | 'suite' | 'domain'>,
  limitMs = defaultLimitMs,
): Promise<string | undefined> {
  if (sip.transport === 'tcp') return tcpProblem(sip.host, sip.port, limitMs);
  return udpProblem(sip.host, sip.port, limitMs, suite.host, domain);
}

async function tcpProblem(host: string, port: number, limitMs: number): Promise<string | undefined> {
  const socket = connect({ host, port, signal: AbortSignal.timeout(limitMs) });
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
      ? 'the connection is refused'
      : `no connection: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    socket.destroy();
  }
}

async function udpProblem(
  host: string,
  port: number,
  limitMs: number,
  local: string,
  domain: string,
): Promise<string | undefined> {
  const socket = createSocket('udp4');
  const outcome = Promise.withResolvers<string | undefined>();
  socket.on('message', (bytes) => {
    if (bytes.toString('latin1').startsWith('SIP/2.0 ')) outcome.resolve(undefined);
  });
  socket.on('error', (error) => outcome.resolve(error.message));
  const timers: NodeJS.Timeout[] = [];
  try {
    socket.bind(0, local);
    await once(socket, 'listening');
    const text = options(domain, local, socket.address().port);
    timers.push(...sendAtMs.map((ms) => setTimeout(() => socket.send(text, port, host), ms)));
    timers.push(setTimeout(outcome.resolve, limitMs, `no answer to OPTIONS within ${limitMs / 1000} s`));
    return await outcome.promise;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
}

function options(domain: string, host: string, port: number): string {
  const id = randomUUID();
  return [
    `OPTIONS sip:${domain} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${port};rport;branch=z9hG4bK${id}`,
    'Max-Forwards: 70',
    `From: <sip:conformance@${host}>;tag=${id.slice(0, 8)}`,
    `To: <sip:${domain}>`,
    `Call-ID: ${id}@${host}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:conformance@${host}:${port}>`,
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
