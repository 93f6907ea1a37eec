/** The plain C loop of recvfrom and sendto. */
import { startChild } from '../children.ts';
import { bridged } from '../plan.ts';
import type { Peer } from './peer.ts';

export async function startPlain(program: string, calls: number): Promise<Peer> {
  const child = startChild(program, [String(calls)], { measured: true });
  const lines = await child.until((line) => line === 'ready');
  const ports = lines.slice(0, -1).flatMap((line) => line.split(' ').map(Number));
  return {
    name: 'plain C loop',
    pid: child.pid,
    ends: bridged(ports),
    about: 'one thread: epoll, recvfrom, sendto; RTP sockets only, headers not looked at',
    audit: async () => [],
    close: () => child.close(),
  };
}
