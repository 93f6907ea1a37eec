import { describe, expect, it } from 'vitest';
import { buildReport } from '../report/build.ts';
import { sampleInput } from '../report/testing/sample.ts';
import { closing, verdictLine } from './closing.ts';

const input = sampleInput(40, 100);
const { report } = buildReport(input);
const plain = (_tone: string, text: string) => text;

describe('the last line', () => {
  it('has the form that scripts read', () => {
    expect(verdictLine(report)).toBe('conformance: 33 passed, 3 failed, 4 skipped; requirements 66 of 97 covered');
  });

  it('is the last line', () => {
    expect(closing(report, 'reports/conformance', plain).trimEnd().split('\n').at(-1)).toBe(verdictLine(report));
  });
});

describe('requirements that nobody judged', () => {
  const [row] = report.requirements;
  const silent = (slug: string, role = 'service') =>
    ({ ...row, slug, role, verdict: 'not-run', reason: `no test of ${slug}`, tests: [] }) as NonNullable<typeof row>;
  const of = (...rows: readonly NonNullable<typeof row>[]) => ({ ...report, requirements: rows });

  it('are listed with their reasons, without those that are none of a service', () => {
    const text = closing(of(silent('one'), silent('other', 'application')), undefined, plain);
    expect(text).toContain('1 requirements are not covered:\n  one  no test of one\n');
  });

  it('are counted where there are many', () => {
    const many = Array.from({ length: 23 }, (_, i) => silent(`row-${i}`));
    expect(closing(of(...many), undefined, plain)).toContain('  row-19  no test of row-19\n  and 3 more\n');
  });

  it('of a part of the tests are no news', () => {
    const settings = { ...report.settings, selection: { area: 'ivr' } };
    expect(closing({ ...of(silent('one')), settings }, undefined, plain)).not.toContain('not covered');
  });
});

describe('a failure', () => {
  it('tells what was expected, what came, of which requirement, and where to look', () => {
    const text = closing(report, 'reports/conformance', plain);
    expect(text).toContain(
      [
        '✗ alarms/sample-3  A request without a token is answered with 401 and the error body',
        '  demanded      both digits are reported, each once',
        '  expected      "42"',
        '  came          "442"',
        '  requirement   alarms-demand-6 (MUST, interpreted, D-DTMF)',
        '  look at       reports/conformance/report.html#test-alarms--sample-3',
        '  evidence      reports/conformance/evidence/alarms/sample-3/',
      ].join('\n'),
    );
  });

  it('of a wait names three of the requirements that were still to be shown, and how many more', () => {
    const requirements = report.requirements.slice(0, 5).map(({ slug }) => slug);
    const [failed] = report.tests.filter((test) => test.verdict === 'fail');
    expect(failed).toBeDefined();
    const tests =
      failed === undefined ? [] : [{ ...failed, expectations: [], reasons: [{ text: 'nothing came', requirements }] }];
    const lines = closing({ ...report, tests }, undefined, plain).split('\n');
    const from = lines.indexOf('  reason        nothing came') + 1;
    const told = lines.slice(from, from + 4).map((line) => line.slice(16).split(' (')[0]);
    expect(told).toEqual([...requirements.slice(0, 3), 'and 2 more']);
  });

  it('of the suite says that the suite broke', () => {
    expect(closing(report, undefined, plain)).toContain(
      '  suite broke   SIPp ended by itself: cannot bind 127.0.0.1:5082',
    );
  });

  it('points nowhere when no report could be written', () => {
    expect(closing(report, undefined, plain)).not.toMatch(/look at|report:/);
  });

  it('that the baseline accepts is told apart', () => {
    const baseline = report.tests
      .filter((t) => t.verdict === 'fail')
      .map(({ id }) => ({ test: id, reason: 'ticket 7' }));
    const text = closing(buildReport({ ...input, baseline }).report, undefined, plain);
    expect(text).toContain('known failures, accepted by the baseline:\n  alarms/sample-3  ticket 7');
    expect(text).not.toContain('✗ alarms/sample-3');
  });
});

describe('a run without a fault', () => {
  const { selection: _, ...settings } = input.settings;
  const result = {
    ...input.result,
    scenarios: input.result.scenarios.filter(({ outcome }) => outcome?.verdict === 'pass'),
  };
  it.each([
    ['whole', settings, 'conformant'],
    [
      'of which only a part was run',
      { ...settings, selection: { area: 'ivr', filter: 'prompt' } },
      'no fault in the part that was run (--area ivr --filter prompt)',
    ],
  ])('%s', (_name, chosen, words) => {
    const good = buildReport({ ...input, result, settings: chosen }).report;
    expect(good.ending).toMatchObject({ exitCode: 0 });
    expect(closing(good, undefined, plain).trimEnd().split('\n').at(-2)).toBe(words);
  });
});

it('warnings, inconclusive tests and findings are told', () => {
  const text = closing(report, undefined, plain);
  expect(text).toContain('with a warning (a SHOULD was not met):\n  ');
  expect(text).toContain('1 inconclusive:\n  ');
  expect(text).toMatch(
    /1 asked again after an inconclusive attempt:\n {2}\S+\/sample-14 {2}the whole machine stood still for 148 ms\n/,
  );
  expect(text).toContain('noticed outside any test:\n  A callback sessionCompleted');
});

it.each([
  [10, 'noticed 9\n\n'],
  [13, 'noticed 9\n  and 3 more\n\n'],
])('of %i findings ten are told, and how many more there are', (many, end) => {
  const findings = Array.from({ length: many }, (_, at) => ({ kind: 'leftover' as const, at, text: `noticed ${at}` }));
  const text = closing({ ...report, findings }, undefined, plain);
  expect(text.slice(text.indexOf('noticed 9'), text.indexOf('noticed 9') + end.length)).toBe(end);
});
