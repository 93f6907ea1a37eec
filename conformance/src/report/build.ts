import { loadProfiles } from '@mediaservice/spec';
import { unproven } from '../catalogue/claims.ts';
import { cover, type JudgedTest } from '../catalogue/coverage.ts';
import { reasonOf } from '../catalogue/reason.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import { attemptFolder } from '../evidence/attempts.ts';
import type { TimelineEntry } from '../harness/timeline.ts';
import type { ScenarioMeta } from '../harness/types.ts';
import type { RunResult, ScenarioRun } from '../run/result.ts';
import { compareBaseline, type KnownFailure } from '../verdict/baseline.ts';
import { decideEnding } from '../verdict/exit-code.ts';
import { judgeRequirement, judgeTest, type Testimony } from '../verdict/test-verdict.ts';
import { addCounts, NO_TRAFFIC, vacuous } from '../verdict/traffic.ts';
import { column, tally, type Verdict } from '../verdict/verdict.ts';
import { exercised } from './exercised.ts';
import { groupBy } from './groups.ts';
import {
  FORMAT_VERSION,
  type Report,
  type ReportExpectation,
  type ReportRequirement,
  type ReportTest,
  type ReportViolation,
  type Timelines,
} from './model.ts';
import { profileGroups, unclaimed } from './profiles.ts';
import { redact } from './redact.ts';

/** What a report is made of. */
export interface BuildInput {
  readonly result: RunResult;
  readonly rows: readonly RequirementRow[];
  readonly tool: Report['tool'];
  readonly target: Report['target'];
  readonly settings: Report['settings'];
  readonly baseline: readonly KnownFailure[];
  /** Scenarios that a run takes in only with --patient, when it was without; a row that only they name says so. */
  readonly leftOut?: readonly Pick<ScenarioMeta, 'id' | 'requirements'>[];
  /** Slugs on which the target is judged. Absent: all. */
  readonly judged?: readonly string[] | undefined;
}

/** Judges a run and lays it out as a report. Pure: the same run gives the same report. */
export function buildReport(input: BuildInput): { readonly report: Report; readonly timelines: Timelines } {
  const { result, rows } = input;
  const known = new Set(rows.map((row) => row.slug));
  const all = result.scenarios.map((run) => judge(run, known));
  const selected = all.filter(({ run }) => run.selected);
  const coverage = cover(rows, all, new Set(input.target.capabilities));
  const baseline = compareBaseline(input.baseline, {
    tests: selected.map((test) => ({ ...test, requirements: saidOfEach(test) })),
    allTests: new Set(all.map((test) => test.id)),
    requirements: new Map(coverage.rows.map(({ row, verdict }) => [row.slug, verdict])),
  });
  const whole = all.every(({ run }) => run.selected);
  const ending = decideEnding({
    interrupted: result.interrupted,
    ...(result.targetDied === undefined ? {} : { targetDied: result.targetDied }),
    vacuous: vacuous(
      selected.filter((test) => test.verdict !== 'not-applicable').map((test) => test.testimony),
      whole,
    ),
    tests: selected,
    leftovers: result.findings.filter(({ kind }) => kind === 'leftover').map(({ text }) => text),
    brokenBeside: result.findings.filter(({ kind }) => kind === 'broken-callback').length,
    harnessErrors: result.errors,
    accepted: baseline.accepted,
    stale: baseline.stale,
    unproven: [
      ...unproven(
        input.target.capabilities,
        rows,
        all.map((test) => ({ ...test, selected: test.run.selected, capability: test.run.meta.capability })),
      ),
      ...unclaimed(loadProfiles(), input.settings.selection?.profile, input.target.capabilities),
    ],
  });
  const tests = selected.map((test) => reportTest(test, baseline.accepted.get(test.id)));
  const byId = new Map(all.map((test) => [test.id, test]));
  const whyNot = (row: RequirementRow, verdict: Verdict, named: ReportRequirement['tests']): { reason?: string } => {
    const tests = named.map(({ id, verdict: its }) => {
      const [first] = byId.get(id)?.reasons ?? [];
      const selected = byId.get(id)?.run.selected ?? true;
      return { id, verdict: its, selected, ...(first === undefined ? {} : { reason: first.text }) };
    });
    const waiting = (input.leftOut ?? []).filter(({ requirements: slugs }) => slugs.includes(row.slug));
    const reason = reasonOf(
      row,
      verdict,
      tests,
      waiting.map(({ id }) => id),
    );
    return reason === undefined ? {} : { reason };
  };
  const requirements = coverage.rows.map(
    ({ row, verdict, tests: named }): ReportRequirement => ({
      slug: row.slug,
      text: row.text,
      area: row.area,
      level: row.level,
      strength: row.strength,
      role: row.role,
      ...(row.capability === undefined ? {} : { capability: row.capability }),
      source: row.source,
      ...(row.untestable === undefined ? {} : { untestable: row.untestable }),
      verdict,
      ...whyNot(row, verdict, named),
      tests: named,
    }),
  );
  const columns = tests.map((test) => column(test.verdict));
  const report: Report = {
    formatVersion: FORMAT_VERSION,
    tool: input.tool,
    startedAt: new Date(result.startedAt).toISOString(),
    durationMs: Math.round(result.durationMs),
    target: input.target,
    settings: input.settings,
    ending: { exitCode: ending.code, interrupted: result.interrupted, reasons: ending.reasons },
    summary: {
      passed: columns.filter((c) => c === 'passed').length,
      failed: columns.filter((c) => c === 'failed').length,
      skipped: columns.filter((c) => c === 'skipped').length,
      tests: tally(tests.map((test) => test.verdict)),
      requirements: tally(requirements.map((row) => row.verdict)),
      covered: coverage.covered,
      total: coverage.total,
      levels: groupBy(requirements, tests, (row) => row.level, ['documented', 'interpreted', 'extension']),
      profiles: profileGroups(loadProfiles(), requirements, {
        claimed: new Set(input.target.capabilities),
        tests,
        judged: input.judged,
        waiting: waitingOnly(input.leftOut ?? [], coverage.unnamed),
      }),
      areas: groupBy(requirements, tests, (row) => row.area),
      exercised: exercised(selected.map(({ run }) => run.outcome?.timeline ?? [])),
      traffic: selected.map((test) => test.testimony.observed).reduce(addCounts, NO_TRAFFIC),
      ...(result.lag === undefined ? {} : { lag: result.lag }),
    },
    tests,
    requirements,
    findings: result.findings.map(({ kind, at, text }) => ({ kind, at: round(at), text })),
  };
  const timelines = new Map(
    selected.flatMap(({ id, run }) => (run.outcome === undefined ? [] : [[id, sorted(run.outcome.timeline)] as const])),
  );
  return { report, timelines };
}

