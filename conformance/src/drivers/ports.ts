import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { claimed } from './claimed.ts';
import { afterStretch, holds } from './port-stretches.ts';

/** Ports that this process gave out lately (of others see `holds`): they look free until their users have bound them. */
const given = new Set<number>();
/** By the time that so many more were given out, a port was bound or will never be. */
const remembered = 4000;

function give(port: number): void {
  given.add(port);
  if (given.size <= remembered) return;
  for (const oldest of given) {
    given.delete(oldest);
    return;
  }
}

/**
 * Below the ports that systems give to sockets which bind port 0 or connect (Linux: 32768 on, RFC 6335: 49152 on): a port
 * of those that is free now may belong to any connection of this machine a moment later.
 */
const lowest = 10_000;
const highest = 19_999;
const attempts = highest - lowest;
let next = lowest + Math.floor(Math.random() * (highest - lowest));

/** The next port that may be given out. */
export function portAfter(port: number): number {
  const one = port >= highest ? lowest : port + 1;
  return claimed.udp.has(one) || claimed.tcp.has(one) ? portAfter(one) : one;
}

function candidate(): number {
  next = portAfter(next);
  return next;
}

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
 * A port that nobody has bound, for UDP and TCP alike, and that was not given out lately. For programs that cannot bind
 * port 0 and tell.
 */
export async function freePort(host: string): Promise<number> {
  if ((await tryUdp(host, 0)) === undefined)
    throw new Error(`${host} is not an address of this machine: no port could be bound on it`);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = candidate();
    if (given.has(port)) continue;
    give(port);
    if (!(await holds(port))) {
      if (next >= port) next = Math.max(next, afterStretch(port) - 1);
      continue;
    }
    if ((await tryUdp(host, port)) !== undefined && (await tryTcp(host, port)) !== undefined) return port;
  }
  throw new Error(`No free port was found on ${host} from ${lowest} to ${highest}`);
}

/** `count` consecutive free UDP ports, the first one even: media ports of a program that counts upwards. */
export async function freePortBlock(host: string, count: number): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const first = (candidate() + 1) & ~1;
    const ports = Array.from({ length: count }, (_, i) => first + i);
    next = first + count - 1;
    if (ports.some((port) => port > highest || given.has(port))) continue;
    for (const port of ports) give(port);
    if (!(await Promise.all(ports.map(holds))).every(Boolean)) continue;
    const bound = await Promise.all(ports.map((port) => tryUdp(host, port)));
    if (bound.every((port) => port !== undefined)) return first;
  }
  throw new Error(`No ${count} free ports in a row were found on ${host} from ${lowest} to ${highest}`);
}
