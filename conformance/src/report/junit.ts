import { unreachable } from '../verdict/verdict.ts';
import type { Report, ReportTest } from './model.ts';

/**
 * The run as JUnit XML: one suite an area, one case a test. A broken harness is an `error`, a fault a `failure`,
 * whatever was not judged is `skipped` with the reason, so that no CI shows it green.
 */
export function junit(report: Report): string {
  const areas = Map.groupBy(report.tests, (test) => test.area);
  const suites = [...areas].map(([area, tests]) => suite(area, tests, report.startedAt));
  const seconds = (report.durationMs / 1000).toFixed(3);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(report.tool.name)}" ${counts(report.tests)} time="${seconds}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(area: string, tests: readonly ReportTest[], startedAt: string): string {
  const time = tests.reduce((sum, test) => sum + test.durationMs, 0) / 1000;
  return [
    `  <testsuite name="${xml(area)}" ${counts(tests)} time="${time.toFixed(3)}" timestamp="${xml(startedAt)}">`,
    ...tests.map(testCase),
    '  </testsuite>',
  ].join('\n');
}

function testCase(test: ReportTest): string {
  const open = `    <testcase classname="${xml(test.area)}" name="${xml(`${test.id}: ${test.title}`)}" time="${(test.durationMs / 1000).toFixed(3)}">`;
  const requirements = test.requirements.map(
    ({ slug, verdict }) => `        <property name="requirement" value="${xml(`${slug} ${verdict}`)}"/>`,
  );
  const attempts = (test.earlier ?? []).map(
    ({ reasons: [why] }) => `        <property name="inconclusive attempt" value="${xml(why?.text ?? '')}"/>`,
  );
  const all = [...requirements, ...attempts];
  const properties = all.length > 0 ? ['      <properties>', ...all, '      </properties>'] : [];
  return [open, ...properties, ...outcome(test), '    </testcase>'].join('\n');
}

function outcome(test: ReportTest): string[] {
  const why = test.reasons.map(({ requirement, requirements = [], text }) => {
    const blamed = requirement ?? requirements.join(', ');
    return blamed === '' ? text : `${blamed}: ${text}`;
  });
  const message = xml(why[0] ?? test.verdict);
  const element = (name: 'failure' | 'error') => [
    `      <${name} type="${test.verdict}" message="${message}">${xml(why.join('\n'))}</${name}>`,
  ];
  switch (test.verdict) {
    case 'pass':
      return [];
    case 'warning':
      return [`      <system-out>${xml(['warning', ...why].join('\n'))}</system-out>`];
    case 'fail':
      // A failure that the baseline accepts must not turn a CI red, and must not look green either.
      return test.knownFailure === undefined
        ? element('failure')
        : [`      <skipped message="${xml(`known failure: ${test.knownFailure}`)}"/>`];
    case 'harness-error':
      return element('error');
    case 'not-applicable':
    case 'untestable':
    case 'inconclusive':
    case 'not-run':
      return [`      <skipped message="${xml(`${test.verdict}: ${why[0] ?? ''}`)}"/>`];
    default:
      return unreachable(test.verdict);
  }
}

function counts(tests: readonly ReportTest[]): string {
  const failures = tests.filter((t) => t.verdict === 'fail' && t.knownFailure === undefined).length;
  const errors = tests.filter((t) => t.verdict === 'harness-error').length;
  const run = tests.filter((t) => t.verdict === 'pass' || t.verdict === 'warning').length;
  const skipped = tests.length - failures - errors - run;
  return `tests="${tests.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text for XML 1.0, attributes included. Characters that XML 1.0 cannot hold at all become U+FFFD. */
export function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\n\r\t]/g, (char) => `&#${char.codePointAt(0)};`);
}
