import { readFile } from 'node:fs/promises';

/** An IPv4 address and port as Linux writes them in /proc/net: `0100007F:13C4`. */
export function procAddress(host: string, port: number): string {
  const bytes = host.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${bytes.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** Whether a socket is bound there, by looking and not by trying: a trial bind could take the port from its owner. */
export async function isBound(host: string, port: number, transport: 'udp' | 'tcp'): Promise<boolean> {
  const wanted = [procAddress(host, port), procAddress('0.0.0.0', port)];
  const table = await readFile(`/proc/net/${transport}`, 'latin1');
  return table.split('\n').some((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local !== undefined && wanted.includes(local) && (transport === 'udp' || state === '0A');
  });
}
