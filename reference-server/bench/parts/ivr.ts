/** Inbound calls to the IVR of the whole server, every callback answered: what one costs, how many it takes, what one holds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versionOf } from '../children.ts';
import { measureMemory } from '../ivr/memory.ts';
import { type IvrTurn, takeTurn } from '../ivr/turn.ts';
import { type IvrServer, startIvr } from '../peers/ivr.ts';
import type { IvrMemory, IvrRow } from '../report.ts';
import type { Setting } from '../setting.ts';
import { spread } from '../spread.ts';
import { note } from './relay.ts';

const PRACTICE_CALLS = 2000;
const MOST_ROUNDS = 3;
/** A generator or an application that needs more of a CPU than this may be what limits the calls. */
const BUSY = 0.7;
/** One that was late by more than this kept callbacks waiting. */
const LATE_MS = 50;

export interface IvrResults {
  readonly ivr: readonly IvrRow[];
  readonly ivrMemory?: IvrMemory;
}

export async function ivrPart(setting: Setting): Promise<IvrResults> {
  if ((await versionOf('sipp', '-v')) === undefined) {
    note(setting, 'IVR', "SIPp is not installed: 'apt install sip-tester' (Debian, Ubuntu)");
    return { ivr: [] };
  }
  const { ivrRates: rates, seconds, ivrCalls } = setting.options;
  const ivr = await alone(async (server, folder) => {
    const practice = Math.min(PRACTICE_CALLS, 2 * seconds * Math.max(...rates));
    await takeTurn(server, folder, Math.min(...rates), practice);
    const rows: IvrRow[] = [];
    for (const rate of rates) {
      const turns: IvrTurn[] = [];
      for (let round = 0; round < Math.min(MOST_ROUNDS, setting.options.rounds); round++) {
        turns.push(await takeTurn(server, folder, rate, rate * 2 * seconds));
      }
      const row = toIvrRow(rate, turns);
      rows.push(row);
      setting.say(`IVR, ${rate} calls/s: ${row.cost.server.median.toFixed(3)} ms a call, ${row.failed} failed`);
    }
    return rows;
  });
  // Of a server that has had no storm of calls: what that left behind would hide what the calls need.
  const ivrMemory = await alone((server, folder) => measureMemory(server, folder, ivrCalls));
  setting.say(`IVR, ${ivrMemory.many} idle calls: ${(ivrMemory.perCall / 1024).toFixed(1)} KiB each`);
  return { ivr, ivrMemory };
}

async function alone<T>(measure: (server: IvrServer, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ivr-'));
  const server = await startIvr(folder);
  try {
    return await measure(server, folder);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A call that the generator takes for one that succeeded has failed all the same where its callbacks are not as they should be. */
export function toIvrRow(rate: number, turns: readonly IvrTurn[]): IvrRow {
  const sum = (of: (turn: IvrTurn) => number): number => turns.reduce((total, turn) => total + of(turn), 0);
  const cost = (of: 'server' | 'busiest' | 'application' | 'cpu') =>
    spread(turns.map((turn) => (turn[of] * 1000) / Math.max(1, turn.successful)));
  const calls = sum((turn) => turn.calls);
  const generator = Math.max(...turns.map(({ cpu, seconds }) => cpu / seconds));
  const application = Math.max(...turns.map((turn) => turn.application / turn.seconds));
  const late = Math.max(...turns.map(({ seen }) => seen.lateMs));
  const wrong = sum(({ seen }) => seen.faults);
  const faults = [
    ...(wrong > 0 ? [`${wrong} callbacks were unknown, doubled or out of place`] : []),
    ...(generator > BUSY ? [`SIPp needed ${(100 * generator).toFixed(0)} % of a CPU: it may be the limit`] : []),
    ...(application > BUSY ? [`the application needed ${(100 * application).toFixed(0)} % of a CPU`] : []),
    ...(late > LATE_MS ? [`the application was ${late.toFixed(0)} ms late`] : []),
  ];
  return {
    ...{ rate, calls, failed: calls - sum((turn) => Math.min(turn.successful, turn.seen.completed)) },
    achieved: Math.min(...turns.map((turn) => turn.rate)),
    retransmissions: sum((turn) => turn.retransmissions),
    answeredWithin: { p50: answeredWithin(turns, 0.5), p95: answeredWithin(turns, 0.95) },
    cost: { server: cost('server'), mainThread: cost('busiest'), application: cost('application') },
    load: { generator, application, lateMs: late },
    faults,
  };
}

/** Milliseconds within which such a share of the calls had their 200, by the classes that SIPp counts in. */
export function answeredWithin(turns: readonly Pick<IvrTurn, 'answers'>[], share: number): number {
  const classes = new Map<number, number>();
  for (const { answers } of turns) {
    for (const { upTo, calls } of answers) classes.set(upTo, (classes.get(upTo) ?? 0) + calls);
  }
  const all = [...classes.values()].reduce((total, calls) => total + calls, 0);
  let so = 0;
  for (const [upTo, calls] of [...classes].toSorted(([a], [b]) => a - b)) {
    so += calls;
    if (all > 0 && so >= share * all) return upTo;
  }
  return Number.NaN;
}
