/** A report as a run of half a minute leaves it. */
import type { Sample } from '../../figures/model.ts';
import { figuresOf } from '../../figures/testing/figures.ts';
import { EXIT, FORMAT_VERSION, type LoadReport } from '../model.ts';

export function sampleAt(at: number, more: Partial<Sample> = {}): Sample {
  const times = { count: 1, p50: 10 + (at % 7), p95: 40 + (at % 13), max: 60 };
  return {
    ...{ at, attempted: 5, completed: 4, failed: at % 100 === 99 ? 1 : 0, inProgress: 50, callbacks: 20 },
    ...{ setupMs: times, postDialMs: times, newCallMs: times, getIvrCommandMs: times, jitterMs: times },
    ...{ restMs: times, latenessMs: times, score: times, othersCores: 0.4 },
    rtp: { sent: 1000, received: 1000, lost: at % 50 === 0 ? 3 : 0 },
    generator: { cpu: 0.5, bytes: 2e8 },
    application: { cpu: 0.1, bytes: 1e8 },
    target: { cpu: 0.7, bytes: 3e8 + at * 1000, gauges: { sockets: at % 9, timers: at % 11, idle: 0 } },
    ...more,
  };
}

export function reportOf(more: Partial<LoadReport> = {}): LoadReport {
  return {
    formatVersion: FORMAT_VERSION,
    tool: { name: 'mediaservice-load', version: '0.1.0' },
    ...{ started: '2026-01-02T03:04:05.678Z', seconds: 30 },
    machine: { cpus: 2, model: 'a processor', node: 'v24', kernel: 'Linux 6' },
    target: { name: 'a target', embedded: false },
    k6: { version: 'v1', extension: 'own' },
    ...{ scenario: 'ivr', setting: { calls: 50, durationSeconds: 20, rampSeconds: 5, talkSeconds: 8 } },
    ...{ figures: figuresOf({ heard: 10 }), objectives: [] },
    series: Array.from({ length: 30 }, (_, i) => sampleAt(i + 1)),
    ending: { exitCode: EXIT.held, reasons: [] },
    ...more,
  };
}
