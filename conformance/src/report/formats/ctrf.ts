import type { Column } from '../../verdict/verdict.ts';
import type { Report, ReportTest } from '../model.ts';
import { missed, outcomeOf, reasonLines } from './outcome.ts';

/** Version of the format that is written (ctrf.io, Common Test Report Format). */
const SPEC_VERSION = '0.0.0';

/** The run as CTRF, which the actions and bots of many CI systems read. Times are whole milliseconds since 1970. */
export function ctrf(report: Report): string {
  const start = Date.parse(report.startedAt);
  const count = (outcome: Column): number => report.tests.filter((test) => outcomeOf(test) === outcome).length;
  const { tool, target, ending } = report;
  const document = {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    timestamp: new Date(start + report.durationMs).toISOString(),
    generatedBy: `${tool.name} ${tool.version}`,
    results: {
      tool,
      summary: {
        tests: report.tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: 0,
        suites: new Set(report.tests.map(({ area }) => area)).size,
        start,
        stop: start + Math.round(report.durationMs),
        extra: { exitCode: ending.exitCode, covered: report.summary.covered, requirements: report.summary.total },
      },
      tests: report.tests.map((test) => one(test, start)),
      environment: { appName: target.name },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function one(test: ReportTest, runStart: number): object {
  const start = Math.round(runStart + test.startedAt);
  const reasons = reasonLines(test);
  const wrong = missed(test).map(({ what, expected, actual }) => `${what}: expected ${expected}, came ${actual}`);
  return {
    testId: test.id,
    name: `${test.id}: ${test.title}`,
    status: outcomeOf(test),
    duration: Math.round(test.durationMs),
    start,
    stop: start + Math.round(test.durationMs),
    suite: [test.area],
    ...(reasons.length === 0 ? {} : { message: reasons.join('\n') }),
    ...(wrong.length === 0 ? {} : { trace: wrong.join('\n') }),
    rawStatus: test.verdict,
    ...(test.requirements.length === 0 ? {} : { labels: { requirement: test.requirements.map(({ slug }) => slug) } }),
    ...(test.earlier === undefined ? {} : { retries: test.earlier.length }),
    type: 'e2e',
  };
}
