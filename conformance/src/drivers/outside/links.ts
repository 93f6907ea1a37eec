/** SIP ends of the suite's own, byte for byte. */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { unclaimed } from '../claimed.ts';
import type { Endpoint, Link } from './types.ts';

export async function udpLink(remote: Endpoint, local: Endpoint): Promise<Link> {
  const bind = async (): Promise<Datagrams> => {
    const socket = createSocket('udp4');
    socket.bind(local.port, local.host);
    await once(socket, 'listening');
    return socket;
  };
  const socket = local.port === 0 ? await unclaimed('udp', bind, (one) => one.address().port) : await bind();
  const { address: host, port } = socket.address();
  return {
    host,
    port,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, remote.port, remote.host, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (take) => void socket.on('message', (bytes) => take(bytes.toString('utf8'))),
    close: () => void socket.close(),
  };
}

/** One connection to the target, and a listening socket for connections that the target opens to us. */
export async function tcpLink(remote: Endpoint, host: string): Promise<Link> {
  let take: (text: string) => void = () => {};
  const sockets = new Set<Socket>();
  const follow = (socket: Socket): void => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        // An empty line is the answer to two of ours (RFC 5626 4.4.1), and belongs to no message.
        while (pending[0] === 13 && pending[1] === 10) pending = pending.subarray(2);
        const end = messageEnd(pending);
        if (end === undefined) return;
        take(pending.subarray(0, end).toString('utf8'));
        pending = pending.subarray(end);
      }
    });
    // The target may close a connection that it has no use for any more; what was expected on it is missed elsewhere.
    socket.on('error', () => socket.destroy());
  };
  const portOf = (one: Server): number => {
    const address = one.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const listen = async (): Promise<Server> => {
    const one = createServer(follow);
    one.listen(0, host);
    await once(one, 'listening');
    return one;
  };
  const server = await unclaimed('tcp', listen, portOf);
  const port = portOf(server);
  const socket = connect({ ...remote, localAddress: host, noDelay: true });
  await once(socket, 'connect');
  follow(socket);
  return {
    host,
    port,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (taker) => {
      take = taker;
    },
    close: () => {
      for (const open of sockets) open.destroy();
      server.close();
    },
  };
}

/** Where the first message of a stream ends (RFC 3261 18.3); undefined while it is not whole. */
function messageEnd(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/im.exec(bytes.subarray(0, head).toString('latin1'));
  const end = head + 4 + Number(length?.[1] ?? 0);
  return bytes.length >= end ? end : undefined;
}
