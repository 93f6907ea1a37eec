import { join } from 'node:path';
import { afterAll, inject, type TestContext as Task, test } from 'vitest';
import { RanOut } from '../drivers/ran-out.ts';
import { SuiteFault } from '../drivers/suite-fault.ts';
import { attemptFolder, setAside, wasFollowed } from '../evidence/attempts.ts';
import { record } from '../evidence/record.ts';
import { replayScenario } from '../evidence/replay.ts';
import type { Target } from '../target/types.ts';
import { why } from '../why.ts';
import { asked, mostAttempts } from './asking.ts';
import { besides } from './besides.ts';
import { Context, defaultTimeoutMs } from './context.ts';
import { RequirementBroken } from './expect.ts';
import { type Aftermath, closeHarness, getHarness } from './harness.ts';
import { valueTiming } from './starvation/bears.ts';
import { excuse, type Timed } from './starvation/excuse.ts';
import type {
  Artifact,
  Harness,
  HarnessSettings,
  Observed,
  Reason,
  ScenarioMeta,
  ScenarioOutcome,
  TestContext,
  Verdict,
} from './types.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a scenario says of itself, set when it is declared, so that it is known before it runs. */
    scenarioMeta?: ScenarioMeta;
    /** Set on the file by whoever closes the harness: what the run showed that belongs to no scenario. */
    aftermath?: Aftermath;
  }
}

/** Beyond the scenario's own limit: the quiet period, and tidying up. */
const graceMs = 30_000;

type Body = (ctx: TestContext) => Promise<void>;
let diverted: ((meta: ScenarioMeta, run: Body) => void) | undefined;

/** From now on scenarios are not declared as tests but handed over: the self test runs them as often as it has mutants. */
export function divertScenarios(to: (meta: ScenarioMeta, run: Body) => void): void {
  diverted = to;
}

let closing = false;
/** The one file of a run, where what belongs to no scenario is left. */
let file: Task['task']['file'] | undefined;

/**
 * Declares a scenario. It runs beside all others, unless it wants to be alone; what it leaves behind is in `task.meta.scenario`.
 * @param run throws when the target is wrong; best through `ctx.expect`.
 */
export function scenario(meta: ScenarioMeta, run: (ctx: TestContext) => Promise<void>): void {
  if (diverted) {
    diverted(meta, run);
    return;
  }
  if (!closing) {
    closing = true;
    afterAll(async () => {
      const aftermath = await closeHarness();
      if (file) file.meta.aftermath = aftermath;
    });
  }
  const timeout = mostAttempts * ((meta.timeoutMs ?? defaultTimeoutMs) + graceMs);
  test(meta.id, { meta: { scenarioMeta: meta }, timeout, ...besides(meta) }, async (task) => {
    const settings = inject('harness');
    file ??= task.task.file;
    const why = notApplicable(meta, settings.target);
    if (why !== undefined) {
      leave(task, { ...nothing(meta), verdict: 'not-applicable', reasons: [{ text: why }] });
      task.skip(why);
    }
    const unknown = meta.requirements.filter((slug) => settings.requirements && !settings.requirements.includes(slug));
    if (unknown.length > 0) {
      const text = `The catalogue has no requirement ${unknown.join(', ')}`;
      leave(task, { ...nothing(meta), verdict: 'harness-error', reasons: [{ text }] });
      throw new Error(text);
    }
    const outcome =
      settings.replay === undefined
        ? await runUntilJudged(meta, await getHarness(settings), run, task.signal)
        : await replayUntilJudged(meta, { ...settings, replay: settings.replay }, run);
    leave(task, outcome);
    const [reason] = outcome.reasons;
    if (outcome.verdict !== 'pass' && outcome.verdict !== 'warning') throw new Error(reason?.text ?? outcome.verdict);
  });
}

/** What the scenario needs and the target does not have, in a sentence. */
function notApplicable(meta: ScenarioMeta, target: Target): string | undefined {
  const { capability, tenant } = meta;
  if (capability !== undefined && !target.capabilities.includes(capability))
    return `The target does not claim the capability ${capability}`;
  if (tenant !== undefined && target.tenants[tenant] === undefined)
    return `The target file describes no tenant ${tenant}`;
  return undefined;
}

