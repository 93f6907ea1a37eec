/** Runs SIPp as a caller. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './children.ts';
import { cpuBetween, readCpu } from './cpu.ts';

export interface SippTurn {
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Calls a second that it came to, in the time in which it still had calls to make. */
  readonly rate: number;
  /** Its own CPU, in seconds. */
  readonly cpu: number;
  /** Calls by the time that their answer took: up to so many milliseconds each, Infinity the last; empty where the scenario takes no times. */
  readonly answers: readonly { readonly upTo: number; readonly calls: number }[];
}

export interface SippRequest {
  readonly target: number;
  readonly port: number;
  readonly rate: number;
  readonly calls: number;
  readonly holdMs: number;
  readonly folder: string;
  /** Of its statistics file, where several run at once. */
  readonly name?: string;
  /** A scenario and its keys; by default SIPp's own caller: INVITE, 200, ACK, the pause, BYE. */
  readonly scenario?: { readonly file: string; readonly keys: Readonly<Record<string, string>> };
}

/** Between two looks at what CPU it has used: the last one counts. */
const LOOK_MS = 100;

export async function runSipp(request: SippRequest): Promise<SippTurn> {
  const { target, port, rate, calls, holdMs, folder, scenario } = request;
  const file = join(folder, `${request.name ?? 'statistics'}.csv`);
  rmSync(file, { force: true });
  // More than should ever be open at once, so that a slow server meets the full rate and not a caller that waits for it.
  const limit = rate * 10;
  const patience = Math.ceil(calls / rate + holdMs / 1000 + 40);
  const args = [
    ...[
      `127.0.0.1:${target}`,
      ...(scenario === undefined ? ['-sn', 'uac'] : ['-sf', scenario.file]),
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-d',
      String(holdMs),
    ],
    ...['-r', String(rate), '-m', String(calls), '-l', String(limit), '-timeout', `${patience}s`],
    ...Object.entries(scenario?.keys ?? {}).flatMap(([key, value]) => ['-key', key, value]),
    ...['-nostdin', '-trace_stat', '-stf', file, '-fd', '100ms'],
  ];
  // As much before other programs as what it calls, or they would make its calls late.
  const child = startChild('sipp', args, { measured: true });
  let cpu = 0;
  const begun = readCpu(child.pid);
  const look = setInterval(() => {
    try {
      cpu = cpuBetween(begun, readCpu(child.pid));
    } catch {
      // It has ended since.
    }
  }, LOOK_MS);
  await child.finish();
  clearInterval(look);
  return { ...parseStatistics(readFileSync(file, 'utf8'), calls), cpu };
}

/** Counters of the last line of the statistics file of a turn of so many calls. @throws {Error} when one is missing. */
export function parseStatistics(csv: string, wanted: number): Omit<SippTurn, 'cpu'> {
  const lines = csv.split('\n').filter((line) => line.includes(';'));
  const names = lines[0]?.split(';') ?? [];
  const looks = lines.slice(1).map((line) => line.split(';'));
  const last = looks.at(-1) ?? [];
  const value = (name: string, look = last): number => {
    const text = look[names.indexOf(name)] ?? '';
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number)) throw new Error(`SIPp's statistics say no ${name}`);
    return number;
  };
  const created = (look: string[]): number => value('TotalCallCreated', look);
  // The last look at which calls were still to be made: after it the last ones take their time, and none is made any more.
  const calling =
    looks.findLast((look) => created(look) > 0 && created(look) < wanted) ??
    looks.find((look) => created(look) >= wanted);
  return {
    created: value('TotalCallCreated'),
    successful: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmissions: value('Retransmissions(C)'),
    rate: value('CallRate(C)', calling),
    answers: names.flatMap((name) => {
      const [, sign, limit] = /^ResponseTimeRepartition1_(<|>=)(\d+)$/.exec(name) ?? [];
      if (limit === undefined) return [];
      return { upTo: sign === '<' ? Number(limit) : Number.POSITIVE_INFINITY, calls: value(name) };
    }),
  };
}
