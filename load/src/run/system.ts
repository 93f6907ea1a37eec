/** What Linux tells of processes and of the machine; elsewhere nothing is told, and the figures are absent. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Look } from '../figures/usage.ts';

/** Both are the same on every Linux that runs Node: USER_HZ, and the page of x86-64 and arm64. */
export const TICKS = 100;
const pageBytes = 4096;

/** CPU of all its threads and resident memory; undefined: it is gone, or this is no Linux. */
export async function lookAt(pid: number): Promise<Look | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // utime is field 14, stime 15, rss 24.
    const fields = fieldsOf(text);
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / TICKS, bytes: Number(fields[21]) * pageBytes };
  } catch {
    return undefined;
  }
}

/**
 * CPU seconds of all processes of a group, with those of their children that have ended; 0: none is left. Read at once, as
 * some hundred turns of the event loop would cost more than the reading.
 */
export function groupSeconds(group: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = fieldsOf(readFileSync(`/proc/${name}/stat`, 'utf8'));
      // pgrp is field 5, cutime 16, cstime 17.
      if (Number(fields[2]) !== group) continue;
      for (const index of [11, 12, 13, 14]) ticks += Number(fields[index]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / TICKS;
}

/** The fields after the name, which stands in brackets and may hold anything (proc(5)): state, field 3, is the first. */
const fieldsOf = (text: string): readonly string[] => text.slice(text.lastIndexOf(')') + 2).split(' ');

/** Ticks of all cores since the start of the machine: all, and those in which nobody wanted them. */
export async function machineTicks(): Promise<{ readonly all: number; readonly idle: number } | undefined> {
  try {
    const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = line
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return { all: user + nice + system + idle + wait + irq + soft + steal, idle: idle + wait };
  } catch {
    return undefined;
  }
}
