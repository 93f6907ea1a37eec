/** A world in which `run` judges stand-in scenarios: real runner, real report, no traffic. */
import type { RequirementRow } from '../../catalogue/row.ts';
import { fakeFiles, NO_HARNESS } from '../../run/testing/harness.ts';
import type { Io } from '../io.ts';
import type { JudgeParts, OpenTarget } from '../judge.ts';

/** Rows that the stand-in scenarios name. */
export const ROWS: readonly RequirementRow[] = ['a', 'b', 'c', 'd', 'e'].map((slug) => ({
  slug,
  text: `The service does ${slug}`,
  area: 'ivr',
  level: slug === 'b' ? 'interpreted' : 'documented',
  strength: 'MUST',
  role: 'service',
  source: `callback newCall, ${slug}`,
}));

/** Everything written, and the listeners of Ctrl-C. */
interface Recorded extends Io {
  readonly said: { out: string; err: string };
  readonly interrupts: Set<() => void>;
  readonly exits: number[];
}

export function recordedIo(): Recorded {
  const said = { out: '', err: '' };
  const interrupts = new Set<() => void>();
  const exits: number[] = [];
  return {
    said,
    interrupts,
    exits,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    width: () => undefined,
    paint: (_tone, text) => text,
    env: {},
    now: () => performance.now(),
    onInterrupt: (listener) => {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
    exit: (code) => exits.push(code),
  };
}

/** Parts of a run of stand-in files; `closed` tells how often the target was put away. */
export function fakeParts(...names: readonly string[]): JudgeParts & { readonly closed: { times: number } } {
  const closed = { times: 0 };
  const open = async (): Promise<OpenTarget> => ({
    target: NO_HARNESS.target,
    died: new Promise(() => {}),
    close: async () => {
      closed.times += 1;
    },
  });
  const machine = { sipp: async () => 'SIPp v3.6.1', engine: async () => undefined };
  return { closed, rows: ROWS, files: fakeFiles(...names), leftOut: async () => [], drivers: false, machine, open };
}
