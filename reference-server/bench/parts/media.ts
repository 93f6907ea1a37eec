/** What a second of a call costs that is played to, transcoded, recorded, or listened to. */
import { type Run, runLoad } from '../generator.ts';
import { VARIANTS, type Variant, type Workload } from '../host-protocol.ts';
import { OURS, PLAYED } from '../judge.ts';
import { startOurs } from '../peers/ours.ts';
import { type FarEnd, RATE } from '../plan.ts';
import { NotHere } from '../programs.ts';
import type { MediaRow } from '../report.ts';
import type { Setting } from '../setting.ts';
import { spread } from '../spread.ts';
import { note } from './relay.ts';
import { doubtsOf } from './turns.ts';

const WHAT: Readonly<Record<Exclude<Workload, 'relay'>, string>> = {
  play: PLAYED,
  transcode: 'transcoded PCMU–PCMA',
  gsm: 'transcoded PCMU–GSM',
  record: 'recorded',
  mix: 'mixed for a monitor',
};
const WORKLOADS = Object.keys(WHAT) as (keyof typeof WHAT)[];
const PORTS = { from: 10_000, to: 25_999 };
/** Nobody else takes turns with them. */
const MOST_ROUNDS = 3;
/** Less than this of what should have come, and the row is of something else than it says. */
const ENOUGH = 0.99;

export async function mediaPart(setting: Setting): Promise<MediaRow[]> {
  const rows: MediaRow[] = [];
  for (const workload of WORKLOADS) {
    for (const variant of VARIANTS) {
      if (!setting.options.peers.includes(variant)) continue;
      try {
        rows.push(await measure(setting, workload, variant));
      } catch (error) {
        if (!(error instanceof NotHere)) throw error;
        note(setting, `media, ${OURS[variant]}`, error.message);
      }
    }
  }
  return rows;
}

async function measure(setting: Setting, workload: keyof typeof WHAT, variant: Variant): Promise<MediaRow> {
  const { options, load, say } = setting;
  const { mediaCalls: calls, workers } = options;
  const rounds = Math.min(MOST_ROUNDS, options.rounds);
  const peer = await startOurs({ workload, calls, farPort: load.port, portRange: PORTS, workers, variant });
  try {
    const runs: Run[] = [];
    for (let round = 0; round <= rounds; round++) {
      const run = await runLoad(load, peer.ends, peer.pid === undefined ? [] : [peer.pid]);
      if (round > 0) runs.push(run);
    }
    const row = toMediaRow(WHAT[workload], peer.name, calls, peer.ends, runs, await peer.audit());
    say(`${row.what}, ${row.peer}, ${calls} calls: ${row.cost.median.toFixed(3)} ms for a call-second`);
    return row;
  } finally {
    await peer.close();
  }
}

/** Every far end is due a packet each 20 ms, of the other party or of the server's making. */
export function toMediaRow(
  what: string,
  peer: string,
  calls: number,
  ends: readonly Pick<FarEnd, 'from'>[],
  runs: readonly Run[],
  audited: readonly string[],
): MediaRow {
  const faults = [...audited];
  let came = 0;
  let due = 0;
  for (const run of runs) {
    came += run.received + run.own;
    due += ends.length * RATE * run.seconds;
    if (run.deaf > 0) faults.push(`${run.deaf} far ends heard nothing`);
    if (run.own > 0 && run.still > run.own / 100) faults.push(`${run.still} of ${run.own} packets were silence`);
    if (run.misdirected + run.malformed > 0) faults.push(`${run.misdirected + run.malformed} packets were wrong`);
    faults.push(...doubtsOf(run));
  }
  const share = due === 0 ? 0 : came / due;
  if (share < ENOUGH) faults.push(`only ${(100 * share).toFixed(1)} % of the packets came`);
  const cost = spread(runs.map((run) => ((run.watched[0] ?? Number.NaN) * 1000) / (calls * run.seconds)));
  return { what, peer, calls, cost, share, faults: [...new Set(faults)] };
}
