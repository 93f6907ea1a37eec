/** Bridged calls through every peer: what a packet costs, how late it is, whether it comes. */
import { VARIANTS } from '../host-protocol.ts';
import { OURS, RTPENGINE } from '../judge.ts';
import type { PeerName } from '../options.ts';
import { startOurs } from '../peers/ours.ts';
import type { Peer } from '../peers/peer.ts';
import { startPlain } from '../peers/plain.ts';
import { startRtpengine } from '../peers/rtpengine.ts';
import { direct } from '../plan.ts';
import { NotHere, program } from '../programs.ts';
import type { RelayRow } from '../report.ts';
import { freePort, type Setting } from '../setting.ts';
import { median, ratios, spread } from '../spread.ts';
import { relayRounds, type Turn } from './turns.ts';

/** Ports of each peer: 4000 are enough for 2 sockets of 2 legs of 1000 calls. */
const PORTS = { ts: 10_000, addon: 14_000, rtpengine: 18_000 };
const ROOM = 4000;

export async function relayPart(setting: Setting): Promise<RelayRow[]> {
  const rows: RelayRow[] = [];
  for (const calls of setting.options.calls) rows.push(...(await relayOf(setting, calls)));
  return rows;
}

async function relayOf(setting: Setting, calls: number): Promise<RelayRow[]> {
  const peers = await startPeers(setting, calls);
  try {
    const turns = await relayRounds(peers, setting.load, setting.options.rounds, setting.say);
    const reference = turns[peers.findIndex((peer) => peer.name === RTPENGINE)];
    const rows: RelayRow[] = [];
    for (const [index, peer] of peers.entries()) {
      rows.push(toRow(calls, peer, turns[index] ?? [], reference, await peer.audit()));
    }
    return rows;
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

async function startPeers(setting: Setting, calls: number): Promise<Peer[]> {
  const { options, load, cache } = setting;
  const peers: Peer[] = [];
  const range = (name: keyof typeof PORTS) => ({ from: PORTS[name], to: PORTS[name] + ROOM - 1 });
  const add = async (name: PeerName, what: string, start: () => Promise<Peer>): Promise<void> => {
    if (!options.peers.includes(name)) return;
    try {
      peers.push(await start());
    } catch (error) {
      if (!(error instanceof NotHere)) {
        await Promise.all(peers.map((peer) => peer.close()));
        throw error;
      }
      note(setting, `relay, ${what}`, error.message);
    }
  };
  for (const variant of VARIANTS) {
    const request = { workload: 'relay', calls, farPort: load.port, variant, workers: options.workers } as const;
    await add(variant, OURS[variant], () => startOurs({ ...request, portRange: range(variant) }));
  }
  await add('rtpengine', RTPENGINE, async () =>
    startRtpengine({
      calls,
      codecs: ['PCMU', 'PCMU'],
      farPort: load.port,
      controlPort: await freePort(),
      portRange: range('rtpengine'),
    }),
  );
  await add('plain', 'plain C loop', async () => startPlain(await program('plain', cache), calls));
  await add('direct', 'no relay', async () => ({
    ...{ name: 'no relay', pid: undefined, ends: direct(calls), about: 'the load program sends to itself' },
    ...{ audit: async () => [], close: async () => undefined },
  }));
  return peers;
}

/** Said once, however many rows it concerns. */
export function note({ skipped, say }: Setting, what: string, why: string): void {
  if (skipped.some((each) => each.what === what)) return;
  skipped.push({ what, why });
  say(`${what} is left out: ${why}`);
}

/** The rounds of one peer as one row. `reference` are the rounds of rtpengine. */
export function toRow(
  calls: number,
  { name, about }: Pick<Peer, 'name' | 'about'>,
  turns: readonly Turn[],
  reference: readonly Turn[] | undefined,
  faults: readonly string[],
): RelayRow {
  const costs = turns.map((turn) => turn.cost);
  const runs = turns.map((turn) => turn.run);
  const sum = (of: (run: Turn['run']) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const wrong = sum((run) => run.misdirected + run.malformed + run.duplicates);
  const shares =
    reference &&
    ratios(
      costs,
      reference.map((turn) => turn.cost),
    );
  return {
    ...{ calls, peer: name, about, cost: spread(costs) },
    ...(shares === undefined ? {} : { ofRtpengine: spread(shares) }),
    latency: {
      p50: median(runs.map((run) => run.latency.p50)),
      p99: median(runs.map((run) => run.latency.p99)),
    },
    sent: sum((run) => run.sent),
    lost: sum((run) => run.sent - run.received),
    reordered: sum((run) => run.reordered),
    load: {
      lateP99: median(runs.map((run) => run.late.p99)),
      cpu: median(runs.map((run) => run.cpu / run.seconds)),
    },
    faults: [
      ...faults,
      ...(wrong > 0 ? [`${wrong} packets came to the wrong place, twice or broken`] : []),
      ...turns.flatMap((turn) => turn.doubts),
    ],
  };
}
