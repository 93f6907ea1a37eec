import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP, isIPv6 } from 'node:net';
import type { Listener } from '../endpoint.ts';
import { parseMessage } from '../message/index.ts';
import { ListenError } from './listen-error.ts';
import type { Transport, TransportSink } from './types.ts';

/** A burst of calls must fit in here while JavaScript is busy. */
const bufferBytes = 4 * 1024 * 1024;

/** Nothing shorter is a SIP message; what is shorter keeps a NAT binding alive. RFC 5626 3.5.1. */
const shortest = 16;

/** The endpoint gives addresses only: without this each datagram would go through the resolver's queue. */
function literal(
  address: string,
  _options: unknown,
  found: (error: Error | null, address: string, family: number) => void,
): void {
  found(null, address, isIP(address));
}

/** SIP over UDP on one address. RFC 3261 18. */
export async function openUdp(host: string, port: number, sink: TransportSink): Promise<Transport> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', lookup: literal });
  try {
    // The event may come before `bind` returns.
    const listening = once(socket, 'listening');
    socket.bind(port, host);
    await listening;
  } catch (error) {
    socket.close();
    throw new ListenError('udp', host, port, error);
  }
  socket.setRecvBufferSize(bufferBytes);
  socket.setSendBufferSize(bufferBytes);
  const bound = socket.address();
  const listener: Listener = { protocol: 'udp', address: bound.address, port: bound.port };
  // An ICMP error of an earlier datagram: the transaction that sent it has its own timer.
  socket.on('error', () => {});
  socket.on('message', (bytes, from) => {
    if (bytes.byteLength < shortest) return;
    const path = { protocol: 'udp', address: from.address, port: from.port, local: listener } as const;
    sink.receive(path, parseMessage(bytes), bytes.byteLength);
  });
  return {
    listener,
    send: (to, bytes, failed) => {
      if (to.port === 0) {
        failed();
        return;
      }
      socket.send(bytes, to.port, to.address, (error) => {
        if (error !== null) failed();
      });
    },
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
