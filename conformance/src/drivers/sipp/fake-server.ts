import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, header, headers } from './message-log.ts';
import type { SippMessage } from './types.ts';

/**
 * A small SIP end point for the tests of the driver: it takes what comes and sends what it is told, without transactions.
 * Requests wait in `next` until somebody asks for them.
 */
export interface FakeServer {
  readonly port: number;
  /**
   * The next message from SIPp that has this method (of a response: the method of its CSeq). Retransmissions are skipped.
   * @throws Error that says what came instead, where it does not come in 10 s.
   */
  next(method: string): Promise<SippMessage>;
  reply(request: SippMessage, status: number, options?: { tag?: string; body?: string }): void;
  send(port: number, text: string): void;
  close(): void;
}

/** Shorter than a test may take, so that the test says what is missing. */
const patienceMs = 10_000;

export async function fakeServer(): Promise<FakeServer> {
  const socket: Socket = createSocket('udp4');
  const queue: SippMessage[] = [];
  const waiting = new Map<() => void, NodeJS.Timeout>();
  const seen = new Set<string>();
  const peers = new Map<string, number>();
  socket.on('message', (bytes, from) => {
    const raw = bytes.toString();
    const message = describe('fake', raw, 0, 'received');
    if (!message || seen.has(raw)) return;
    seen.add(raw);
    peers.set(message.callId, from.port);
    queue.push(message);
    for (const look of [...waiting.keys()]) look();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return {
    port,
    next: (method) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const at = queue.findIndex((m) => m.method === method);
          const [message] = at < 0 ? [] : queue.splice(at, 1);
          if (!message) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(message);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          const came = [...seen].map((raw) => raw.slice(0, raw.indexOf('\r\n'))).join('; ');
          reject(new Error(`No ${method} came in ${patienceMs / 1000} s; what came: ${came || 'nothing'}`));
        }, patienceMs);
        waiting.set(look, timer);
        look();
      }),
    reply: (request, status, { tag = 'srv', body: text = '' } = {}) => {
      const to = header(request.raw, 'To') ?? '';
      const lines = [
        `SIP/2.0 ${status} X`,
        ...headers(request.raw, 'Via').map((via) => `Via: ${via}`),
        `From: ${header(request.raw, 'From')}`,
        `To: ${to.includes('tag=') ? to : `${to};tag=${tag}`}`,
        `Call-ID: ${request.callId}`,
        `CSeq: ${header(request.raw, 'CSeq')}`,
        `Contact: <sip:fake@127.0.0.1:${port}>`,
        ...(text === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${text.length}`,
        '',
        text,
      ];
      socket.send(lines.join('\r\n'), peers.get(request.callId) ?? 0, '127.0.0.1');
    },
    send: (to, text) => socket.send(text, to, '127.0.0.1'),
    close: () => {
      for (const timer of waiting.values()) clearTimeout(timer);
      socket.close();
    },
  };
}
