import { type Hints, hintOf } from '@mediaservice/spec';
import { APPLICATIONS, forApplications } from '../catalogue/reason.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import type { ScenarioMeta } from '../harness/types.ts';
import type { Report } from '../report/model.ts';

/** What `explain` knows. */
interface Knowledge {
  readonly rows: readonly RequirementRow[];
  readonly scenarios: readonly ScenarioMeta[];
  /** Ids of the scenarios that run only with --patient. */
  readonly waiting?: ReadonlySet<string>;
  /** What each decision settles, by its id. */
  readonly decisions?: ReadonlyMap<string, string>;
  /** The usual causes of failures. */
  readonly hints?: Hints;
  /** The last report, if one is there. */
  readonly report?: Report;
}

const EXIT_CODES: ReadonlyMap<string, string> = new Map([
  ['0', 'Conformant: every test that applies passed, and each saw the traffic it needs.'],
  ['1', 'Not conformant: a MUST was broken that the baseline does not know of, or the target died.'],
  ['2', 'Settings: something has to be set right first; one sentence says what.'],
  [
    '3',
    'Vacuous or incomplete: stopped, nothing matched the filter, tests that were due did not run, or no call, RTP or callback came where some were due.',
  ],
  ['4', 'Harness error: the suite itself broke, or the report could not be written. It says nothing of the target.'],
  ['5', 'Stale baseline: an entry of the baseline passes now or names no test. Take it off.'],
]);

const VERDICTS: ReadonlyMap<string, string> = new Map([
  ['pass', 'Everything demanded came, and the traffic that the test needs was seen.'],
  ['fail', 'A MUST did not come.'],
  ['warning', 'Every MUST came, a SHOULD did not. Counts as passed.'],
  [
    'not-applicable',
    'The target file does not claim the capability (add it to `capabilities` to be judged), or it is asked of applications.',
  ],
  ['untestable', 'No black box can show it; the catalogue says why.'],
  [
    'inconclusive',
    'The harness was starved, and what failed hangs on time; the first reason has the delay that was measured. Run again with a lower --concurrency.',
  ],
  ['harness-error', 'The suite itself broke: a driver failed, a test named an unknown requirement or checked nothing.'],
  ['not-run', 'No test showed it in this run. Never green.'],
]);

/** Verdicts that can be explained. */
export const EXPLAINED: readonly string[] = [...VERDICTS.keys()];

/** Explains an exit code or a verdict, for which nothing need be known; undefined when it is neither. */
export function explainWord(topic: string): string | undefined {
  const code = EXIT_CODES.get(topic);
  if (code !== undefined) return `exit code ${topic}\n  ${code}\n`;
  const verdict = VERDICTS.get(topic);
  return verdict === undefined ? undefined : `verdict ${topic}\n  ${verdict}\n`;
}

/** Explains an exit code, a verdict, a requirement or a test; undefined when there is no such thing. */
export function explain(topic: string, knowledge: Knowledge): string | undefined {
  const { rows, scenarios, report } = knowledge;
  const word = explainWord(topic);
  if (word !== undefined) return word;
  const row = rows.find(({ slug }) => slug === topic);
  if (row !== undefined) return requirement(row, knowledge);
  const scenario = scenarios.find(({ id }) => id === topic);
  return scenario === undefined ? undefined : test(scenario, rows, report);
}

function requirement(row: RequirementRow, { scenarios, waiting, report, decisions, hints }: Knowledge): string {
  const settled = [...(decisions ?? [])].filter(([id]) => row.source.split('; ').includes(id));
  const hint = hints === undefined || forApplications(row) ? undefined : hintOf(hints, row);
  const last = report?.requirements.find(({ slug }) => slug === row.slug);
  const tests = scenarios.filter((s) => s.requirements.includes(row.slug));
  return lines([
    `requirement ${row.slug}`,
    `  ${row.text}`,
    field('strength', `${row.strength}, level ${row.level}, by the ${row.role}`),
    field('source', row.source),
    ...settled.map(([id, text]) => field('decided', `${id}: ${text}`)),
    row.capability !== undefined && field('capability', row.capability),
    row.untestable !== undefined && field('untestable', row.untestable),
    tests.length === 0 && field('tests', 'none'),
    tests.length === 0 && forApplications(row) && field('reason', APPLICATIONS),
    ...tests.map((s) => field('test', `${s.id}  ${s.title}${waiting?.has(s.id) === true ? ' (with --patient)' : ''}`)),
    last !== undefined && field('last verdict', last.verdict),
    last?.reason !== undefined &&
      !forApplications(row) &&
      row.untestable === undefined &&
      field('because', last.reason),
    hint !== undefined && field('usual cause', hint),
  ]);
}

function test(scenario: ScenarioMeta, rows: readonly RequirementRow[], report: Report | undefined): string {
  const last = report?.tests.find(({ id }) => id === scenario.id);
  const needs = Object.entries(scenario.needs).filter(([, needed]) => needed === true);
  return lines([
    `test ${scenario.id}`,
    `  ${scenario.title}`,
    scenario.capability !== undefined && field('capability', scenario.capability),
    field('needs', needs.map(([name]) => name).join(', ') || 'nothing'),
    ...scenario.requirements.map((slug) =>
      field('requirement', `${slug}  ${rows.find((r) => r.slug === slug)?.text ?? 'not in the catalogue'}`),
    ),
    last !== undefined && field('last verdict', last.verdict),
    ...(last?.reasons ?? []).map(({ text }) => field('', text)),
    ...(last?.expectations ?? [])
      .filter((e) => !e.ok)
      .map((e) => field('missed', `${e.what}: expected ${e.expected}, came ${e.actual}`)),
    last?.evidence !== undefined && field('evidence', last.evidence),
  ]);
}

function field(name: string, text: string): string {
  return `  ${name.padEnd(13)} ${text}`;
}

function lines(all: readonly (string | false)[]): string {
  return `${all.filter((line) => line !== false).join('\n')}\n`;
}
