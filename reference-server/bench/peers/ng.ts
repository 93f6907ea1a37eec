/** The ng control protocol of rtpengine: a cookie, a blank and JSON, over UDP. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

export type NgReply = Readonly<Record<string, unknown>>;

export interface Ng {
  /** @throws {Error} with the daemon's reason, or when it does not answer. */
  ask(command: Readonly<Record<string, unknown>>): Promise<NgReply>;
  close(): void;
}

const TRY_MS = 500;
const TRIES = 10;

export function connectNg(port: number): Ng {
  const socket = createSocket('udp4');
  const waiting = new Map<string, (reply: NgReply) => void>();
  // The daemon knows the cookies of the last half minute, whoever sent them.
  const prefix = randomBytes(6).toString('hex');
  let cookies = 0;
  socket.on('error', () => undefined);
  socket.on('message', (packet) => {
    const reply = parseReply(packet.toString());
    if (reply !== undefined) waiting.get(reply.cookie)?.(reply.body);
  });
  return {
    async ask(command) {
      const cookie = `${prefix}-${++cookies}`;
      const request = `${cookie} ${JSON.stringify(command)}`;
      const reply = await new Promise<NgReply>((resolve, reject) => {
        let left = TRIES;
        // The daemon answers a repeated cookie with the answer that it gave before.
        const send = (): void => {
          if (left-- === 0) {
            clearInterval(timer);
            reject(new Error(`rtpengine does not answer ${String(command.command)}`));
          } else socket.send(request, port, '127.0.0.1');
        };
        const timer = setInterval(send, TRY_MS);
        waiting.set(cookie, (body) => {
          clearInterval(timer);
          resolve(body);
        });
        send();
      }).finally(() => waiting.delete(cookie));
      if (reply.result === 'error') throw new Error(`rtpengine: ${String(reply['error-reason'])}`);
      return reply;
    },
    close: () => socket.close(),
  };
}

/** Undefined for what is no answer. */
export function parseReply(text: string): { readonly cookie: string; readonly body: NgReply } | undefined {
  const blank = text.indexOf(' ');
  try {
    const body: unknown = JSON.parse(text.slice(blank + 1));
    if (blank < 1 || typeof body !== 'object' || body === null) return undefined;
    return { cookie: text.slice(0, blank), body: body as NgReply };
  } catch {
    return undefined;
  }
}
