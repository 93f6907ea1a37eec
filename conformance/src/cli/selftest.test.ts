import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequirementRow } from '../catalogue/row.ts';
import type { SelftestResult } from '../selftest/run.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { type SelftestOptions, type SelftestParts, selftest } from './selftest.ts';
import { recordedIo } from './testing/world.ts';

const row = (slug: string, area = 'newcall'): RequirementRow => ({
  ...{ slug, area, text: `${slug} holds.`, level: 'documented', strength: 'MUST', role: 'service', source: 's' },
});
const machine = { sipp: async () => undefined, engine: async () => undefined };
const scenarioAreas = async () => ['newcall', 'dtmf'];
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'selftest-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
const options: SelftestOptions = { runner: 'local', report: 'nowhere', stacks: 1 };
const counted = async (): Promise<unknown> => JSON.parse(await readFile(join(directory, 'variant.json'), 'utf8'));

describe('selftest --gaps', () => {
  it('names the rows that have no mutant, and runs nothing', async () => {
    const io = recordedIo();
    const rows = [row('newcall-called-party'), row('newcall-nobody-breaks-this'), row('other', 'other')];
    const code = await selftest({ ...options, gaps: true, area: 'newcall' }, { rows, machine, scenarioAreas }, io);
    expect(code).toBe(EXIT.incomplete);
    expect(io.said.out).toContain('newcall-nobody-breaks-this');
    expect(io.said.out).not.toContain('newcall-called-party ');
    expect(io.said.out).toMatch(/^1 MUST rows without a mutant/m);
  });

  it('tells of the requirements that were asked for, and of no others', async () => {
    const io = recordedIo();
    const rows = [row('newcall-nobody-breaks-this'), row('newcall-nor-this')];
    const wish = { ...options, gaps: true, requirement: 'newcall-nor-this' };
    expect(await selftest(wish, { rows, machine, scenarioAreas }, io)).toBe(EXIT.incomplete);
    expect(io.said.out).not.toContain('newcall-nobody-breaks-this');
    expect(io.said.out).toMatch(/^newcall-nor-this .*\n(?:.*\n)*1 MUST rows without a mutant/);
  });
});

it.each<[string, Partial<SelftestOptions>, RegExp]>([
  ['nothing that fits', { mutant: 'newcall/called-party-cut', area: 'dtmf' }, /No mutant fits/],
  ['a variant that there is not', { variant: 'silent' }, /no variant silent; there are none, minimal, chatty/],
  ['a requirement that there is not', { requirement: 'nosuch' }, /^There is no requirement nosuch\.$/],
  ['the gaps of a requirement that there is not', { gaps: true, requirement: 'newcall-called-party,nosuch' }, /nosuch/],
  ['what looks like a requirement', { requirement: 'newcall-called-part' }, /Was newcall-called-party meant\?$/],
  ['the gaps of a mutant that there is not', { gaps: true, mutant: 'nosuch' }, /^No mutant has nosuch in its id/],
  ['one mutant of two', { mutant: 'newcall/called-party-cut,nosuch' }, /^No mutant has nosuch in its id/],
  ['a mutant of a variant', { variant: 'minimal', mutant: 'newcall' }, /leave --mutant and --requirement out/],
  ['a requirement of a variant', { variant: 'minimal', requirement: 'newcall-called-party' }, /leave --mutant/],
  ['no SIPp', { area: 'newcall' }, /SIPp is not installed/],
])('refuses %s before anything is started', async (_name, wish, text) => {
  const parts = { rows: [row('newcall-called-party')], machine, scenarioAreas };
  const refusal = expect(selftest({ ...options, ...wish }, parts, recordedIo())).rejects;
  await refusal.toMatchObject({ exitCode: EXIT.settings });
  await refusal.toThrow(text);
});

