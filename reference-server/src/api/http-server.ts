/** The HTTP server around the application: time limits, and D-ERR even for bytes that are no request. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ErrorCode } from './errors.ts';

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** Connections open now. */
  connections(): Promise<number>;
  /** Takes no new connection and resolves when those that exist are done, at the latest after the time given. */
  close(milliseconds: number): Promise<void>;
}

/** How long a connection is kept between two requests (D-NOTHINGLEFT). */
const idleMs = 5_000;

const answers: Readonly<Record<string, readonly [status: string, code: ErrorCode, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'bodyTooLarge', 'Send shorter headers.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'invalidParameter', 'Send the whole request at once.'],
};

/** Rejects with the error of `listen` (EADDRINUSE, EACCES …). */
export async function listenHttp(listener: RequestListener, host: string, port: number): Promise<HttpServer> {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: idleMs }, listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    host: address.address,
    port: address.port,
    connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0))),
    close: (milliseconds) => close(server, milliseconds),
  };
}

function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = answers[error.code ?? ''] ?? [
    '400 Bad Request',
    'invalidParameter',
    'Send valid HTTP.',
  ];
  const body = JSON.stringify({ success: false, error: code, message });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function close(server: Server, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
