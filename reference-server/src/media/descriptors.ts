/**
 * Numbers of the descriptors of connected UDP sockets, from what Linux tells about a process in /proc: the table of
 * sockets gives their inodes, fstat those of the descriptors. So a socket is named by its two ends, never guessed.
 */
import { fstatSync, readdirSync, readFileSync } from 'node:fs';
import { endianness } from 'node:os';

export interface SocketEnds {
  readonly address: string;
  readonly port: number;
  readonly toAddress: string;
  readonly toPort: number;
}

/** The descriptor of each of these sockets, of IPv4; undefined where it is not found, as on other systems. */
export function descriptorsOf(sockets: readonly SocketEnds[]): (number | undefined)[] {
  if (sockets.length === 0) return [];
  try {
    const inodes = new Map<string, number>();
    readTable(readFileSync('/proc/self/net/udp', 'utf8'), inodes);
    const wanted = sockets.map((ends) => inodes.get(keyOf(ends)));
    const missing = new Set(wanted.filter((inode) => inode !== undefined));
    const found = new Map<number, number>();
    for (const name of readdirSync('/proc/self/fd')) {
      if (missing.size === found.size) break;
      const inode = inodeOf(Number(name));
      if (inode !== undefined && missing.has(inode)) found.set(inode, Number(name));
    }
    return wanted.map((inode) => (inode === undefined ? undefined : found.get(inode)));
  } catch {
    return sockets.map(() => undefined);
  }
}

/** Of a socket; undefined for anything else, and when nothing is open under the number. */
function inodeOf(descriptor: number): number | undefined {
  try {
    const stats = fstatSync(descriptor);
    return stats.isSocket() ? stats.ino : undefined;
  } catch {
    return undefined;
  }
}

function readTable(table: string, inodes: Map<string, number>): void {
  for (const line of table.split('\n').slice(1)) {
    const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
    if (local !== undefined && remote !== undefined && inode !== undefined) {
      inodes.set(`${local} ${remote}`, Number(inode));
    }
  }
}

/** The two ends as the kernel writes them: the address as one word in the order of this machine's bytes, in hex. */
function keyOf({ port, toAddress, toPort, address }: SocketEnds): string {
  return `${end(address, port)} ${end(toAddress, toPort)}`;
}

function end(address: string, port: number): string {
  const octets = address.split('.').map(Number);
  const word = Buffer.from(endianness() === 'LE' ? octets.reverse() : octets).toString('hex');
  return `${word}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
