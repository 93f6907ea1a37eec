/** The embedded media engine in a process of its own. */
import { join } from 'node:path';
import { startChild } from '../children.ts';
import { FAR_ENDS, type HostReply, type HostRequest, type Variant } from '../host-protocol.ts';
import { type FarEnd, PAYLOAD } from '../plan.ts';
import { NotHere } from '../programs.ts';
import type { Peer } from './peer.ts';

/** What each far end sends, and whose packets it should get. */
export function farEnds(request: Pick<HostRequest, 'workload'>, ports: readonly number[]): FarEnd[] {
  const codecs = FAR_ENDS[request.workload];
  const passed = request.workload === 'relay' || request.workload === 'record' || request.workload === 'mix';
  return ports.map((port, index) => {
    const place = index % codecs.length;
    const codec = codecs[place] ?? 'PCMU';
    return {
      port,
      ...PAYLOAD[codec],
      talks: place < 2,
      from: passed && place < 2 ? index - place + 1 - place : undefined,
    };
  });
}

const NAMES: Readonly<Record<Variant, string>> = { ts: 'ours, TypeScript', addon: 'ours, addon' };

/** @throws {NotHere} when the variant cannot be had. */
export async function startOurs(request: HostRequest): Promise<Peer> {
  const child = startChild(process.execPath, [join(import.meta.dirname, '..', 'host.ts'), JSON.stringify(request)], {
    measured: true,
  });
  const [line = ''] = await child.until(() => true);
  const reply = JSON.parse(line) as HostReply;
  if (reply.type === 'refused') {
    await child.close();
    throw new NotHere(reply.reason);
  }
  return {
    name: NAMES[request.variant],
    pid: child.pid,
    ends: farEnds(request, reply.ports),
    about: `media engine with ${request.workers} thread${request.workers === 1 ? '' : 's'}, RTP and RTCP sockets for each leg`,
    audit: async () => [],
    close: () => child.close(),
  };
}
