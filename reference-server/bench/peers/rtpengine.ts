/** Debian's rtpengine in user space, with calls set up by offer and answer as a SIP proxy does it. */
import { startChild, versionOf } from '../children.ts';
import { type Law, offerOf, portOf, twoEach } from '../plan.ts';
import { NotHere } from '../programs.ts';
import { connectNg, type Ng } from './ng.ts';
import type { Peer } from './peer.ts';

export interface RtpengineRequest {
  readonly calls: number;
  /** Of the two far ends; rtpengine transcodes where they differ. */
  readonly codecs: readonly [Law, Law];
  readonly farPort: number;
  readonly controlPort: number;
  readonly portRange: { readonly from: number; readonly to: number };
}

/** @throws {NotHere} when it is not installed. */
export async function startRtpengine(request: RtpengineRequest): Promise<Peer> {
  const { calls, codecs, farPort, controlPort, portRange } = request;
  const version = await versionOf('rtpengine', '--version');
  if (version === undefined) {
    throw new NotHere("rtpengine is not installed: 'apt install rtpengine-daemon' (Debian, Ubuntu)");
  }
  const child = startChild(
    'rtpengine',
    [
      ...['--config-file=none', '--table=-1', '--foreground', '--log-stderr', '--log-level=3'],
      ...['--interface=127.0.0.1', `--listen-ng=127.0.0.1:${controlPort}`],
      ...[`--port-min=${portRange.from}`, `--port-max=${portRange.to}`],
      // A peer that is measured in turns is silent in between.
      ...['--timeout=36000', '--silent-timeout=36000', '--delete-delay=0'],
    ],
    { signal: 'SIGTERM', measured: true },
  );
  const ng = connectNg(controlPort);
  const close = async (): Promise<void> => {
    ng.close();
    await child.close();
  };
  try {
    await ng.ask({ command: 'ping' });
    const ports: number[] = [];
    for (let call = 0; call < calls; call++) ports.push(...(await setUp(ng, call, farPort, codecs)));
    return {
      name: 'rtpengine',
      pid: child.pid,
      ends: twoEach(codecs, ports),
      about: `rtpengine ${version}, user space (--table=-1), its own number of threads, RTP and RTCP sockets for each leg`,
      audit: () => audit(ng, calls),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Gives where each of the two far ends has to send to. */
async function setUp(ng: Ng, call: number, farPort: number, codecs: readonly [Law, Law]): Promise<[number, number]> {
  const common = { 'call-id': `call-${call}`, 'from-tag': 'a', ICE: 'remove', replace: ['origin'] };
  const transcode = codecs[0] === codecs[1] ? {} : { codec: { mask: [codecs[0]], transcode: [codecs[1]] } };
  const sdp = offerOf(2 * call, farPort, codecs[0]);
  const offered = await ng.ask({ ...common, ...transcode, command: 'offer', sdp });
  const answered = await ng.ask({
    ...common,
    ...{ command: 'answer', 'to-tag': 'b', sdp: offerOf(2 * call + 1, farPort, codecs[1]) },
  });
  const [toB, toA] = [portOf(String(offered.sdp)), portOf(String(answered.sdp))];
  if (toA === undefined || toB === undefined) throw new Error('rtpengine gave no port');
  return [toA, toB];
}

/** Whether calls were relayed by the daemon itself, in user space. */
async function audit(ng: Ng, calls: number): Promise<string[]> {
  const faults: string[] = [];
  for (const call of new Set([0, calls - 1])) {
    faults.push(...faultsOf(call, JSON.stringify(await ng.ask({ command: 'query', 'call-id': `call-${call}` }))));
  }
  return faults;
}

/** A stream that could be given to the kernel module is flagged so, and with "no kernel support" when there is none. */
export function faultsOf(call: number, reply: string): string[] {
  const faults: string[] = [];
  for (const [, flags = ''] of reply.matchAll(/"flags":\[([^\]]*)\]/g)) {
    if (flags.includes('"kernelized"') && !flags.includes('"no kernel support"')) {
      faults.push(`rtpengine relayed call ${call} in the kernel`);
    }
  }
  const packets = Number(/"totals":\{"RTP":\{"packets":(\d+)/.exec(reply)?.[1] ?? 0);
  if (packets === 0) faults.push(`rtpengine counted no packet of call ${call}`);
  return faults;
}
