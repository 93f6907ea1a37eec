import { join } from 'node:path';
import { afterAll, inject, type TestContext as Task, test } from 'vitest';
import { RanOut } from '../drivers/ran-out.ts';
import { attemptFolder, setAside, wasFollowed } from '../evidence/attempts.ts';
import { record } from '../evidence/record.ts';
import { replayScenario } from '../evidence/replay.ts';
import type { Target } from '../target/types.ts';
import { why } from '../why.ts';
import { asked, mostAttempts } from './asking.ts';
import { besides } from './besides.ts';
import { Context, defaultTimeoutMs } from './context.ts';
import { attempting } from './giving-up.ts';
import { type Aftermath, closeHarness, getHarness } from './harness.ts';
import { judgeScenario } from './judge-scenario.ts';
import type {
  Artifact,
  Harness,
  HarnessSettings,
  Observed,
  ScenarioMeta,
  ScenarioOutcome,
  TestContext,
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
  const attempt = attempting(harness);
  if (evidenceDir === undefined) return attempt.over(await runScenario(meta, attempt.harness, run));
  const recording = record(attempt.harness);
  const outcome = attempt.over(await runScenario(meta, recording.harness, run));
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
    ...judgeScenario(context, failure, { startedAt, failedAt }),
    ...evidence.requirements(),
    observed: evidence.observed(),
    timeline: evidence.timeline(),
    artifacts,
    startedAt,
    endedAt,
  };
}

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