it.each<[string, Partial<SelftestOptions>, RegExp]>([
  ['the gaps', { gaps: true, area: 'nowhere' }, /^No requirement or mutant is of the area nowhere; .*\bnewcall\b/],
  ['mutants', { area: 'nowhere' }, /^No requirement or mutant is of the area nowhere/],
  [
    'a variant',
    { variant: 'minimal', area: 'nowhere' },
    /^No test is of the area nowhere; the areas are dtmf, newcall/,
  ],
  ['one of two areas', { variant: 'minimal', area: 'dtmf,nowhere' }, /^No test is of the area nowhere;/],
])('an area that nothing is of is refused as `run` refuses it: %s', async (_name, wish, text) => {
  const io = recordedIo();
  const run: SelftestParts['run'] = () => Promise.reject(new Error('nothing was to be run'));
  const parts = { rows: [row('newcall-a')], machine, scenarioAreas, run };
  const refusal = expect(selftest({ ...options, ...wish }, parts, io)).rejects;
  await refusal.toMatchObject({ code: 'bad-selection', exitCode: EXIT.settings });
  await refusal.toThrow(text);
});

it('takes several mutants by name', async () => {
  const asked: unknown[] = [];
  const run: SelftestParts['run'] = async ({ work }) => {
    asked.push(work);
    throw new Error('enough');
  };
  const sipp = { ...machine, sipp: async () => 'SIPp v3.6.1' };
  const parts = { rows: [row('newcall-a')], machine: sipp, scenarioAreas, run };
  const mutant = 'newcall/called-party-cut, newcall/twice-for';
  await expect(selftest({ ...options, mutant }, parts, recordedIo())).rejects.toThrow('enough');
  const ids = ['newcall/called-party-cut', 'newcall/twice-for-a-retransmission'];
  expect(asked).toEqual([{ kind: 'mutants', ids }]);
});

describe('a variant', () => {
  const passed: SelftestResult['unmutated'] = [
    { scenario: 'newcall/a', verdict: 'pass', ms: 1, applied: 0, first: '', reasons: [] },
  ];
  const told = { mutants: [], errors: [], startedAt: 0, durationMs: 1 };
  const variant = async (run: (announce: (scenarios: number) => void, interrupt: () => void) => SelftestResult) => {
    const io = recordedIo();
    const parts: SelftestParts = {
      ...{ rows: [row('newcall-a')], scenarioAreas },
      machine: { ...machine, sipp: async () => 'SIPp v3.6.1' },
      run: async ({ watcher, signal }) => {
        const result = run(
          (scenarios) => watcher.total(scenarios, 0),
          () => {
            for (const interrupt of io.interrupts) interrupt();
          },
        );
        return { ...result, interrupted: signal.aborted };
      },
    };
    return { io, code: await selftest({ ...options, report: directory, variant: 'chatty' }, parts, io) };
  };

  it('that was stopped in the middle has not passed', async () => {
    const { io, code } = await variant((announce, interrupt) => {
      announce(97);
      interrupt();
      return { ...told, unmutated: passed, interrupted: true };
    });
    expect(code).toBe(EXIT.incomplete);
    expect(io.said.err).toContain('stopped: 1 of 97 scenarios were run');
  });

  it('of which nothing was run has not passed', async () => {
    const { io, code } = await variant(() => ({ ...told, unmutated: [], interrupted: false }));
    expect(code).toBe(EXIT.incomplete);
    expect(io.said.err).toContain('No scenario was run');
  });

  it('that every scenario passed with has passed, and is counted for other programs', async () => {
    const { code } = await variant(() => ({ ...told, unmutated: passed, interrupted: false }));
    expect(code).toBe(EXIT.conformant);
    expect(await counted()).toMatchObject({
      kind: 'variant',
      name: 'chatty',
      passed: 1,
      failed: 0,
      interrupted: false,
    });
  });

  it('that a scenario failed with is told with its reason', async () => {
    const failed = {
      ...passed[0],
      scenario: 'newcall/b',
      verdict: 'fail',
      reasons: [{ blamed: [], text: 'too much' }],
    };
    const unmutated = [...passed, failed] as SelftestResult['unmutated'];
    const { code } = await variant(() => ({ ...told, unmutated, interrupted: false }));
    expect(code).toBe(EXIT.notConformant);
    const scenarios = expect.arrayContaining([{ scenario: 'newcall/b', verdict: 'fail', text: 'too much' }]);
    expect(await counted()).toMatchObject({ passed: 1, failed: 1, scenarios });
  });
});
