/**
 * Who made a container, network or volume: told by labels, so that whatever outlives its maker can be found again. A maker
 * is a process of a machine; process ids come back, the time at which a process began does not.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names of the labels. */
export const labels = {
  run: 'mediaservice-conformance.run',
  machine: 'mediaservice-conformance.machine',
  process: 'mediaservice-conformance.process',
} as const;

/** What Compose writes on everything that it makes. */
export const composeProject = 'com.docker.compose.project';

/** The name of a run's Compose project: from it the run is known where our own labels cannot be. */
export const projectOf = (run: string): string => `mediaservice-${run}`;

export const newRun = (): string => randomUUID().slice(0, 13);

/** Labels of all that this process makes for `run`. */
export function ownLabels(run: string): Record<string, string> {
  return {
    [labels.run]: run,
    [labels.machine]: machine(),
    [labels.process]: `${process.pid}/${born(process.pid) ?? 'unknown'}`,
  };
}

/** Whether the maker that these labels tell of was on this machine, and lives no more. Unknown makers are left alone. */
export function isOrphan(found: Readonly<Record<string, string | undefined>>): boolean {
  const maker = found[labels.process];
  if (maker === undefined || found[labels.machine] !== machine()) return false;
  const [pid = '', birth] = maker.split('/');
  return !isAlive(Number(pid)) || (born(Number(pid)) ?? 'unknown') !== birth;
}

/** Process ids mean something only within a namespace of them: two containers may share a host name by accident. */
function machine(): string {
  return `${hostname()}/${read(() => readlinkSync('/proc/self/ns/pid')) ?? process.platform}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process began: boot of the machine and ticks since (proc(5), field 22 of stat). Undefined where there is no /proc. */
function born(pid: number): string | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'));
  // The second field is the program's name in brackets and may hold anything.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined || boot === undefined ? undefined : `${boot.slice(0, 8)}-${ticks}`;
}

function read(one: () => string): string | undefined {
  try {
    return one();
  } catch {
    return undefined;
  }
}
