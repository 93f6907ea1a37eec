import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ProvidedContext } from 'vitest';
import { createVitest, type Reporter, type Vitest } from 'vitest/node';
import { beside } from '../beside.ts';
import { within } from '../drivers/promises.ts';
import { teller } from '../evidence/told.ts';
import type { HarnessSettings, ScenarioMeta } from '../harness/types.ts';
import { Collector, type Watcher } from './collector.ts';
import { isTold, metaOf, STOP, STOPPED } from './meta.ts';
import type { RunResult } from './result.ts';
import type { Selection } from './selection.ts';

/** How to run the scenarios. */
export interface RunOptions {
  /** Absolute paths of the scenario files. */
  readonly files: readonly string[];
  readonly selection: Selection;
  /** How many scenarios run side by side. */
  readonly concurrency: number;
  readonly harness: HarnessSettings;
  readonly watcher: Watcher;
  /** The scenarios drive real tools. False for stand-ins. */
  readonly drivers: boolean;
  /** Aborted: the run stops and gives what it has. */
  readonly signal: AbortSignal;
  /** The target ended by itself: a sentence. Never rejects. */
  readonly died?: Promise<string>;
}

/** How long the tools of a stopped run may take to end, and its worker after that before it is abandoned, ms. */
const STOP_GRACE_MS = 2500;
const TIDY_GRACE_MS = 300;

/** No scenario takes longer, whatever it asks for: the harness has a limit of its own, this one only ends a hang. */
const LONGEST_SCENARIO_MS = 180_000;

/**
 * Runs the scenarios in one worker and gives what they found out. Never throws for what happens inside a scenario;
 * whatever breaks the suite is in `errors`.
 */
export async function runScenarios(options: RunOptions): Promise<RunResult> {
  const startedAt = Date.now();
  const clock = performance.now();
  const tell = teller(options.harness.target);
  const collector = new Collector(options.selection, options.watcher, tell);
  const exitCode = process.exitCode;
  const stopped = new AbortController();
  const death: Death = { stop: () => stopped.abort() };
  const stop = AbortSignal.any([options.signal, stopped.signal]);
  hear(options.died, death);
  const channel = `run-${randomUUID()}`;
  const progress = new BroadcastChannel(channel);
  progress.onmessage = ({ data }: { readonly data: unknown }) => {
    if (isTold(data)) options.watcher.told(data.id, data.words);
  };
  try {
    const vitest = await start(options, collector, channel);
    const running = vitest.start().catch((error: unknown) => collector.fail(sentenceOf(error)));
    await orStopped(running, stop, collector, () => putAway(vitest, running, channel));
    await within(vitest.close(), stop.aborted ? TIDY_GRACE_MS : STOP_GRACE_MS);
  } catch (error) {
    collector.fail(sentenceOf(error));
  } finally {
    progress.close();
    delete death.stop;
  }
  // The runner sets the exit code of our process by its own rules; ours are in verdict/exit-code.ts.
  process.exitCode = exitCode;
  return {
    ...collector.result(),
    interrupted: options.signal.aborted,
    ...(death.sentence === undefined ? {} : { targetDied: tell(death.sentence) }),
    startedAt,
    durationMs: performance.now() - clock,
  };
}

/** How the target died, and whom that stops while the run goes on. */
interface Death {
  sentence?: string;
  stop?: () => void;
}

/**
 * A target may live on for many runs, and its promise keeps what listens to it: by this function of its own that is a `Death`
 * and not all that a run has found out.
 */
function hear(died: Promise<string> | undefined, death: Death): void {
  died?.then((sentence) => {
    death.sentence = sentence;
    death.stop?.();
  });
}

