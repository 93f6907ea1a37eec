/** The scenarios by name: what each does, and what it does without further wishes. */
import { type Flow, flows, type Mix } from '../../scenarios/lib/setting.ts';

export interface ScenarioRow {
  readonly about: string;
  /** Flow and its share; `mixed` and `soak` may be given another. */
  readonly mix: Mix;
  readonly calls?: number;
  readonly rate?: number;
  readonly burst?: number;
  readonly rampSeconds: number;
  readonly durationSeconds: number;
  readonly talkSeconds: number;
  /** Share of the virtual users whose calls are recorded and scored. */
  readonly scored: number;
  readonly objectives: readonly string[];
  /** Waits until all gauges of the target are at rest, and looks whether one grew. */
  readonly endurance?: boolean;
}

const sessions = [
  ...['sessionCompleted.missing<=0', 'sessionCompleted.doubled<=0'],
  ...['callbacks.missing<=0', 'callbacks.unexpected<=0'],
];
const calls = ['calls.failed<=0', 'calls.notBegun<=0', ...sessions];
const setup = 'setup.p95<=500';
const media = ['loss.percent<=0.1', 'heard.percent>=100', 'score.min>=0.9'];

export const scenarios = {
  ivr: {
    about: 'inbound calls: the prompt is heard and scored, a digit is pressed, the application hangs up',
    mix: { ivr: 1 },
    ...{ calls: 100, rampSeconds: 5, durationSeconds: 20, talkSeconds: 8, scored: 1 },
    objectives: [...calls, setup, ...media],
  },
  bridge: {
    about: 'caller and callee are both virtual users, hear each other, and what both hear is scored',
    mix: { bridge: 1 },
    ...{ calls: 100, rampSeconds: 5, durationSeconds: 20, talkSeconds: 8, scored: 1 },
    objectives: [...calls, setup, ...media],
  },
  outbound: {
    about: 'a storm of placeivrcall: the target calls, the prompt is heard, a digit is pressed',
    mix: { outbound: 1 },
    ...{ rate: 20, rampSeconds: 3, durationSeconds: 15, talkSeconds: 4, scored: 1 },
    objectives: [...calls, 'rest.failed<=0', 'rest.p95<=500', ...media],
  },
  remote: {
    about: 'Cloud UA, in and out in turns: the target signals, RTP passes it by',
    mix: { remote: 1 },
    ...{ calls: 50, rampSeconds: 3, durationSeconds: 15, talkSeconds: 5, scored: 1 },
    objectives: [...calls, setup, 'rest.failed<=0', ...media],
  },
  mixed: {
    about: 'several of these at once, in the proportions of --mix',
    mix: { ivr: 0.5, bridge: 0.25, outbound: 0.15, impatient: 0.1 },
    ...{ calls: 100, rampSeconds: 5, durationSeconds: 20, talkSeconds: 8, scored: 1 },
    objectives: [...calls, setup, ...media],
  },
  rest: {
    about: 'REST alone: prompts are stored, read and deleted, and what is forged is refused',
    mix: { rest: 1 },
    ...{ calls: 10, rampSeconds: 1, durationSeconds: 15, talkSeconds: 0, scored: 0 },
    objectives: ['rest.failed<=0', 'rest.p95<=200'],
  },
  soak: {
    about: 'calls for hours (10 minutes without --duration): memory, sockets, timers and ports must not grow',
    mix: { ivr: 0.7, bridge: 0.3 },
    ...{ calls: 50, rampSeconds: 10, durationSeconds: 600, talkSeconds: 15, scored: 0.1 },
    objectives: [...calls, setup, ...media, 'target.growing<=0', 'target.leftovers<=0'],
    endurance: true,
  },
  spike: {
    about: 'a steady rate of IVR calls, in the middle third five times as many',
    mix: { ivr: 1 },
    ...{ rate: 5, burst: 5, rampSeconds: 0, durationSeconds: 24, talkSeconds: 4, scored: 0.2 },
    objectives: [...calls, setup, ...media],
  },
  churn: {
    about: 'short calls: answered by the IVR and hung up at once, as many a second as asked for',
    mix: { churn: 1 },
    ...{ rate: 300, rampSeconds: 5, durationSeconds: 20, talkSeconds: 0, scored: 0 },
    objectives: [...calls, setup],
  },
  impatient: {
    about: 'callers who hang up while it rings (CANCEL)',
    mix: { impatient: 1 },
    ...{ rate: 20, rampSeconds: 3, durationSeconds: 15, talkSeconds: 1, scored: 0 },
    objectives: calls,
  },
} as const satisfies Readonly<Record<string, ScenarioRow>>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];
export const isScenario = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);
export const scenarioOf = (name: ScenarioName): ScenarioRow => scenarios[name];
export const isFlow = (name: string): name is Flow => (flows as readonly string[]).includes(name);