/** A scenario's run with the verdict on it. */
export interface Judged extends JudgedTest {
  readonly run: ScenarioRun;
  readonly reasons: ReportTest['reasons'];
}

/** Judges one scenario. `known`: slugs of the catalogue; a scenario that names another is a fault of the suite. */
export function judge(run: ScenarioRun, known: ReadonlySet<string>): Judged {
  const testimony = testify(run);
  const { verdict, reasons } = judgeTest(testimony, known);
  return { id: run.meta.id, run, testimony, verdict, reasons };
}

/** Rows that no test of the run names, and one that was left out does. */
function waitingOnly(
  leftOut: readonly Pick<ScenarioMeta, 'requirements'>[],
  unnamed: readonly string[],
): ReadonlySet<string> {
  const waiting = new Set(leftOut.flatMap(({ requirements }) => requirements));
  return new Set(unnamed.filter((slug) => waiting.has(slug)));
}

function testify({ meta, outcome, crash, selected }: ScenarioRun): Testimony {
  const { requirements, needs } = meta;
  if (outcome !== undefined) return { ...outcome, requirements, needs };
  const nothing = { requirements, needs, shown: [], broken: [], warned: [], observed: NO_TRAFFIC };
  if (crash !== undefined) return { ...nothing, verdict: 'harness-error', reasons: [{ text: crash }] };
  return { ...nothing, verdict: 'not-run', reasons: selected ? [{ text: 'the test did not run to its end' }] : [] };
}

/** What a test says of each requirement that it names. */
function saidOfEach({ testimony, verdict }: Judged): ReportTest['requirements'] {
  const { requirements, shown, broken, warned } = testimony;
  const slugs = [...new Set([...requirements, ...shown, ...broken, ...warned])];
  return slugs.map((slug) => ({ slug, verdict: judgeRequirement(slug, testimony, verdict) }));
}

function reportTest(test: Judged, knownFailure: string | undefined): ReportTest {
  const { meta, outcome } = test.run;
  return {
    id: meta.id,
    title: meta.title,
    area: meta.area,
    ...(meta.capability === undefined ? {} : { capability: meta.capability }),
    verdict: test.verdict,
    reasons: test.reasons,
    requirements: saidOfEach(test),
    startedAt: round(outcome?.startedAt ?? 0),
    durationMs: outcome === undefined ? 0 : round(outcome.endedAt - outcome.startedAt),
    ...earlier(outcome),
    observed: test.testimony.observed,
    expectations: outcome === undefined ? [] : expectations(outcome.timeline, outcome.startedAt),
    ...violations(outcome?.timeline ?? [], outcome?.startedAt ?? 0),
    ...(outcome === undefined || outcome.timeline.length === 0 ? {} : { evidence: `evidence/${meta.id}` }),
    artifacts: outcome?.artifacts ?? [],
    ...(knownFailure === undefined ? {} : { knownFailure }),
  };
}

function earlier(outcome: ScenarioRun['outcome']): Pick<ReportTest, 'earlier'> {
  if (outcome?.earlier === undefined) return {};
  const { meta, timeline } = outcome;
  const evidence = (i: number): { evidence?: string } =>
    timeline.length === 0 ? {} : { evidence: `evidence/${attemptFolder(meta.id, i + 1)}` };
  return {
    earlier: outcome.earlier.map(({ reasons, startedAt, endedAt }, i) => ({
      ...{ reasons, startedAt: round(startedAt), durationMs: round(endedAt - startedAt) },
      ...evidence(i),
    })),
  };
}

function expectations(timeline: readonly TimelineEntry[], startedAt: number): ReportExpectation[] {
  return sorted(timeline).flatMap(({ at, detail }) => {
    if (detail.type !== 'expect') return [];
    const { requirement, what, expected, actual, ok, level } = detail;
    return [{ requirement, what, expected, actual, ok, level, at: round(at - startedAt) }];
  });
}

function violations(
  timeline: readonly TimelineEntry[],
  startedAt: number,
): { readonly violations?: readonly ReportViolation[] } {
  const found = sorted(timeline).flatMap(({ at, detail }) => {
    if (detail.type !== 'violation') return [];
    const { culprit, where, pointer, message } = detail.violation;
    return [{ operation: detail.operation, culprit, where, pointer, message, at: round(at - startedAt) }];
  });
  return found.length > 0 ? { violations: found } : {};
}

function sorted(timeline: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return timeline.map(redact).toSorted((a, b) => a.at - b.at || a.seq - b.seq);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
