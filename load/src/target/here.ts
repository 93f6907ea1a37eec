/** Whether a host is the machine that the program runs on. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An address, or a name that is looked up; one that nobody knows is none of ours. */
export async function isThisMachine(host: string): Promise<boolean> {
  const plain = host.replace(/^\[|\]$/g, '');
  const addresses = await lookup(plain, { all: true }).catch(() => []);
  return addresses.some(({ address }) => ours().check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
}

function ours(): BlockList {
  const list = new BlockList();
  // All of it leads back here, also what no interface names (RFC 1122 3.2.1.3).
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  for (const addresses of Object.values(networkInterfaces()))
    for (const { address, family } of addresses ?? []) list.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  return list;
}