function leave(task: Task, outcome: ScenarioOutcome): void {
  task.task.meta.scenario = outcome;
}

/** As `runRecorded`, asked again while it is inconclusive and nobody has stopped the run. */
export async function runUntilJudged(
  meta: ScenarioMeta,
  harness: Harness,
  run: (ctx: TestContext) => Promise<void>,
  signal: AbortSignal,
): Promise<ScenarioOutcome> {
  const { evidenceDir } = harness.settings;
  const kept = async (attempt: number): Promise<boolean> =>
    evidenceDir === undefined || (await setAside(evidenceDir, meta.id, attempt));
  return asked(
    () => runRecorded(meta, harness, run),
    async (attempt) => attempt < mostAttempts && !signal.aborted && (await kept(attempt)),
  );
}

/** Each attempt that was made, from its record. */
export function replayUntilJudged(
  meta: ScenarioMeta,
  settings: HarnessSettings & { readonly replay: string },
  run: (ctx: TestContext) => Promise<void>,
): Promise<ScenarioOutcome> {
  const followed = (attempt: number): Promise<boolean> => wasFollowed(settings.replay, meta.id, attempt);
  return asked(async (attempt) => {
    const folder = (await followed(attempt)) ? attemptFolder(meta.id, attempt) : meta.id;
    return replayScenario(meta, settings, (harness) => runScenario(meta, harness, run), folder);
  }, followed);
}

/** As `runScenario`, with a record of it beside its other evidence, where evidence is kept. Never rejects. */
export async function runRecorded(
  meta: ScenarioMeta,
  harness: Harness,
  run: (ctx: TestContext) => Promise<void>,
): Promise<ScenarioOutcome> {
  const { evidenceDir } = harness.settings;
  if (evidenceDir === undefined) return runScenario(meta, harness, run);
  const recording = record(harness);
  const outcome = await runScenario(meta, recording.harness, run);
  try {
    return await recording.keep(outcome, join(evidenceDir, meta.id));
  } catch (error) {
    const text = `Its evidence cannot be kept: ${why(error)}`;
    // What is in the timeline was not looked through for secrets.
    return { ...outcome, verdict: 'harness-error', reasons: [{ text }], timeline: [], artifacts: [] };
  }
}

/** Runs a scenario to its end, tidies up, and says what came of it. Never rejects. */
export async function runScenario(
  meta: ScenarioMeta,
  harness: Harness,
  run: (ctx: TestContext) => Promise<void>,
): Promise<ScenarioOutcome> {
  const startedAt = harness.clock.now();
  const context = new Context(meta, harness);
  let failure = await caught(limited(run(context), meta.timeoutMs ?? defaultTimeoutMs, harness.outside.after));
  let failedAt = harness.clock.now();
  if (failure === undefined) {
    failure = await caught(context.quiet());
    failedAt = harness.clock.now();
  }
  const untidy = await caught(context.tidy());
  let artifacts: Artifact[] = [];
  const unfinished = await caught(
    context.finish().then((kept) => {
      artifacts = kept;
    }),
  );
  const endedAt = harness.clock.now();
  if (failure === undefined) {
    failure = untidy ?? unfinished;
    failedAt = endedAt;
  }
  const { evidence } = context;
  return {
    meta,
    ...judge(context, failure, { startedAt, failedAt }),
    ...evidence.requirements(),
    observed: evidence.observed(),
    timeline: evidence.timeline(),
    artifacts,
    startedAt,
    endedAt,
  };
}

