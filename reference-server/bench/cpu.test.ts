import { describe, expect, it } from 'vitest';
import { type CpuSample, cpuBetween, parseStat, readCpu } from './cpu.ts';

const sample = (total: number, threads: Record<string, number>): CpuSample => ({
  total: total * 1e9,
  threads: new Map(Object.entries(threads).map(([thread, seconds]) => [thread, seconds * 1e9])),
});

describe('CPU time of a process', () => {
  it('is user and system time, whatever the name of the program', () => {
    const line = '42 (a ) name) (S) S 1 42 42 0 -1 4194304 9 0 0 0 150 25 7 8 20 0 1 0 100 0 0';
    expect(parseStat(line)).toBe(1.75e9);
  });

  it.each([
    ['one thread', sample(1, { a: 1 }), sample(1.5, { a: 1.5 }), 0.5],
    ['finer than the total', sample(1, { a: 1 }), sample(1, { a: 1.004 }), 0.004],
    ['a thread that began in between', sample(1, { a: 1 }), sample(2, { a: 1.5, b: 0.5 }), 1],
    ['a thread that ended in between', sample(2, { a: 1, b: 1 }), sample(4, { a: 1.5 }), 2],
    ['no figures of threads', sample(1, {}), sample(3, {}), 2],
  ])('%s', (_name, before, after, seconds) => {
    expect(cpuBetween(before, after)).toBeCloseTo(seconds, 6);
  });

  it.runIf(process.platform === 'linux')('grows with the work of this very process', () => {
    const before = readCpu(process.pid);
    let sum = 0;
    for (let i = 0; i < 20_000_000; i++) sum += i % 7;
    const spent = cpuBetween(before, readCpu(process.pid));
    expect(sum).toBeGreaterThan(0);
    expect(spent).toBeGreaterThan(0.001);
  });
});
