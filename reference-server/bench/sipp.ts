/** Runs SIPp's own caller scenario: INVITE, 200, ACK, so long a pause, BYE. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './children.ts';

export interface SippTurn {
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Calls a second that it came to. */
  readonly rate: number;
}

export interface SippRequest {
  readonly target: number;
  readonly port: number;
  readonly rate: number;
  readonly calls: number;
  readonly holdMs: number;
  readonly folder: string;
}

export async function runSipp(request: SippRequest): Promise<SippTurn> {
  const { target, port, rate, calls, holdMs, folder } = request;
  const file = join(folder, 'statistics.csv');
  rmSync(file, { force: true });
  // More than should ever be open at once, so that a slow server meets the full rate and not a caller that waits for it.
  const limit = rate * 10;
  const patience = Math.ceil(calls / rate + holdMs / 1000 + 40);
  const args = [
    ...[`127.0.0.1:${target}`, '-sn', 'uac', '-i', '127.0.0.1', '-p', String(port), '-d', String(holdMs)],
    ...['-r', String(rate), '-m', String(calls), '-l', String(limit), '-timeout', `${patience}s`],
    ...['-nostdin', '-trace_stat', '-stf', file, '-fd', '1'],
  ];
  // As much before other programs as what it calls, or they would make its calls late.
  const child = startChild('sipp', args, { measured: true });
  await child.finish();
  return parseStatistics(readFileSync(file, 'utf8'));
}

/** Counters of the last line of the statistics file. @throws {Error} when one is missing. */
export function parseStatistics(csv: string): SippTurn {
  const lines = csv.split('\n').filter((line) => line.includes(';'));
  const names = lines[0]?.split(';') ?? [];
  const values = lines.length > 1 ? (lines.at(-1)?.split(';') ?? []) : [];
  const value = (name: string): number => {
    const text = values[names.indexOf(name)] ?? '';
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number)) throw new Error(`SIPp's statistics say no ${name}`);
    return number;
  };
  return {
    created: value('TotalCallCreated'),
    successful: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmissions: value('Retransmissions(C)'),
    rate: value('CallRate(C)'),
  };
}
