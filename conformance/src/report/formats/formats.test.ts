/** Each format as those read it who did not write it. */
import { validate } from 'ctrf';
import { Parser } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../build.ts';
import type { Report } from '../model.ts';
import { sampleInput } from '../testing/sample.ts';
import { ctrf } from './ctrf.ts';
import { markdown, plain } from './markdown.ts';
import { outcomeOf } from './outcome.ts';
import { tap } from './tap.ts';

const input = sampleInput(40, 100);
const { report } = buildReport(input);
const faults = report.tests
  .filter(({ verdict }) => verdict === 'fail')
  .map(({ id }) => ({ test: id, reason: 'ticket #7' }));
const accepted = buildReport({ ...input, baseline: faults }).report;
const empty = buildReport({ ...input, result: { ...input.result, scenarios: [], findings: [] } }).report;
const variants: readonly (readonly [string, Report])[] = [
  ['a run with every verdict', report],
  ['with known failures', accepted],
  ['an empty run', empty],
];

interface Ctrf {
  readonly results: {
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly { readonly testId: string; readonly status: string; readonly message?: string }[];
  };
}

describe('ctrf.json', () => {
  it.each(variants)('is valid by the reference implementation: %s', (_name, run) => {
    expect(validate(JSON.parse(ctrf(run)))).toMatchObject({ valid: true });
  });

  it('counts how often a test was asked again', () => {
    const tests = (JSON.parse(ctrf(report)) as { results: { tests: readonly { retries?: number }[] } }).results.tests;
    expect(tests.flatMap(({ retries }) => retries ?? [])).toEqual([1]);
  });

  it('counts as it lists, and as the report', () => {
    const { summary, tests } = (JSON.parse(ctrf(report)) as Ctrf).results;
    const of = (status: string) => tests.filter((test) => test.status === status).length;
    expect([of('passed'), of('failed'), of('skipped')]).toEqual([33, 3, 4]);
    expect(summary).toMatchObject({ tests: 40, passed: 33, failed: 3, skipped: 4 });
  });

  it('shows a known failure neither red nor green, and why', () => {
    const { tests } = (JSON.parse(ctrf(accepted)) as Ctrf).results;
    const known = tests.filter(({ testId }) => faults.some(({ test }) => test === testId));
    expect(known.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    expect(known[0]?.message).toMatch(/^known failure: ticket #7\n/);
  });
});

describe('report.tap', () => {
  it.each(variants)('is read as TAP 14 without complaint: %s', (_name, run) => {
    const parser = new Parser({ strict: true });
    const complaints: unknown[] = [];
    parser.on('extra', (line) => complaints.push(line));
    parser.end(tap(run));
    expect(complaints).toEqual([]);
    const { results } = parser;
    const outcomes = run.tests.map(outcomeOf);
    const known = run.tests.filter(({ knownFailure }) => knownFailure !== undefined).length;
    expect(results).toMatchObject({
      count: run.tests.length,
      todo: known,
      skip: outcomes.filter((one) => one === 'skipped').length - known,
      ok: !outcomes.includes('failed'),
    });
  });

  it.each(['pass', 'warning', 'inconclusive', 'fail'] as const)('tells of each attempt before a %s', (verdict) => {
    const [first] = report.tests;
    if (first === undefined) throw new Error('the sample is empty');
    const earlier = ['it slept for 300 ms', 'it was # late'].map((text, i) => ({
      ...{ reasons: [{ text }], startedAt: i, durationMs: 12.4, evidence: `evidence/a.attempt-${i + 1}` },
    }));
    const parser = new Parser({ strict: true });
    const blocks: unknown[] = [];
    parser.on('assert', ({ diag }) => blocks.push(diag?.earlier));
    parser.end(tap({ ...report, tests: [{ ...first, verdict, earlier }] }));
    expect(blocks).toEqual([
      [
        { reasons: ['it slept for 300 ms'], duration_ms: 12, evidence: 'evidence/a.attempt-1' },
        { reasons: ['it was # late'], duration_ms: 12, evidence: 'evidence/a.attempt-2' },
      ],
    ]);
  });

  it('keeps what a target says from being read as a directive or a line of its own', () => {
    const [first] = report.tests;
    if (first === undefined) throw new Error('the sample is empty');
    const tests = [{ ...first, verdict: 'pass' as const, title: 'a \\ b # SKIP because\nnot ok 2' }];
    const parser = new Parser({ strict: true });
    parser.end(tap({ ...report, tests }));
    expect(parser.results).toMatchObject({ ok: true, count: 1, pass: 1, skip: 0 });
  });
});

describe('summary.md', () => {
  it('tells the ending, the numbers and each fault with what was expected', () => {
    const text = markdown(report);
    expect(text).toMatch(/^## ❌ .*: not conformant\n/);
    expect(text).toContain('**33 passed, 3 failed, 4 skipped**; requirements 66 of 97 covered');
    expect(text).toContain('| <code>alarms-demand-6</code> | both digits are reported, each once |');
    expect(text.match(/<details>/g)).toHaveLength(3);
    expect(text.match(/<\/details>/g)).toHaveLength(3);
    expect(text).toMatch(
      /\*\*Asked again after an inconclusive attempt\*\*\n\n- <code>\S+\/sample-14<\/code> the whole machine stood still for 148 ms\n/,
    );
  });

  it('tells how the target stands in each profile, and what it does not claim of one', () => {
    const [sums] = report.summary.profiles;
    if (sums === undefined) throw new Error('the sample has no profile');
    const own = { name: 'own', covered: 3, total: 4, byVerdict: { ...sums.byVerdict, fail: 2 } };
    const profiles = [
      { ...sums, ...own, state: 'not-conformant' as const, missing: [] },
      { ...sums, ...own, state: 'not-claimed' as const, missing: ['ivr', 'tts'] },
    ];
    const text = markdown({ ...report, summary: { ...report.summary, profiles } });
    expect(text).toContain('\n| own | 3 of 4 | 2 | not conformant |\n| own | 3 of 4 | 2 | not claimed: ivr, tts |\n');
  });

  it('tells known failures apart', () => {
    const text = markdown(accepted);
    expect(text).toContain('**Known failures, accepted by the baseline**');
    expect(text.match(/<details>/g)).toHaveLength(1);
  });

  it('says how many more failed than it shows', () => {
    const [bad] = report.tests.filter(({ verdict }) => verdict === 'fail');
    if (bad === undefined) throw new Error('nothing failed');
    const tests = Array.from({ length: 23 }, (_, i) => ({ ...bad, id: `x/${i}` }));
    expect(markdown({ ...report, tests })).toContain('… and 3 more, in report.html.');
  });

  it.each([
    ['as many as it shows', 10, undefined],
    ['more than it shows', 990, '- … and 980 more, in report.json'],
  ])('stays short when what was noticed is %s', (_name, many, last) => {
    const findings = Array.from({ length: many }, (_, at) => ({
      ...{ kind: 'unclaimed-callback' as const, at, text: `callback ${at} ${'"'.repeat(300)}` },
    }));
    const text = markdown({ ...report, findings });
    const [, noticed = ''] = text.split('**Noticed outside any test**');
    expect(noticed.match(/^- callback/gm)).toHaveLength(10);
    expect(noticed.match(/^- ….*$/m)?.[0]).toBe(last);
    expect(text.length).toBeLessThan(30_000);
  });

  it.each([
    ['markup', '<img src=x>', '&#60;img src=x&#62;'],
    ['a table', 'a | b', 'a &#124; b'],
    ['a mention', '@somebody', '@\u200bsomebody'],
    ['lines', 'a\r\n# b', 'a &#35; b'],
    ['a link', '[x](http://y)', '&#91;x&#93;(http://y)'],
  ])('takes no %s from a target', (_name, text, expected) => {
    expect(plain(text)).toBe(expected);
  });
});
