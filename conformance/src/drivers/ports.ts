import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Ports already given out by this process: the system may offer the same one again before its user has bound it. */
const given = new Set<number>();

function tryUdp(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(undefined));
    socket.bind({ port, address: host, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

function tryTcp(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

/**
 * A port that nobody has bound, for UDP and TCP alike, and that was not given out before. For programs that cannot bind
 * port 0 and tell.
 */
export async function freePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = await tryUdp(host, 0);
    if (port === undefined) throw new Error(`${host} is not an address of this machine: no port could be bound on it`);
    if (given.has(port) || (await tryTcp(host, port)) === undefined) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No free port was found on ${host}`);
}

/** `count` consecutive free UDP ports, the first one even: media ports of a program that counts upwards. */
export async function freePortBlock(host: string, count: number): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = ((await freePort(host)) + 1) & ~1;
    const ports = Array.from({ length: count }, (_, i) => first + i);
    if (ports.some((port) => port > 65535 || given.has(port))) continue;
    const bound = await Promise.all(ports.map((port) => tryUdp(host, port)));
    if (bound.some((port) => port === undefined)) continue;
    for (const port of ports) given.add(port);
    return first;
  }
  throw new Error(`No ${count} free ports in a row were found on ${host}`);
}
