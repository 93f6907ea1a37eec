/** What a second of a call costs that is played to, transcoded, recorded, or listened to. */
import { type Run, runLoad } from '../generator.ts';
import { FAR_ENDS, VARIANTS, type Workload } from '../host-protocol.ts';
import { OURS, PLAYED, RTPENGINE } from '../judge.ts';
import type { PeerName } from '../options.ts';
import { startOurs } from '../peers/ours.ts';
import type { Peer } from '../peers/peer.ts';
import { startRtpengine } from '../peers/rtpengine.ts';
import { type FarEnd, RATE } from '../plan.ts';
import { NotHere } from '../programs.ts';
import type { MediaRow } from '../report.ts';
import { freePort, type Setting } from '../setting.ts';
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
/** Turns' lengths of practice: a JIT compiled until the tenth second of a prompt that plays, and a server runs for longer than that. */
const PRACTICE = 3;
/** Less than this of what should have come, and the row is of something else than it says. */
const ENOUGH = 0.99;

export async function mediaPart(setting: Setting): Promise<MediaRow[]> {
  const rows: MediaRow[] = [];
  const { peers, mediaCalls: calls, workers } = setting.options;
  const farPort = setting.load.port;
  const add = async (workload: keyof typeof WHAT, name: PeerName, what: string, start: () => Promise<Peer>) => {
    if (!peers.includes(name)) return;
    try {
      rows.push(await measure(setting, workload, await start()));
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      note(setting, `media, ${what}`, error.message);
    }
  };
  for (const workload of WORKLOADS) {
    for (const variant of VARIANTS) {
      const request = { workload, calls, farPort, portRange: PORTS, workers, variant };
      await add(workload, variant, OURS[variant], () => startOurs(request));
    }
    const [one, other, third] = FAR_ENDS[workload];
    // Of all this, rtpengine does only the transcoding as a matter of course.
    if (one === undefined || other === undefined || third !== undefined || one === other) continue;
    await add(workload, 'rtpengine', RTPENGINE, async () =>
      startRtpengine({ calls, codecs: [one, other], farPort, controlPort: await freePort(), portRange: PORTS }),
    );
  }
  return rows;
}

async function measure(setting: Setting, workload: keyof typeof WHAT, peer: Peer): Promise<MediaRow> {
  const { options, load, say } = setting;
  const calls = options.mediaCalls;
  const rounds = Math.min(MOST_ROUNDS, options.rounds);
  try {
    const runs: Run[] = [];
    for (let round = 0; round <= rounds; round++) {
      const measureMs = round === 0 ? PRACTICE * load.measureMs : load.measureMs;
      const run = await runLoad({ ...load, measureMs }, peer.ends, peer.pid === undefined ? [] : [peer.pid]);
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
