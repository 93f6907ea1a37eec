/** The two UDP sockets of an endpoint: RTP on an even port, RTCP on the one above. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

export type Receive = (packet: Uint8Array, from: RemoteInfo) => void;

export interface Transport {
  /** Hands a packet to the kernel. The bytes may be used again at once. */
  sendRtp(packet: Uint8Array, length: number, port: number, address: string): void;
  sendRtcp(packet: Uint8Array, port: number, address: string): void;
  /** Resolves when both ports are free again. */
  close(): Promise<void>;
}

/** `shared`: other sockets of ours may have the RTP port, too. Rejects with the error of the system (EADDRINUSE, EACCES, EADDRNOTAVAIL) when either port cannot be had. */
export async function openTransport(
  address: string,
  port: number,
  receiveRtp: Receive,
  receiveRtcp: Receive,
  shared = false,
): Promise<Transport> {
  // The odd port is nobody else's, and with it the even one is ours: lanes share that one (see lanes.ts).
  const rtcp = await bind(address, port + 1, receiveRtcp, false);
  let rtp: Socket;
  try {
    rtp = await bind(address, port, receiveRtp, shared);
  } catch (error) {
    await close(rtcp);
    throw error;
  }
  return {
    // The kernel may have no room for it yet: then it is still to be read.
    sendRtp: (packet, length, toPort, toAddress) => rtp.send(packet.slice(0, length), toPort, toAddress),
    sendRtcp: (packet, toPort, toAddress) => rtcp.send(packet, toPort, toAddress),
    close: async () => {
      await Promise.all([close(rtp), close(rtcp)]);
    },
  };
}

function bind(address: string, port: number, receive: Receive, reusePort: boolean): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    reusePort,
    // Addresses are always numeric here; the resolver would cost a turn of the loop for each packet.
    lookup: (host, _options, callback) => callback(null, host, family),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // ICMP "unreachable" and the like: the far end is not there yet or any more, which RTP time-out tells.
      socket.on('error', () => undefined);
      socket.on('message', receive);
      resolve(socket);
    });
  });
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
