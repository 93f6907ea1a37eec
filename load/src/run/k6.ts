/** k6 as a child: its options, and what it writes. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ScriptSetting } from '../../scenarios/lib/setting.ts';
import { type Point, pointOf } from '../figures/points.ts';

export interface K6Wish {
  readonly path: string;
  readonly scenario: string;
  readonly setting: ScriptSetting;
  /** JSON file for k6's own summary. */
  readonly summary: string;
  readonly segment?: string;
  readonly segmentSequence?: string;
  readonly more: readonly string[];
  onPoint(point: Point): void;
}

export interface RunningK6 {
  readonly pid: number | undefined;
  /** How it ended: its exit code, or the signal; and what it said last on standard error. */
  readonly ended: Promise<K6End>;
  /** What it wrote that was no value: its summary as text. */
  readonly text: readonly string[];
  /** Asks it to end: calls under way are hung up. */
  stop(): void;
  kill(): void;
}

export interface K6End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: readonly string[];
}

const keptErrors = 50;

export const scriptOf = (scenario: string): string =>
  fileURLToPath(new URL(`../../scenarios/${scenario}.ts`, import.meta.url));

export function argumentsOf(wish: Omit<K6Wish, 'path' | 'onPoint'>): string[] {
  return [
    'run',
    '--quiet',
    '--no-color',
    '--no-usage-report',
    // No server of its own, whose port another k6 might want too.
    '--address=',
    '--out=json=-',
    `--summary-export=${wish.summary}`,
    ...(wish.segment === undefined ? [] : [`--execution-segment=${wish.segment}`]),
    ...(wish.segmentSequence === undefined ? [] : [`--execution-segment-sequence=${wish.segmentSequence}`]),
    ...wish.more,
    scriptOf(wish.scenario),
  ];
}

export function startK6(wish: K6Wish, env: Readonly<Record<string, string | undefined>>): RunningK6 {
  // A group of its own: a Ctrl-C of the terminal is handed on when it is known what it means.
  const child = spawn(wish.path, argumentsOf(wish), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, LOAD_SETTING: JSON.stringify(wish.setting), K6_NO_USAGE_REPORT: 'true' },
  });
  const text: string[] = [];
  const errors: string[] = [];
  const out = createInterface({ input: child.stdout });
  out.on('line', (line) => {
    if (!line.startsWith('{')) {
      text.push(line);
      return;
    }
    const point = pointOf(line);
    if (point !== undefined) wish.onPoint(point);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line);
    if (errors.length > keptErrors) errors.shift();
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<K6End>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, errors: [error.message] }));
    child.once('close', (code, signal) => resolve({ code, signal, errors }));
  }).finally(() => process.off('exit', kill));
  return { pid: child.pid, ended, text, stop: () => void child.kill('SIGINT'), kill };
}

/** k6's exit code when it was asked to stop. */
const ABORTED = 105;

/** k6's exit codes when it does not understand its options, and when it does not take them. */
const REFUSED: readonly (number | null)[] = [255, 104];

/** What k6 has against the options that it was given; undefined: it took them. Only before it has made a call is this told. */
export const refusalOf = ({ code, errors }: K6End): string | undefined =>
  REFUSED.includes(code) ? `k6 does not take its options${why(errors)}` : undefined;

/** `: ` and what k6 said last of an error. */
function why(errors: readonly string[]): string {
  const said = errors.findLast((line) => /error/i.test(line)) ?? errors.at(-1);
  return said === undefined ? '' : `: ${said.replace(/^time="[^"]*" level=\w+ msg=/, '').slice(0, 300)}`;
}

/** What is wrong with how it ended, a sentence; nothing when it ended well, or as it was asked to. */
export function faultsOf({ code, signal, errors }: K6End, asked: boolean, killed: boolean): string[] {
  if (code === 0 || (asked && code === ABORTED) || killed) return [];
  if (signal !== null) return [`k6 was killed (${signal}); what it had told by then is in the report`];
  return [`${code === null ? 'k6 could not be started' : `k6 ended with code ${code}`}${why(errors)}`];
}
