import { stringify } from 'yaml';
import type { Report, ReportTest } from '../model.ts';
import { missed, outcomeOf, reasonLines } from './outcome.ts';

/** The run as TAP 14 (testanything.org). What judged nothing is `ok … # SKIP`, an accepted failure `not ok … # TODO`. */
export function tap(report: Report): string {
  const lines = ['TAP version 14', `1..${report.tests.length}`];
  report.tests.forEach((test, i) => {
    lines.push(...point(test, i + 1));
  });
  const { passed, failed, skipped, covered, total } = report.summary;
  lines.push(`# ${passed} passed, ${failed} failed, ${skipped} skipped; requirements ${covered} of ${total} covered`);
  return `${lines.join('\n')}\n`;
}

function point(test: ReportTest, number: number): string[] {
  const name = escaped(`${test.id}: ${test.title}`);
  const reasons = reasonLines(test);
  const why = escaped([...(test.verdict === 'fail' ? [] : [test.verdict]), ...reasons.slice(0, 1)].join(': '));
  const outcome = outcomeOf(test);
  if (test.knownFailure !== undefined) return [`not ok ${number} - ${name} # TODO ${why}`, ...diagnosis(test, reasons)];
  const again = test.earlier !== undefined;
  if (outcome === 'skipped')
    return [`ok ${number} - ${name} # SKIP ${why}`, ...(again ? diagnosis(test, reasons) : [])];
  const sign = outcome === 'passed' ? 'ok' : 'not ok';
  return [`${sign} ${number} - ${name}`, ...(test.verdict === 'pass' && !again ? [] : diagnosis(test, reasons))];
}

/** The YAML block below a test point. */
function diagnosis(test: ReportTest, reasons: readonly string[]): string[] {
  const text = stringify(
    {
      verdict: test.verdict,
      reasons,
      missed: missed(test).map(({ requirement, what, expected, actual }) => ({ requirement, what, expected, actual })),
      duration_ms: Math.round(test.durationMs),
      ...attempts(test),
    },
    { lineWidth: 0 },
  );
  return ['---', ...text.trimEnd().split('\n'), '...'].map((line) => `  ${line}`);
}

/** What became of it before it was asked again. */
function attempts({ earlier }: ReportTest): object {
  if (earlier === undefined) return {};
  const told = earlier.map(({ reasons, durationMs, evidence }) => ({
    reasons: reasons.map(({ text }) => text),
    duration_ms: Math.round(durationMs),
    ...(evidence === undefined ? {} : { evidence }),
  }));
  return { earlier: told };
}

/** A description: one line in which neither `#` nor a backslash means anything. */
const escaped = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\#]/g, (sign) => `\\${sign}`);
