/** Every kind of report says whether the target, the application or the harness broke the OpenAPI document. */
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../drivers/prism-proxy/types.ts';
import { Evidence } from '../harness/evidence.ts';
import type { Culprit } from '../harness/timeline.ts';
import type { BuildInput } from './build.ts';
import { buildReport } from './build.ts';
import { reportPage } from './html/page.ts';
import { junit } from './junit.ts';
import { sampleInput } from './testing/sample.ts';

function exchange(culprit: Culprit, where: 'request' | 'response', intended: boolean): Exchange {
  return {
    ...{ type: 'http', id: '1', at: 100, endedAt: 110, operation: 'newCall', method: 'POST', url: '/newCall', ms: 10 },
    ...{ requestHeaders: {}, requestBody: '{}', status: 200, responseHeaders: {}, responseBody: '{}' },
    judged: { path: '/newCall', culprits: ['target', 'application'], intended: { request: false, response: false } },
    violations: [{ culprit, where, pointer: '/body/action', message: 'must be a text', intended }],
  };
}

/** A run of one test with that exchange. */
function runWith(of: Exchange): BuildInput {
  const input = sampleInput(1, 4);
  const evidence = new Evidence({ epoch: 0, now: () => 110 });
  evidence.callback(of, 'newCall');
  const reasons = [...evidence.targetFaults(), ...evidence.harnessFaults()];
  const verdict = evidence.harnessFaults().length > 0 ? 'harness-error' : reasons.length > 0 ? 'fail' : 'pass';
  const scenarios = input.result.scenarios.map((run) => ({
    ...run,
    ...(run.outcome && {
      outcome: { ...run.outcome, startedAt: 50, timeline: evidence.timeline(), reasons, verdict } as const,
    }),
  }));
  return { ...input, result: { ...input.result, scenarios } };
}

const rows: readonly (readonly [Culprit, 'request' | 'response'])[] = [
  ['target', 'request'],
  ['application', 'response'],
  ['harness', 'request'],
];

describe.each(rows)('a violation that is the fault of the %s', (culprit, where) => {
  const { report, timelines } = buildReport(runWith(exchange(culprit, where, false)));

  it('is in report.json with its place', () => {
    expect(report.tests[0]?.violations).toEqual([
      { operation: 'newCall', culprit, where, pointer: '/body/action', message: 'must be a text', at: 60 },
    ]);
  });

  it.each([
    ['junit.xml', junit(report)],
    ['report.html', reportPage(report, timelines)],
  ])('is told as such in %s', (_, written) => {
    expect(written).toContain(`fault of the ${culprit}`);
    for (const [other] of rows) if (other !== culprit) expect(written).not.toContain(`fault of the ${other}`);
  });
});

it('what a scenario breaks on purpose is nobody’s fault', () => {
  const { report } = buildReport(runWith(exchange('application', 'response', true)));
  expect(report.tests[0]?.violations).toBeUndefined();
  expect(junit(report)).not.toContain('fault of the');
});
