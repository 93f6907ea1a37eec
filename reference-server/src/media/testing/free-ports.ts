/** Ports in a row that nobody has at the moment, the first one even. Below the range that the system hands out itself. */
import { createSocket } from 'node:dgram';

export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const first = 10_000 + 2 * Math.floor(Math.random() * 4000);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const results = await Promise.all(ports.map(isFree));
    if (results.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
