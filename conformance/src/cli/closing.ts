import { judgeable } from '../catalogue/reason.ts';
import { anchor } from '../report/html/words.ts';
import type { Report, ReportTest } from '../report/model.ts';
import type { Paint } from '../run/progress.ts';
import { judged, unreachable } from '../verdict/verdict.ts';
import { standing } from './standing.ts';

/** The last line of a run; scripts read it, so its form never changes. */
export function verdictLine(report: Report): string {
  const { passed, failed, skipped, covered, total } = report.summary;
  return `conformance: ${passed} passed, ${failed} failed, ${skipped} skipped; requirements ${covered} of ${total} covered`;
}

/** What the terminal shows when a run is over: what failed and where to look, why it ended as it did, the last line. */
export function closing(report: Report, directory: string | undefined, paint: Paint): string {
  const bad = [
    ...report.tests.filter((test) => test.verdict === 'fail' && test.knownFailure === undefined),
    ...report.tests.filter((test) => test.verdict === 'harness-error'),
  ];
  const sections = [
    ...bad.map((test) => failure(report, test, directory, paint)),
    ...notes(report, paint),
    ...(standing(report, paint).length > 0 ? [standing(report, paint).join('\n')] : []),
    [
      ...(directory === undefined ? [] : [`report: ${directory}/report.html`]),
      ...ending(report, paint),
      verdictLine(report),
    ].join('\n'),
  ];
  return `\n${sections.join('\n\n')}\n`;
}

function failure(report: Report, test: ReportTest, directory: string | undefined, paint: Paint): string {
  const missed = test.expectations.filter((e) => !e.ok && e.level === 'must');
  const lines = [`${paint('bad', '✗')} ${paint('bold', test.id)}  ${test.title}`];
  for (const { requirement, what, expected, actual } of missed) {
    lines.push(field(paint, 'demanded', what), field(paint, 'expected', expected), field(paint, 'came', actual));
    lines.push(field(paint, 'requirement', requirementText(report, requirement)));
  }
  const told = new Set(missed.map((e) => e.requirement));
  for (const { requirement, requirements = [], text } of test.reasons) {
    if (requirement !== undefined && told.has(requirement)) continue;
    lines.push(field(paint, test.verdict === 'fail' ? 'reason' : 'suite broke', text));
    const blamed = requirement === undefined ? requirements : [requirement];
    if (blamed.length > 0) lines.push(field(paint, 'requirement', requirementTexts(report, blamed)));
  }
  if (directory !== undefined) {
    lines.push(field(paint, 'look at', `${directory}/report.html#${anchor('test', test.id)}`));
    if (test.evidence !== undefined) lines.push(field(paint, 'evidence', `${directory}/${test.evidence}/`));
  }
  return lines.join('\n');
}

/** The first few, a line each, and how many more there are. */
function requirementTexts(report: Report, slugs: readonly string[]): string {
  const more = slugs.length - mostTold;
  const told = slugs.slice(0, mostTold).map((slug) => requirementText(report, slug));
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
const mostTold = 3;

function requirementText(report: Report, slug: string): string {
  const row = report.requirements.find((r) => r.slug === slug);
  return row === undefined ? slug : `${slug} (${row.strength}, ${row.level}, ${row.source})`;
}

function field(paint: Paint, name: string, text: string): string {
  const [first = '', ...rest] = text.split('\n');
  const more = rest.map((line) => `${' '.repeat(16)}${line}`);
  return [`  ${paint('dim', name.padEnd(12))}  ${first}`, ...more].join('\n');
}

function notes(report: Report, paint: Paint): string[] {
  const brief = (verdict: ReportTest['verdict'], words: string): string[] => {
    const tests = report.tests.filter((test) => test.verdict === verdict);
    if (tests.length === 0) return [];
    const lines = tests.map((test) => `  ${test.id}  ${paint('dim', test.reasons[0]?.text ?? '')}`.trimEnd());
    return [[`${tests.length} ${words}:`, ...lines].join('\n')];
  };
  const known = report.tests.filter((test) => test.knownFailure !== undefined);
  const accepted = known.map((test) => `  ${test.id}  ${paint('dim', test.knownFailure ?? '')}`);
  const open = report.settings.selection === undefined && !report.ending.interrupted ? unjudged(report) : [];
  const tell = ({ slug, reason = '' }: Report['requirements'][number]) =>
    `  ${slug}  ${paint('dim', reason)}`.trimEnd();
  const findings = first(report.findings, (finding) => `  ${finding.text}`, 10);
  return [
    ...brief('warning', 'with a warning (a SHOULD was not met)'),
    ...brief('inconclusive', 'inconclusive'),
    ...askedAgain(report, paint),
    ...(report.ending.interrupted ? [] : brief('not-run', 'did not run')),
    ...(open.length > 0 ? [[`${open.length} requirements are not covered:`, ...first(open, tell)].join('\n')] : []),
    ...(accepted.length > 0 ? [['known failures, accepted by the baseline:', ...accepted].join('\n')] : []),
    ...(findings.length > 0 ? [['noticed outside any test:', ...findings].join('\n')] : []),
  ];
}

/** What was inconclusive at first and is not any more. */
function askedAgain({ tests }: Report, paint: Paint): string[] {
  const again = tests.filter(({ earlier, verdict }) => earlier !== undefined && verdict !== 'inconclusive');
  if (again.length === 0) return [];
  const lines = first(again, ({ id, earlier = [] }) => {
    const [why] = earlier[0]?.reasons ?? [];
    return `  ${id}  ${paint('dim', why?.text ?? '')}`.trimEnd();
  });
  return [[`${again.length} asked again after an inconclusive attempt:`, ...lines].join('\n')];
}

/** The first few, a line each, and how many more there are. */
function first<T>(all: readonly T[], tell: (one: T) => string, most = 20): string[] {
  const more = all.length - most;
  return [...all.slice(0, most).map(tell), ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** Rows on which a service can be judged and this one was not. */
function unjudged({ requirements }: Report): Report['requirements'] {
  return requirements.filter((row) => judgeable(row) && !row.tests.some(({ verdict }) => judged(verdict)));
}

/** Of a part of the tests nobody can say that the target is conformant. */
function good({ settings: { selection }, summary }: Report): string {
  const baseline = summary.failed > 0 ? ', as the baseline expects' : '';
  if (selection === undefined) return baseline === '' ? 'conformant' : 'as the baseline expects';
  const part = Object.entries(selection).map(([name, value]) => `--${name} ${value}`);
  return `no fault in the part that was run (${part.join(' ')})${baseline}`;
}

function ending(report: Report, paint: Paint): string[] {
  const { exitCode, reasons } = report.ending;
  const why = reasons.join('; ');
  switch (exitCode) {
    case 0:
      return [paint('good', good(report))];
    case 1:
      return [paint('bad', `not conformant: ${why}`)];
    case 2:
      return [paint('bad', why)];
    case 3:
      return [paint('warn', `incomplete: ${why}`)];
    case 4:
      return [paint('bad', `the suite broke: ${why}`)];
    case 5:
      return [paint('warn', `the baseline is stale: ${why}`)];
    default:
      return unreachable(exitCode);
  }
}
