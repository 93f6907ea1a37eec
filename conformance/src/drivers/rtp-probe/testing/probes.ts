import { afterAll, beforeAll } from 'vitest';
import { startProbes } from '../host.ts';
import type { ProbeHost, RtpProbe } from '../types.ts';

export const host = '127.0.0.1';
export const epoch = Date.now();
export let probes: ProbeHost;

/** Declares the hooks that start and end the probes of a test file. */
export function useProbes(): void {
  beforeAll(() => {
    probes = startProbes({ epoch });
  });
  afterAll(() => probes.close());
}

/** Two probes, of which the first sends to the second. */
export async function pair(): Promise<[RtpProbe, RtpProbe]> {
  const [a, b] = await Promise.all([
    probes.open({ name: 'a', host, codec: 'PCMU' }),
    probes.open({ name: 'b', host, codec: 'PCMA' }),
  ]);
  a.sendTo(host, b.port);
  return [a, b];
}
