import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { ConnectionId, Listener, Path } from '../endpoint.ts';
import { Connection, plainAddress } from './connection.ts';
import { ListenError } from './listen-error.ts';
import { defaultStreamLimits, type StreamLimits, type Transport, type TransportSink } from './types.ts';

export interface TcpTransport extends Transport {
  readonly connections: number;
}

let lastConnection = 0;

/** SIP over TCP on one address; connections are used again in both directions. RFC 3261 18. */
export async function openTcp(
  host: string,
  port: number,
  sink: TransportSink,
  limits: StreamLimits = defaultStreamLimits,
): Promise<TcpTransport> {
  const byId = new Map<ConnectionId, Connection>();
  const byAddress = new Map<string, Connection>();
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError('tcp', host, port, error);
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new ListenError('tcp', host, port, undefined);
  const listener: Listener = { protocol: 'tcp', address: bound.address, port: bound.port };

  const adopt = (socket: Socket, address: string, remotePort: number, connected: boolean): Connection => {
    lastConnection++;
    const id = lastConnection as ConnectionId;
    const path: Path = { protocol: 'tcp', address, port: remotePort, local: listener, connection: id };
    const connection = new Connection(id, socket, limits, path, sink, connected);
    const key = `${address} ${remotePort}`;
    byId.set(id, connection);
    byAddress.set(key, connection);
    socket.once('close', () => {
      byId.delete(id);
      if (byAddress.get(key) === connection) byAddress.delete(key);
    });
    return connection;
  };

  server.on('connection', (socket) => adopt(socket, plainAddress(socket.remoteAddress), socket.remotePort ?? 0, true));

  const connectionFor = (to: Path): Connection => {
    const asked = to.connection === undefined ? undefined : byId.get(to.connection);
    if (asked?.usable === true) return asked;
    const known = byAddress.get(`${to.address} ${to.port}`);
    if (known?.usable === true) return known;
    return adopt(connect({ host: to.address, port: to.port }), to.address, to.port, false);
  };

  return {
    listener,
    get connections() {
      return byId.size;
    },
    send: (to, bytes, failed) => connectionFor(to).send(bytes, failed),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const connection of byId.values()) connection.close();
      await closed;
    },
  };
}
