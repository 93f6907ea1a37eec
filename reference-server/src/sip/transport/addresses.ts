import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

function own(): { address: string; internal: boolean; family: string; netmask: string }[] {
  return Object.values(networkInterfaces()).flatMap((each) => each ?? []);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function sameNetwork(a: string, b: string, netmask: string): boolean {
  const mask = toNumber(netmask);
  return (toNumber(a) & mask) >>> 0 === (toNumber(b) & mask) >>> 0;
}

/** Whether an address belongs to this machine. */
export function isOwnAddress(address: string): boolean {
  return own().some((each) => each.address === address);
}

/** Our address on the network of `remote`, else the first that other machines can see, else loopback. */
export function addressTowards(remote: string): string {
  const family = isIPv6(remote) ? 'IPv6' : 'IPv4';
  const candidates = own().filter((each) => each.family === family);
  if (family === 'IPv4') {
    const near = candidates.find((each) => sameNetwork(each.address, remote, each.netmask));
    if (near !== undefined) return near.address;
  }
  const outside = candidates.find((each) => !each.internal && !each.address.startsWith('fe80:'));
  return (outside ?? candidates[0])?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}
