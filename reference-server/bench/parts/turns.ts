/** Bridged calls through one peer after the other, in turns. */
import { type Load, type Run, runLoad } from '../generator.ts';
import { type Peer, pause, resume } from '../peers/peer.ts';

/** One turn of one peer. */
export interface Turn {
  /** Microseconds of CPU for each packet that came through. */
  readonly cost: number;
  readonly run: Run;
  /** Why the turn says nothing about the peer: the load itself was not what it should be. Empty when it was. */
  readonly doubts: readonly string[];
}

/** Whose packets leave later than this is not the load that it says it is. */
export const LATE_LIMIT_US = 2000;

/** rtpengine takes 3 s to settle for the addresses of a call, and a JIT its time to see what is hot. */
const PRACTICE_MS = 3500;

export function doubtsOf(run: Run): string[] {
  const doubts: string[] = [];
  if (run.late.p99 > LATE_LIMIT_US) doubts.push(`1 % of the packets left more than ${run.late.p99} us late`);
  if (run.dropped > 0) doubts.push(`${run.dropped} packets were dropped at the load program's own socket`);
  if (run.failedSends > 0) doubts.push(`${run.failedSends} packets could not be sent`);
  return doubts;
}

/**
 * Lets the peers take turns, in the opposite order every other round, each alone: the others are stopped meanwhile.
 * Gives the turns of each peer, in the order of the peers. The first turn of each is practice and left out.
 */
export async function relayRounds(
  peers: readonly Peer[],
  load: Load,
  rounds: number,
  say: (text: string) => void,
): Promise<Turn[][]> {
  const turns: Turn[][] = peers.map(() => []);
  for (const peer of peers) pause(peer);
  for (let round = 0; round <= rounds; round++) {
    const order = [...peers.entries()];
    if (round % 2 === 0) order.reverse();
    for (const [index, peer] of order) {
      resume(peer);
      const run = await runLoad(
        round === 0 ? { ...load, measureMs: Math.max(load.measureMs, PRACTICE_MS) } : load,
        peer.ends,
        peer.pid === undefined ? [] : [peer.pid],
      );
      pause(peer);
      const cost = ((run.watched[0] ?? run.cpu) * 1e6) / Math.max(1, run.received);
      say(
        `${peer.name}, ${peer.ends.length / 2} calls, ${round === 0 ? 'practice' : `round ${round}`}: ${cost.toFixed(2)} us`,
      );
      if (round > 0) turns[index]?.push({ cost, run, doubts: doubtsOf(run) });
    }
  }
  for (const peer of peers) resume(peer);
  return turns;
}
