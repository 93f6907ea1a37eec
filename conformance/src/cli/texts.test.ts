import { describe, expect, it } from 'vitest';
import { buildReport } from '../report/build.ts';
import { sampleInput } from '../report/testing/sample.ts';
import { explain } from './explain.ts';
import { painter } from './io.ts';
import { listing } from './list.ts';
import { chooseRunner, type RunnerWish } from './runner.ts';
import { ROWS } from './testing/world.ts';

const plain = (_tone: string, text: string) => text;
const scenario = (id: string, ...requirements: string[]) => ({
  id,
  title: `title of ${id}`,
  area: 'ivr',
  requirements,
  needs: { call: true },
});

describe('list', () => {
  const rows = [
    ...ROWS.slice(0, 2),
    { ...ROWS[2], slug: 'c', area: 'z', untestable: 'hidden' } as (typeof ROWS)[number],
  ];
  it('shows each row with its tests and counts them', () => {
    const text = listing(rows, [scenario('ivr/x', 'a')], plain, undefined);
    expect(text.split('\n')).toEqual([
      'ivr  1 of 2 testable rows have a test',
      '  ✓ a  MUST, documented',
      '      The service does a',
      '      ivr/x',
      '  ○ b  MUST, interpreted',
      '      The service does b',
      '      no test',
      '',
      'z  0 of 0 testable rows have a test',
      '  ∅ c  MUST, documented',
      '      The service does c',
      '      untestable: hidden',
      '',
      '3 requirements, 2 testable, 1 named by 1 tests, 1 without a test',
      '',
    ]);
  });

  it('of one area counts that area alone, and knows the rows of the others', () => {
    const text = listing(rows, [scenario('ivr/x', 'a'), scenario('z/y', 'c')], plain, undefined, ['z']);
    expect(text).not.toContain('not in the catalogue');
    expect(text).not.toContain('The service does a');
    expect(text.trimEnd().split('\n').at(-1)).toBe('1 requirements, 0 testable, 0 named by 1 tests, 0 without a test');
  });

  it('of two areas counts both', () => {
    const text = listing(rows, [scenario('ivr/x', 'a')], plain, undefined, ['z', 'ivr']);
    expect(text.trimEnd().split('\n').at(-1)).toBe('3 requirements, 2 testable, 1 named by 1 tests, 1 without a test');
  });

  it('tells of slugs that no row has', () => {
    expect(listing(rows, [scenario('ivr/x', 'zz')], plain, undefined)).toContain('not in the catalogue: zz');
  });
});

describe('explain', () => {
  const input = sampleInput(40, 100);
  const { report } = buildReport(input);
  const scenarios = input.result.scenarios.map(({ meta }) => meta);
  const knowledge = { rows: input.rows, scenarios, report };
  it.each([
    ['an exit code', '3', /Vacuous or incomplete/],
    ['a verdict', 'inconclusive', /starved/],
    ['a requirement', 'alarms-demand-6', /source +D-DTMF\n.*test +alarms\/sample-3.*\n.*last verdict +fail/],
    [
      'a test',
      'alarms/sample-3',
      /needs +call, rtp, webhook\n[\s\S]*missed +both digits .*: expected "42", came "442"/,
    ],
    ['a row that cannot be tested', 'alarms-demand-30', /untestable +It is about/],
  ])('%s', (_name, topic, text) => {
    expect(explain(topic, knowledge)).toMatch(text);
  });

  it('says of a row that only --patient shows, and of one for applications, why there is no verdict', () => {
    const [first] = ROWS;
    const rows = [...ROWS, { ...first, slug: 'app', role: 'application' } as (typeof ROWS)[number]];
    const own = { rows, scenarios: [scenario('ivr/long', 'a')], waiting: new Set(['ivr/long']) };
    expect(explain('a', own)).toMatch(/test +ivr\/long .*\(with --patient\)/);
    expect(explain('app', own)).toMatch(/by the application\n[\s\S]*reason +.*make test/);
  });

  it('tells what a decision settles, and the usual cause of a failure', () => {
    const [first] = ROWS;
    const row = { ...first, slug: 'ivr-x', source: 'callback newCall; D-ONE' } as (typeof ROWS)[number];
    const own = {
      rows: [row, { ...row, slug: 'ivr-y' }, { ...row, slug: 'app', role: 'application' }],
      scenarios: [],
      decisions: new Map([
        ['D-ONE', 'It is settled so.'],
        ['D-OTHER', 'Something else.'],
      ]),
      hints: { areas: { ivr: 'Look at the loop.' }, requirements: { 'ivr-x': 'It is cut off.' } },
    };
    expect(explain('ivr-x', own)).toMatch(/decided +D-ONE: It is settled so\.\n[\s\S]*usual cause +It is cut off\.\n$/);
    expect(explain('ivr-x', own)).not.toContain('D-OTHER');
    expect(explain('ivr-y', own)).toMatch(/usual cause +Look at the loop\.\n$/);
    expect(explain('app', own)).not.toContain('usual cause');
  });

  it.each(['nonsense', 'constructor', '__proto__'])('knows no other topic, such as %s', (topic) => {
    expect(explain(topic, knowledge)).toBeUndefined();
  });

  it('works without a report', () => {
    const { report: _none, ...before } = knowledge;
    expect(explain('alarms/sample-3', before)).not.toContain('last verdict');
  });
});

describe('the runner', () => {
  const machine = (sipp: boolean, engine: boolean) => ({
    sipp: async () => (sipp ? 'SIPp v3.6.1' : undefined),
    engine: async () => (engine ? '28.0.1' : undefined),
  });
  const rows: readonly (readonly [RunnerWish, boolean, boolean, string | RegExp])[] = [
    ['auto', true, true, 'local'],
    ['auto', true, false, 'local'],
    ['auto', false, true, 'docker'],
    ['auto', false, false, /Neither SIPp nor a container engine/],
    ['local', true, false, 'local'],
    ['local', false, true, /SIPp is not installed/],
    ['docker', true, true, 'docker'],
    ['docker', true, false, /No container engine answers/],
  ];
  it.each(rows)('%s with SIPp %s and an engine %s', async (wish, sipp, engine, result) => {
    const choice = chooseRunner(wish, machine(sipp, engine));
    if (typeof result === 'string') expect(await choice).toBe(result);
    else await expect(choice).rejects.toThrow(result);
  });
});

describe('colours', () => {
  const rows: readonly (readonly [string, boolean, Record<string, string>, boolean])[] = [
    ['on a terminal', true, {}, true],
    ['not elsewhere', false, {}, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR is none', true, { NO_COLOR: '' }, true],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['anywhere when forced', false, { FORCE_COLOR: '1' }, true],
  ];
  it.each(rows)('%s', (_name, tty, env, coloured) => {
    expect(painter(tty, env)('bad', 'x')).toBe(coloured ? '\x1b[31mx\x1b[0m' : 'x');
  });
});
