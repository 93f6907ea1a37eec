import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Docker } from './engine.ts';
import { projectOf } from './owner.ts';

/** A network of a run, and what is where in it. */
export interface RunNetwork {
  readonly name: string;
  /** The address of this machine in it: where the suite listens. */
  readonly gateway: string;
  /** The address that the target gets. */
  readonly target: string;
}

const tries = 5;

/**
 * Makes a network of known addresses. The engine chooses a free range, but gives fixed addresses only in a range that was
 * asked for: so it is let choose, and then asked for just that.
 */
export async function createRunNetwork(
  docker: Docker,
  run: string,
  labels: Readonly<Record<string, string>>,
): Promise<RunNetwork> {
  const name = projectOf(run);
  const options = { Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: { ...labels } };
  for (let attempt = 1; ; attempt++) {
    const chosen = await docker.createNetwork(options);
    const [range] = (await chosen.inspect()).IPAM?.Config ?? [];
    await chosen.remove();
    const { Subnet: subnet, Gateway: gateway } = range ?? {};
    if (subnet === undefined || gateway === undefined) throw new Error('the engine tells no range for a new network');
    try {
      await docker.createNetwork({ ...options, IPAM: { Config: [{ Subnet: subnet, Gateway: gateway }] } });
      return { name, gateway, target: addressAfter(gateway) };
    } catch (error) {
      // Somebody else was given the range meanwhile.
      if (attempt === tries) throw error;
    }
  }
}

/** The next IPv4 address. */
export function addressAfter(address: string): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Whether an address is one of this machine: where the engine runs in another one, its gateways are not. */
export async function isOurs(address: string): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, address);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
