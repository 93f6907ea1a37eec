/** The device behind a Cloud UA: what it hears it says, so that the far end hears itself. RTP passes here, not the target. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface Echo {
  readonly port: number;
  close(): void;
}

export async function openEcho(host: string): Promise<Echo> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 21 });
  socket.on('message', (packet, { address, port }) => socket.send(packet, port, address));
  socket.bind(0, host);
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}
