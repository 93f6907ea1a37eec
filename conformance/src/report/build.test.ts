import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../verdict/exit-code.ts';
import { type BuildInput, buildReport } from './build.ts';
import { sampleInput } from './testing/sample.ts';

const input = sampleInput(40, 100);
const { report, timelines } = buildReport(input);

type Row = BuildInput['rows'][number];
function sample(row: Row | undefined): Row {
  if (row === undefined) throw new Error('the sample has no row');
  return row;
}

const schema: unknown = JSON.parse(readFileSync(new URL('../../../spec/report.schema.json', import.meta.url), 'utf8'));
// Only `date-time` occurs; its form is asserted below.
const validate = new Ajv2020({ allErrors: true, strict: true, formats: { 'date-time': true } }).compile(
  schema as object,
);

describe('report.json', () => {
  const variants: readonly (readonly [string, BuildInput])[] = [
    ['a run with every verdict', input],
    ['an empty run', { ...input, result: { ...input.result, scenarios: [], findings: [] } }],
    ['an empty catalogue', { ...input, rows: [] }],
    [
      'a filtered run with a baseline',
      {
        ...input,
        settings: { ...input.settings, selection: { area: 'ivr' }, baseline: 'known.yaml' },
        baseline: [{ test: 'alarms/sample-3', reason: 'ticket 7' }],
      },
    ],
  ];
  it.each(variants)('fits its schema: %s', (_name, variant) => {
    validate(JSON.parse(JSON.stringify(buildReport(variant).report)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is refused by its schema when something is missing, wrong or unknown', () => {
    expect(validate({ ...report, tests: undefined })).toBe(false);
    expect(validate({ ...report, ending: { ...report.ending, exitCode: 6 } })).toBe(false);
    expect(validate({ ...report, secret: 'x' })).toBe(false);
  });

  it('is refused by its schema when a row that nobody judged has no reason', () => {
    const silent = (row: (typeof report.requirements)[number]) => ({ ...row, verdict: 'not-run' as const });
    const requirements = report.requirements.map(({ reason: _reason, ...row }) => silent(row));
    expect(validate({ ...report, requirements })).toBe(false);
  });

  it('tells each attempt that was inconclusive before the one that counts', () => {
    const again = report.tests.filter(({ earlier }) => earlier !== undefined);
    expect(again.map(({ id, verdict, earlier }) => ({ id, verdict, earlier }))).toEqual([
      {
        id: expect.stringMatching(/\/sample-14$/),
        verdict: 'pass',
        earlier: [
          {
            reasons: [{ text: 'the whole machine stood still for 148 ms' }],
            startedAt: 3049.8,
            durationMs: 780,
            evidence: expect.stringMatching(/^evidence\/.*\/sample-14\.attempt-1$/),
          },
        ],
      },
    ]);
  });

  it('is dated in UTC', () => {
    expect(report.startedAt).toBe('2030-01-15T09:30:00.000Z');
  });

  it('is the same for the same run', () => {
    expect(buildReport(sampleInput(40, 100)).report).toEqual(report);
  });
});

describe('judgement', () => {
  it('says of each row that nobody judged why, and of no other', () => {
    const [first] = input.rows;
    const rows: BuildInput['rows'] = [
      ...input.rows,
      { ...sample(first), slug: 'session-long' },
      { ...sample(first), slug: 'session-application', role: 'application' },
    ];
    const leftOut = [{ id: 'session/long', requirements: ['session-long'] }];
    const own = buildReport({ ...input, rows, leftOut }).report;
    const silent = new Set(['not-applicable', 'untestable', 'inconclusive', 'harness-error', 'not-run']);
    expect(own.requirements.filter(({ reason }) => reason !== undefined).map(({ slug }) => slug)).toEqual(
      own.requirements.filter(({ verdict }) => silent.has(verdict)).map(({ slug }) => slug),
    );
    const reasonOf = (slug: string) => own.requirements.find((row) => row.slug === slug)?.reason;
    expect(reasonOf('session-long')).toMatch(/^session\/long: .*--patient/);
    expect(reasonOf('session-application')).toMatch(/application/);
    expect(own.summary.total).toBe(report.summary.total + 1);
  });

  it('makes tests that name unknown requirements harness errors', () => {
    const own = buildReport({ ...input, rows: input.rows.filter((row) => row.slug !== 'session-demand-0') }).report;
    const test = own.tests.find(({ id }) => id === 'session/sample-0');
    expect(test?.verdict).toBe('harness-error');
    expect(test?.reasons[0]?.text).toContain('session-demand-0');
  });

  it('sums up to the number of tests', () => {
    const { passed, failed, skipped } = report.summary;
    expect(passed + failed + skipped).toBe(report.tests.length);
    expect([passed, failed, skipped]).toEqual([33, 3, 4]);
  });

  it('ends not conformant, and conformant to its baseline when every fault is known', () => {
    expect(report.ending.exitCode).toBe(EXIT.notConformant);
    const faults = report.tests
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id }) => ({ test: id, reason: 'r' }));
    expect(faults).toHaveLength(2);
    const again = buildReport({ ...input, baseline: faults }).report;
    expect(again.ending.exitCode).toBe(EXIT.harnessError);
    expect(again.tests.filter((test) => test.knownFailure === 'r').map(({ id }) => id)).toEqual(
      faults.map((f) => f.test),
    );
  });

  it('leaves tests that were not selected out of the list, and their requirements never green', () => {
    const scenarios = input.result.scenarios.map((run) => {
      const { outcome, ...rest } = run;
      return run.meta.id === 'session/sample-0' ? run : { ...rest, selected: false, hidden: outcome };
    });
    const part = buildReport({ ...input, result: { ...input.result, scenarios } }).report;
    expect(part.tests.map(({ id }) => id)).toEqual(['session/sample-0']);
    expect(part.ending.exitCode).toBe(EXIT.conformant);
    const green = part.requirements.filter(({ verdict }) => verdict === 'pass').map(({ slug }) => slug);
    expect(green).toEqual(['session-demand-0', 'inbound-demand-1']);
  });

  it('makes selected tests without an outcome "not run", crashed ones harness errors', () => {
    const [first, second] = input.result.scenarios;
    if (first === undefined || second === undefined) throw new Error('the sample is too small');
    const scenarios = [
      { meta: first.meta, selected: true },
      { meta: second.meta, selected: true, crash: 'worker died' },
    ];
    const part = buildReport({ ...input, result: { ...input.result, scenarios } }).report;
    expect(part.tests.map(({ verdict }) => verdict)).toEqual(['not-run', 'harness-error']);
    expect(part.tests[1]?.reasons).toEqual([{ text: 'worker died' }]);
  });
});

describe('credentials', () => {
  it('stay out of the report and its evidence', () => {
    expect(JSON.stringify([...timelines])).not.toContain('eyJhbGciOi.secret');
    expect(JSON.stringify([...timelines])).toContain('"authorization":"Bearer …"');
  });
});
