/** The GitHub Action: its metadata, and its step carried out as a runner would, with a stand-in for the suite. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const source = new URL('../conformance/action/', import.meta.url).pathname;

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
const text = readFileSync(join(source, 'action.yml'), 'utf8');
const action: Action = parse(text);

describe('action.yml', () => {
  it('has what GitHub demands of a composite action', () => {
    expect(action).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) {
      // A step runs something or uses something, and one that runs names its shell.
      expect([step.run !== undefined, step.uses !== undefined].filter(Boolean)).toHaveLength(1);
      if (step.run !== undefined) expect(step.shell).toBe('bash');
      if (step.uses !== undefined) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    }
  });

  it('describes each input, gives each a default, and uses each', () => {
    for (const [name, { description, default: fallback }] of Object.entries(action.inputs)) {
      expect(description, name).toMatch(/\w{3}/);
      expect(typeof fallback, name).toBe('string');
      expect(text, name).toContain(`inputs.${name}`);
    }
    const used = [...text.matchAll(/\binputs\.([\w-]+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(action.inputs)));
  });

  it('puts no expression into a script, where what an input holds would be run', () => {
    expect(action.runs.steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('takes its outputs from a step that there is', () => {
    const ids = action.runs.steps.flatMap(({ id }) => id ?? []);
    for (const { value } of Object.values(action.outputs)) {
      const [, id = ''] = /^\$\{\{ steps\.([\w-]+)\.outputs\.[\w-]+ \}\}$/.exec(value) ?? [];
      expect(ids).toContain(id);
    }
  });
});

describe('the step', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'action-'));
    cpSync(source, join(root, 'conformance', 'action'), { recursive: true });
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    mkdirSync(join(root, 'workspace'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const test = (id: string, verdict: string, more: object = {}): object => ({
    ...{ id, title: `title of ${id}`, verdict, reasons: [{ text: 'nothing came' }], expectations: [] },
    ...more,
  });

  /** Carries the step out; the suite's stand-in writes its options down, leaves `tests` as its report and ends with `code`. */
  function step(inputs: Readonly<Record<string, string>>, code: number, tests?: readonly object[], more: object = {}) {
    const summary = { passed: 3, failed: 1, skipped: 2, covered: 4, total: 9 };
    const report = { tests, summary, ending: { exitCode: code, reasons: ['a MUST was broken'] }, ...more };
    writeFileSync(join(root, 'made.json'), JSON.stringify(report));
    const bin = join(root, 'node_modules', '.bin', 'mediaservice-conformance');
    const leave = tests === undefined ? '' : 'mkdir -p out; cp ../made.json out/report.json; echo "## summary" > out/summary.md';
    writeFileSync(bin, `#!/bin/sh\nprintf '%s\\n' "$@" > ../asked\n${leave}\nexit ${code}\n`);
    chmodSync(bin, 0o755);
    for (const name of ['output', 'summary']) writeFileSync(join(root, name), '');
    const { status, stdout } = spawnSync(join(root, 'conformance/action/judge.sh'), {
      cwd: join(root, 'workspace'),
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        GITHUB_OUTPUT: join(root, 'output'),
        GITHUB_STEP_SUMMARY: join(root, 'summary'),
        INPUT_REPORT: 'out',
        ...inputs,
      },
    });
    const read = (name: string): string => readFileSync(join(root, name), 'utf8');
    return { status, stdout, asked: read('asked').trimEnd().split('\n'), output: read('output'), summary: read('summary') };
  }

  it('hands the inputs on as options, and none where there is none', () => {
    expect(step({}, 0, []).asked).toEqual(['run', '--report', 'out']);
    const { asked } = step(
      { INPUT_TARGET: 'my target.yaml', INPUT_LEVEL: 'documented', INPUT_PROFILE: 'ivr', INPUT_ARGS: '--patient --area *' },
      0,
      [],
    );
    const expected = ['--target', 'my target.yaml', '--level', 'documented', '--profile', 'ivr', '--patient', '--area', '*'];
    expect(asked).toEqual(['run', '--report', 'out', ...expected]);
  });

  it('takes options from all lines of args', () => {
    const { asked } = step({ INPUT_ARGS: '--patient\n--area ivr\n\n\t--repeat 2  --filter x\n' }, 0, []);
    const expected = ['--patient', '--area', 'ivr', '--repeat', '2', '--filter', 'x'];
    expect(asked).toEqual(['run', '--report', 'out', ...expected]);
  });

  it('runs nothing that an input holds', () => {
    const { asked } = step({ INPUT_TARGET: '$(touch ../owned)', INPUT_ARGS: '; touch ../owned' }, 0, []);
    expect(asked).toContain('$(touch ../owned)');
    expect(() => readFileSync(join(root, 'owned'))).toThrow(/ENOENT/);
  });

  it('annotates what failed, writes summary and outputs, and ends as the suite did', () => {
    const missed = { requirement: 'dtmf-x', what: 'one digit', expected: '"4"', actual: '"44"', ok: false, level: 'must' };
    const { status, stdout, output, summary } = step({}, 1, [
      test('dtmf/a', 'fail', { expectations: [missed] }),
      test('dtmf/known', 'fail', { knownFailure: 'ticket 7' }),
      test('dtmf/b', 'inconclusive'),
      test('dtmf/c', 'pass'),
    ]);
    expect(status).toBe(1);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '::error title=fail%3A dtmf/a::title of dtmf/a%0Adtmf-x: one digit: expected "4", came "44"',
      '::warning title=inconclusive%3A dtmf/b::title of dtmf/b%0Anothing came',
      '::error title=conformance::a MUST was broken',
    ]);
    expect(summary).toBe('## summary\n');
    expect(output).toBe('exit-code=1\npassed=3\nfailed=1\nskipped=2\ncovered=4\ntotal=9\n');
  });

  const heldUp = { earlier: [{ reasons: [{ text: 'held up for 900 ms' }] }, { reasons: [{ text: 'and 40 ms' }] }] };

  it('tells a test that was asked again, and one that stayed inconclusive once', () => {
    const { stdout } = step({}, 3, [test('dtmf/a', 'pass', heldUp), test('dtmf/b', 'inconclusive', heldUp)]);
    expect(stdout.trimEnd().split('\n').slice(0, -1)).toEqual([
      '::warning title=inconclusive%3A dtmf/b::title of dtmf/b%0Anothing came',
      '::notice title=asked again%3A dtmf/a::title of dtmf/a%0Aheld up for 900 ms',
    ]);
  });

  it('tells tests that were asked again in any repetition', () => {
    const runs = [{ askedAgain: [{ id: 'dtmf/b', reason: 'held up for 900 ms' }] }, {}];
    const { stdout } = step({}, 0, [test('dtmf/b', 'pass')], { repetitions: { runs } });
    expect(stdout.split('\n')[0]).toBe('::notice title=asked again%3A dtmf/b::in repetition 1: held up for 900 ms');
  });

  it('lets no text of a target begin a command of its own', () => {
    const { stdout } = step({}, 1, [test('x/y', 'fail', { reasons: [{ text: 'a\n::set-output name=x::y\r\n100%' }] })]);
    expect(stdout).toContain('%0A::set-output name=x::y%0D%0A100%25\n');
    expect(stdout.match(/^::/gm)).toHaveLength(2);
  });

  it('tells nothing of an earlier run where the suite left no report', () => {
    step({}, 0, [test('x/y', 'fail')]);
    const { status, stdout, output, summary } = step({}, 2);
    expect([status, stdout, output, summary]).toEqual([2, '', 'exit-code=2\n', '']);
  });
});
