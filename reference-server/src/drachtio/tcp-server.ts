import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { ListenError } from '../sip/transport/listen-error.ts';
import { FrameError, FrameReader } from './frame.ts';
import type { DrachtioSession } from './session.ts';

interface AppServer {
  readonly address: { host: string; port: number };
  close(): Promise<void>;
}

interface AppServerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** An application that reads so slowly that this much waits for it is cut off. */
const backlog = 64 * 1024 * 1024;

/** Frames of one turn of the event loop go out in one write: under load that is one system call for many calls. */
function batched(socket: Socket): (frame: Buffer) => void {
  let corked = false;
  return (frame) => {
    if (socket.destroyed) return;
    if (socket.writableLength > backlog) {
      socket.destroy();
      return;
    }
    if (!corked) {
      corked = true;
      socket.cork();
      setImmediate(() => {
        corked = false;
        socket.uncork();
      });
    }
    socket.write(frame);
  };
}

/** Listens for drachtio-srf applications. */
export async function openAppServer(
  host: string,
  port: number,
  session: DrachtioSession,
  log: AppServerLog,
): Promise<AppServer> {
  const server = createServer();
  const sockets = new Set<Socket>();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError('tcp', host, port, error);
  }
  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 15_000);
    sockets.add(socket);
    const reader = new FrameReader();
    const app = session.join({ send: batched(socket), end: () => socket.end() });
    const peer = { address: socket.remoteAddress, port: socket.remotePort };
    log.info(peer, 'application connected');
    socket.on('data', (bytes) => {
      try {
        for (const frame of reader.push(bytes)) session.receive(app, frame);
      } catch (fault) {
        if (!(fault instanceof FrameError)) throw fault;
        log.info({ ...peer, fault: fault.message }, 'application cut off');
        socket.destroy();
      }
    });
    // 'close' follows.
    socket.on('error', () => {});
    socket.once('close', () => {
      sockets.delete(socket);
      session.leave(app);
      log.info(peer, 'application gone');
    });
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new ListenError('tcp', host, port, undefined);
  return {
    address: { host: bound.address, port: bound.port },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