/** The verdict as far as one scenario can tell; the run may make it worse, never better. */
function judge(
  context: Context,
  failure: Error | undefined,
  { startedAt, failedAt }: { readonly startedAt: number; readonly failedAt: number },
): { verdict: Verdict; reasons: readonly Reason[] } {
  const { evidence } = context;
  const harnessFaults = evidence.harnessFaults();
  const reasons: Reason[] = [...harnessFaults, ...(failure ? [reasonOf(failure)] : []), ...evidence.targetFaults()];
  if ((failure && isSuiteFault(failure)) || harnessFaults.length > 0) return { verdict: 'harness-error', reasons };
  const failed = failure !== undefined || evidence.targetFaults().length > 0;
  const timed = [
    ...(failure ? [timingOf(context, failure, failedAt)] : []),
    ...evidence.targetFaults().map((fault) => evidence.timing(fault)),
  ];
  const { starvation, clock } = context.harness;
  const stretch = { from: startedAt, to: clock.now() };
  // One fault that does not hang on time is enough: it stays proven, however starved we were.
  const excused = (all: readonly (Timed | undefined)[], faults: readonly Reason[]): readonly Reason[] | undefined => {
    const excuses = all.flatMap((one) => (one && excuse(one, starvation, stretch)) ?? []);
    if (excuses.length < all.length) return undefined;
    return [...new Set(excuses)].map((text): Reason => ({ text })).concat(faults);
  };
  if (failed) {
    const why = excused(timed, reasons);
    return why
      ? { verdict: 'inconclusive', reasons: why }
      : { verdict: 'fail', reasons: reasons.map((reason) => blaming(context, reason)) };
  }
  const { warned } = evidence.requirements();
  if (warned.length === 0) return { verdict: 'pass', reasons: [] };
  const missed = warned.map(
    (requirement): Reason => ({ requirement, text: `${requirement} should hold, but does not` }),
  );
  const misses = evidence.missedOnes().map(({ broken, at }) => timingOf(context, broken, at));
  const why = excused(misses, missed);
  return why ? { verdict: 'inconclusive', reasons: why } : { verdict: 'warning', reasons: missed };
}

/** What was waited for in vain stands for everything that the scenario had still to show. */
function blaming({ meta, evidence, harness }: Context, reason: Reason): Reason {
  if (reason.requirement !== undefined) return reason;
  const { judged } = harness.settings;
  const { shown } = evidence.requirements();
  const due = meta.requirements.filter((slug) => judged?.includes(slug) ?? true);
  const open = due.filter((slug) => !shown.includes(slug));
  const requirements = open.length > 0 ? open : due;
  return requirements.length > 0 ? { ...reason, requirements } : reason;
}

/** How a failure hangs on time; undefined: not at all. */
function timingOf({ meta, evidence, target }: Context, failure: Error, at: number): Timed | undefined {
  if (failure instanceof RanOut && failure.bearsMs !== undefined) return { kind: 'value', bearsMs: failure.bearsMs };
  if (failure instanceof RanOut) return { kind: 'wait', limitMs: failure.limitMs, at };
  if (failure instanceof RequirementBroken && failure.outByMs !== undefined)
    return { kind: 'moment', outByMs: failure.outByMs };
  if (failure instanceof RequirementBroken && failure.bearsMs !== undefined)
    return { kind: 'value', bearsMs: failure.bearsMs };
  const { callbackTimeoutMs } = target.timers;
  return valueTiming(meta, { callbackTimeoutMs, answers: evidence.answers(), at });
}

const reasonOf = (failure: Error): Reason =>
  failure instanceof RequirementBroken
    ? { requirement: failure.requirement, text: failure.message }
    : { text: failure.message };

/** A scenario or a driver that is written wrongly, or a tool that broke: what failed after it may be its consequence. */
const isSuiteFault = (error: Error): boolean =>
  error instanceof SuiteFault ||
  error instanceof TypeError ||
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  error instanceof SyntaxError;

async function caught(work: Promise<unknown>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function limited(work: Promise<void>, limitMs: number, after: Harness['outside']['after']): Promise<void> {
  const limit = Promise.withResolvers<never>();
  const stopTimer = after(limitMs, () => {
    limit.reject(new RanOut(`The scenario was not over after ${limitMs / 1000} s`, limitMs));
  });
  try {
    await Promise.race([work, limit.promise]);
  } finally {
    stopTimer();
  }
}

function nothing(meta: ScenarioMeta): Omit<ScenarioOutcome, 'verdict' | 'reasons'> {
  const observed: Observed = {
    calls: 0,
    sipMessages: 0,
    rtpPacketsReceived: 0,
    rtpPacketsSent: 0,
    callbacks: 0,
    restExchanges: 0,
  };
  return { meta, shown: [], broken: [], warned: [], observed, timeline: [], artifacts: [], startedAt: 0, endedAt: 0 };
}
