/** Whoever relays: a process with so many calls open, ready for the load. */
import type { FarEnd } from '../plan.ts';

export interface Peer {
  readonly name: string;
  /** Whose CPU time counts; none for the load program by itself. */
  readonly pid: number | undefined;
  readonly ends: readonly FarEnd[];
  /** What kind of peer this is in particular, for the report. */
  readonly about: string;
  /** Faults that only show after the traffic, such as packets that took another way; empty when all is well. */
  audit(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Stops a process between its turns, so that it takes nothing from the one that is measured. */
export function pause({ pid }: Peer): void {
  if (pid !== undefined) process.kill(pid, 'SIGSTOP');
}

export function resume({ pid }: Peer): void {
  if (pid !== undefined) process.kill(pid, 'SIGCONT');
}
