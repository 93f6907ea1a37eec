/** Calls of SIPp to the IVR, and one turn of them with what everybody needed for it. */
import { join } from 'node:path';
import { cpuBetween, readCpu } from '../cpu.ts';
import type { IvrServer } from '../peers/ivr.ts';
import { freePort } from '../setting.ts';
import { runSipp, type SippTurn } from '../sipp.ts';
import { HANG_UP, type Seen, WAIT } from './protocol.ts';

export interface Calls {
  readonly scenario: 'hang-up' | 'wait';
  readonly rate: number;
  readonly calls: number;
  readonly holdMs: number;
}

export interface IvrTurn extends SippTurn {
  readonly calls: number;
  /** Seconds of CPU of the server and of its busiest thread, of the application. */
  readonly server: number;
  readonly busiest: number;
  readonly application: number;
  /** Length of the turn in seconds. */
  readonly seconds: number;
  readonly seen: Seen;
}

let turns = 0;

export async function call({ sipPort, farPort }: IvrServer, folder: string, calls: Calls): Promise<SippTurn> {
  const { scenario, rate, holdMs } = calls;
  const file = join(import.meta.dirname, `${scenario}.xml`);
  const keys = { user: scenario === 'wait' ? WAIT : HANG_UP, far: String(farPort) };
  turns++;
  return runSipp({
    ...{ target: sipPort, port: await freePort(), rate, calls: calls.calls, holdMs, folder },
    ...{ scenario: { file, keys }, name: `calls-${turns}` },
  });
}

/** Calls that the application hangs up as soon as it is asked what to do. */
export async function takeTurn(peer: IvrServer, folder: string, rate: number, calls: number): Promise<IvrTurn> {
  await peer.seen();
  const before = { server: readCpu(peer.server.pid), application: readCpu(peer.application.pid) };
  const begun = performance.now();
  const turn = await call(peer, folder, { scenario: 'hang-up', rate, calls, holdMs: 0 });
  const seconds = (performance.now() - begun) / 1000;
  const server = readCpu(peer.server.pid);
  const times = [...server.threads].map(([thread, time]) => time - (before.server.threads.get(thread) ?? 0));
  return {
    ...turn,
    ...{ calls, seconds, server: cpuBetween(before.server, server), busiest: Math.max(...times) / 1e9 },
    application: cpuBetween(before.application, readCpu(peer.application.pid)),
    seen: await peer.seen(),
  };
}