/** What the scenarios say of themselves, without running any. Throws when a file cannot be loaded. */
export async function collectScenarios(files: readonly string[]): Promise<ScenarioMeta[]> {
  const exitCode = process.exitCode;
  const vitest = await create([], 1, {
    run: { files, selection: {}, channel: `collect-${randomUUID()}`, drivers: false },
  });
  try {
    const { testModules } = await vitest.collect(undefined, { staticParse: false });
    const [error] = testModules.flatMap((module) => module.errors());
    if (error !== undefined) throw new Error(`a scenario file cannot be loaded: ${error.message}`);
    return testModules.flatMap((module) =>
      [...module.children.allTests()].map((test) => metaOf(test.name, test.meta())),
    );
  } finally {
    await vitest.close();
    process.exitCode = exitCode;
  }
}

function start(options: RunOptions, collector: Collector, channel: string): Promise<Vitest> {
  const { files, selection, harness, concurrency, drivers } = options;
  return create([collector], concurrency, { harness, run: { files, selection, channel, drivers } });
}

/** A runner of one file, in one worker, that says nothing by itself and leaves signals alone. */
export async function create(
  reporters: Reporter[],
  concurrency: number,
  provide: Partial<ProvidedContext>,
  entry = beside('entry', import.meta.url),
): Promise<Vitest> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  return keepingSignals(() =>
    createVitest(
      {
        config: false,
        root,
        include: [relative(root, fileURLToPath(entry))],
        exclude: [],
        watch: false,
        passWithNoTests: true,
        reporters,
        // A thread, not a process: Ctrl-C on the terminal reaches every process of the group, and would end the worker
        // before it has told what it knows.
        pool: 'threads',
        maxWorkers: 1,
        // Read by testcontainers. Its reaper is a second image to pull and a bridge network to have; our one container is ended
        // by us or by its own clock.
        env: { TESTCONTAINERS_RYUK_DISABLED: 'true' },
        sequence: { concurrent: true },
        maxConcurrency: concurrency,
        testTimeout: LONGEST_SCENARIO_MS,
        hookTimeout: LONGEST_SCENARIO_MS,
        teardownTimeout: STOP_GRACE_MS,
        provide: provide as ProvidedContext,
      },
      { clearScreen: false, logLevel: 'silent', server: { watch: null, ws: false } },
      { stdout: silent(), stderr: silent() },
    ),
  );
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Takes away the listeners for signals that `work` adds, as soon as it has. The runner ends our process on Ctrl-C by its own
 * rules, before a report is written; what a signal means is decided by whoever calls us.
 */
async function keepingSignals<T>(work: () => Promise<T>): Promise<T> {
  const takeAway = (event: string | symbol, listener: (...given: unknown[]) => void): void => {
    const signal = SIGNALS.find((one) => one === event);
    // It is told of before it is there; no signal comes in between.
    if (signal !== undefined) queueMicrotask(() => process.off(signal, listener));
  };
  process.on('newListener', takeAway);
  try {
    return await work();
  } finally {
    process.off('newListener', takeAway);
  }
}

async function orStopped(
  running: Promise<unknown>,
  stop: AbortSignal,
  collector: Collector,
  putAway: () => Promise<void>,
): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  if (stop.aborted) onAbort();
  else stop.addEventListener('abort', onAbort, { once: true });
  await Promise.race([running, aborted.promise]);
  stop.removeEventListener('abort', onAbort);
  if (!stop.aborted) return;
  collector.freeze();
  await putAway();
}

/**
 * Ends what the worker has started, then lets it end. It is asked twice: a scenario that was under way may have started
 * something more in between.
 */
async function putAway(vitest: Vitest, running: Promise<unknown>, name: string): Promise<void> {
  const channel = new BroadcastChannel(name);
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      channel.onmessage = ({ data }: { readonly data: unknown }) => {
        if (data === STOPPED) resolve();
      };
      channel.postMessage(STOP);
    });
  await within(Promise.race([ask(), running]), STOP_GRACE_MS);
  await within(Promise.all([vitest.cancelCurrentRun('keyboard-input'), running]), TIDY_GRACE_MS);
  await within(Promise.race([ask(), running]), TIDY_GRACE_MS);
  channel.close();
}

function sentenceOf(error: unknown): string {
  return `the suite could not run: ${error instanceof Error ? error.message : String(error)}`;
}
