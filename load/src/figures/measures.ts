/** What a run can be held to, and what two runs are compared by: one row a measure. */
import { missingCount, missingWords } from './missing.ts';
import type { Figures } from './model.ts';

interface Measure {
  readonly title: string;
  readonly unit: '' | 'ms' | '%' | 'calls' | 'calls/s' | 'bytes' | 'score';
  readonly better: 'low' | 'high';
  /** Undefined: there was nothing to measure. Shares are per cent here. */
  read(figures: Figures): number | undefined;
  /** What the value is made of, where that has to be known when it is too much. */
  tell?(figures: Figures): string;
}

const percent = (share: number | undefined): number | undefined => (share === undefined ? undefined : share * 100);

const told = ({ callbacks }: Figures): Figures['callbacks'] | undefined =>
  callbacks.elsewhere === true ? undefined : callbacks;

export const measures = {
  'calls.failed': { title: 'failed calls', unit: 'calls', better: 'low', read: (f) => f.calls.failed },
  'calls.completed': { title: 'completed calls', unit: 'calls', better: 'high', read: (f) => f.calls.completed },
  'calls.rate': { title: 'completed calls a second', unit: 'calls/s', better: 'high', read: (f) => f.calls.perSecond },
  'calls.notBegun': { title: 'calls not begun', unit: 'calls', better: 'low', read: (f) => f.calls.notBegun },
  'calls.atOnce': { title: 'most calls at once', unit: 'calls', better: 'high', read: (f) => f.calls.mostAtOnce },
  'setup.p50': { title: 'setup, median', unit: 'ms', better: 'low', read: (f) => f.setupMs?.p50 },
  'setup.p95': { title: 'setup, 95 of 100', unit: 'ms', better: 'low', read: (f) => f.setupMs?.p95 },
  'setup.p99': { title: 'setup, 99 of 100', unit: 'ms', better: 'low', read: (f) => f.setupMs?.p99 },
  'postDial.p95': { title: 'post-dial delay, 95 of 100', unit: 'ms', better: 'low', read: (f) => f.postDialMs?.p95 },
  'loss.percent': { title: 'RTP lost', unit: '%', better: 'low', read: (f) => percent(f.rtp?.lossShare) },
  'jitter.p95': { title: 'RTP jitter, 95 of 100', unit: 'ms', better: 'low', read: (f) => f.rtp?.jitterMs?.p95 },
  'heard.percent': {
    title: 'legs that heard audio',
    unit: '%',
    better: 'high',
    read: (f) => percent(f.audio?.heardShare),
  },
  'score.min': { title: 'worst audio score', unit: 'score', better: 'high', read: (f) => f.audio?.score?.min },
  'score.p50': { title: 'audio score, median', unit: 'score', better: 'high', read: (f) => f.audio?.score?.p50 },
  'newCall.p95': {
    title: 'INVITE to newCall, 95 of 100',
    unit: 'ms',
    better: 'low',
    read: (f) => told(f)?.newCallMs?.p95,
  },
  'getIvrCommand.p95': {
    title: 'answer to getIvrCommand, 95 of 100',
    unit: 'ms',
    better: 'low',
    read: (f) => told(f)?.getIvrCommandMs?.p95,
  },
  'sessionCompleted.missing': {
    title: 'sessionCompleted missing',
    unit: 'calls',
    better: 'low',
    read: (f) => told(f)?.missingCompleted,
  },
  'sessionCompleted.doubled': {
    title: 'sessionCompleted doubled',
    unit: 'calls',
    better: 'low',
    read: (f) => told(f)?.doubledCompleted,
  },
  'callbacks.missing': {
    ...{ title: 'callbacks missing', unit: '', better: 'low' },
    read: missingCount,
    tell: missingWords,
  },
  'callbacks.unexpected': {
    title: 'callbacks that fit no session',
    unit: 'calls',
    better: 'low',
    read: (f) => told(f)?.unexpected,
  },
  'rest.p95': { title: 'REST, 95 of 100', unit: 'ms', better: 'low', read: (f) => f.rest?.latencyMs.p95 },
  'rest.p99': { title: 'REST, 99 of 100', unit: 'ms', better: 'low', read: (f) => f.rest?.latencyMs.p99 },
  'rest.failed': { title: 'REST requests failed', unit: '', better: 'low', read: (f) => f.rest?.failed },
  'target.cpuMsPerCall': {
    title: "target's CPU a call",
    unit: 'ms',
    better: 'low',
    read: (f) => f.target?.cpuMsPerCall,
  },
  'target.cores': { title: "target's busiest cores", unit: '', better: 'low', read: (f) => f.target?.busyCores },
  'target.bytes': { title: "target's memory at most", unit: 'bytes', better: 'low', read: (f) => f.target?.mostBytes },
  'target.leftovers': {
    title: 'gauges not at rest afterwards',
    unit: '',
    better: 'low',
    read: (f) => (f.target === undefined ? undefined : Object.keys(f.target.leftovers).length),
  },
  'target.growing': {
    title: 'gauges that grow',
    unit: '',
    better: 'low',
    read: (f) => {
      const growth = f.target?.growthPerMinute;
      return growth === undefined ? undefined : Object.keys(growth).length;
    },
  },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof measures;
export const isMeasure = (name: string): name is MeasureName => Object.hasOwn(measures, name);
export const measureOf = (name: MeasureName): Measure => measures[name];

/** Whether a measure is of what the application saw. */
export const isOfApplication = (name: MeasureName): boolean =>
  /^(newCall|getIvrCommand|sessionCompleted|callbacks)\./.test(name);
