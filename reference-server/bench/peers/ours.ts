/** The embedded media engine in a process of its own. */
import { join } from 'node:path';
import { startChild } from '../children.ts';
import { AUDIT, FAR_ENDS, type HostReply, type HostRequest, type Variant } from '../host-protocol.ts';
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
      from: passed && place < 2 ? index + 1 - 2 * place : undefined,
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
  if (reply.type !== 'ready') {
    await child.close();
    throw new NotHere(reply.type === 'refused' ? reply.reason : 'it did not say its ports');
  }
  return {
    name: NAMES[request.variant],
    pid: child.pid,
    ends: farEnds(request, reply.ports),
    about: `media engine with ${request.workers} thread${request.workers === 1 ? '' : 's'}, RTP and RTCP sockets for each leg`,
    audit: async () => {
      child.write(`${AUDIT}\n`);
      const [said = ''] = await child.until((each) => each.includes('"audited"'));
      const audited = JSON.parse(said) as HostReply;
      return audited.type === 'audited' ? audited.faults : ['it was asked what it left behind and said nothing of it'];
    },
    close: () => child.close(),
  };
}
