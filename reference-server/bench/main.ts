/** `make bench`. */
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Load } from './generator.ts';
import { VARIANTS } from './host-protocol.ts';
import { startOurs } from './peers/ours.ts';
import type { Peer } from './peers/peer.ts';
import { startPlain } from './peers/plain.ts';
import { startRtpengine } from './peers/rtpengine.ts';
import { direct } from './plan.ts';
import { NotHere, program } from './programs.ts';
import { relayRounds } from './relay.ts';
import { median, ratios, spread } from './statistics.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '50,200,800' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    peers: { type: 'string', default: 'ts,addon,rtpengine,plain,direct' },
    workers: { type: 'string', default: '1' },
  },
});
const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache', 'bench');
const wanted = new Set(values.peers.split(','));

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  socket.close();
  return port;
}

async function main(): Promise<void> {
  const load: Load = {
    program: await program('load', cache),
    port: 26_000 + 2 * Math.floor(Math.random() * 2000),
    warmupMs: 1000,
    measureMs: Number(values.seconds) * 1000,
    quantumUs: 100,
  };
  for (const calls of values.calls.split(',').map(Number)) {
    const peers: Peer[] = [];
    const add = async (name: string, start: () => Promise<Peer>): Promise<void> => {
      if (!wanted.has(name)) return;
      try {
        peers.push(await start());
      } catch (error) {
        if (!(error instanceof NotHere)) throw error;
        console.log(`${name} skipped: ${error.message}`);
      }
    };
    for (const [index, variant] of VARIANTS.entries()) {
      const from = 10_000 + 4000 * index;
      await add(variant, () =>
        startOurs({
          ...{ workload: 'relay', calls, farPort: load.port, variant, workers: Number(values.workers) },
          portRange: { from, to: from + 3999 },
        }),
      );
    }
    await add('rtpengine', async () =>
      startRtpengine({
        calls,
        farPort: load.port,
        controlPort: await freePort(),
        portRange: { from: 18_000, to: 21_999 },
      }),
    );
    await add('plain', async () => startPlain(await program('plain', cache), calls));
    await add('direct', async () => ({
      ...{ name: 'no relay', pid: undefined, ends: direct(calls), about: 'the load program alone' },
      ...{ audit: async () => [], close: async () => undefined },
    }));
    const turns = await relayRounds(peers, load, Number(values.rounds), () => undefined);
    const reference = turns[peers.findIndex((peer) => peer.name === 'rtpengine')] ?? [];
    for (const [index, peer] of peers.entries()) {
      const own = turns[index] ?? [];
      const cost = spread(own.map((turn) => turn.cost));
      const ratio = spread(
        ratios(
          own.map((turn) => turn.cost),
          reference.map((turn) => turn.cost),
        ),
      );
      const sent = own.reduce((sum, { run }) => sum + run.sent, 0);
      const received = own.reduce((sum, { run }) => sum + run.received, 0);
      console.log(
        [
          `${calls} calls  ${peer.name.padEnd(18)}`,
          `${cost.median.toFixed(2)} us/packet (${cost.min.toFixed(2)}–${cost.max.toFixed(2)})`,
          `${ratio.median.toFixed(3)} of rtpengine (${ratio.min.toFixed(3)}–${ratio.max.toFixed(3)})`,
          `latency p50 ${median(own.map(({ run }) => run.latency.p50))} p99 ${median(own.map(({ run }) => run.latency.p99))} us`,
          `lost ${sent - received} of ${sent}`,
          `load: late p99 ${median(own.map(({ run }) => run.late.p99))} us, ${((100 * median(own.map(({ run }) => run.cpu))) / Number(values.seconds)).toFixed(0)} % CPU`,
          ...own.flatMap(({ doubts }) => doubts),
          ...(await peer.audit()),
        ].join('  '),
      );
      await peer.close();
    }
  }
}

await main();
