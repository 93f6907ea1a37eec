/** Calls a second through the SIP engine and, where one is at hand, drachtio-server, with the same application on both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versionOf } from '../children.ts';
import { cpuBetween, readCpu } from '../cpu.ts';
import { DRACHTIO } from '../judge.ts';
import { type SipServer, startDrachtio, startEngine } from '../peers/sip.ts';
import { NotHere } from '../programs.ts';
import type { SipRow } from '../report.ts';
import { freePort, type Setting } from '../setting.ts';
import { runSipp, type SippTurn } from '../sipp.ts';
import { spread } from '../spread.ts';
import { note } from './relay.ts';

const HOLD_MS = 1000;
const PRACTICE_CALLS = 1500;
const MOST_ROUNDS = 3;

export interface SipTurn extends SippTurn {
  readonly calls: number;
  /** Seconds of CPU. */
  readonly server: number;
  readonly application: number;
}

export async function sipPart(setting: Setting): Promise<SipRow[]> {
  if ((await versionOf('sipp', '-v')) === undefined) {
    note(setting, 'SIP', "SIPp is not installed: 'apt install sip-tester' (Debian, Ubuntu)");
    return [];
  }
  const servers: SipServer[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'bench-sip-'));
  try {
    servers.push(await startEngine());
    try {
      servers.push(await startDrachtio(setting.options.drachtio, folder));
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      note(setting, `SIP, ${DRACHTIO}`, error.message);
    }
    const rates = setting.options.rates;
    const practice = Math.min(PRACTICE_CALLS, newCallsFor(setting) * Math.max(...rates));
    for (const server of servers) await takeTurn(server, folder, Math.min(...rates), practice);
    const rows: SipRow[] = [];
    for (const rate of rates) rows.push(...(await atRate(setting, servers, folder, rate)));
    return rows;
  } finally {
    await Promise.all(servers.flatMap(({ application, server }) => [application.close(), server.close()]));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds of new calls in a turn; each call lasts another second. */
function newCallsFor({ options }: Setting): number {
  return 2 * options.seconds;
}

async function atRate(
  setting: Setting,
  servers: readonly SipServer[],
  folder: string,
  rate: number,
): Promise<SipRow[]> {
  const turns = servers.map((): SipTurn[] => []);
  for (let round = 0; round < Math.min(MOST_ROUNDS, setting.options.rounds); round++) {
    const order = [...servers.entries()];
    if (round % 2 === 1) order.reverse();
    for (const [index, server] of order)
      turns[index]?.push(await takeTurn(server, folder, rate, rate * newCallsFor(setting)));
  }
  return servers.map(({ name }, index) => {
    const row = toSipRow(name, rate, turns[index] ?? []);
    setting.say(`${name}, ${rate} calls/s: ${row.cost.server.median.toFixed(3)} ms a call, ${row.failed} failed`);
    return row;
  });
}

async function takeTurn(server: SipServer, folder: string, rate: number, calls: number): Promise<SipTurn> {
  const pids = [server.server.pid, server.application.pid];
  const before = pids.map(readCpu);
  const turn = await runSipp({
    ...{ target: server.port, port: await freePort(), rate, calls, holdMs: HOLD_MS, folder },
  });
  const [ofServer = Number.NaN, ofApplication = Number.NaN] = before.map((sample, index) =>
    cpuBetween(sample, readCpu(pids[index] ?? 0)),
  );
  return { ...turn, calls, server: ofServer, application: ofApplication };
}

/** A call that was never placed, or has no end, has failed too. */
export function toSipRow(server: string, rate: number, turns: readonly SipTurn[]): SipRow {
  const sum = (of: (turn: SipTurn) => number): number => turns.reduce((total, turn) => total + of(turn), 0);
  const cost = (of: 'server' | 'application') =>
    spread(turns.map((turn) => (turn[of] * 1000) / Math.max(1, turn.successful)));
  return {
    ...{ server, rate, calls: sum((turn) => turn.calls), failed: sum((turn) => turn.calls - turn.successful) },
    achieved: Math.min(...turns.map((turn) => turn.rate)),
    retransmissions: sum((turn) => turn.retransmissions),
    cost: { server: cost('server'), application: cost('application') },
  };
}
