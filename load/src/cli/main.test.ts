import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort, SettingsError, TargetError } from '@mediaservice/conformance/kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { K6Error } from '../k6/index.ts';
import { openApplication } from '../webhook/application.ts';
import { play, standIn } from './testing/world.ts';

const schema = JSON.parse(readFileSync(new URL('../../../spec/load-report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({
  strict: true,
  formats: { 'date-time': true },
  strictTypes: false,
  strictTuples: false,
}).compile(schema);
const valid = (report: unknown): unknown => (validate(report) ? [] : validate.errors);

describe('a run', () => {
  it('ends with 0, a report of its schema and a line that scripts can read', async () => {
    const { code, out, report } = await play({ k6: { calls: 5, end: 'well' } });
    expect(out.trimEnd().split('\n').at(-1)).toMatch(
      /^load: ivr: 5 completed, 0 failed, 1 at once, [\d.]+ a second, setup p95 12 ms, loss 0 %, score 0\.97 at least; 10 of 10 objectives held$/,
    );
    expect(code).toBe(0);
    expect(valid(report)).toEqual([]);
    expect(report?.figures.callbacks).toMatchObject({
      answered: { newCall: 5, callAnswered: 5, getIvrCommand: 10, sessionCompleted: 5 },
      missingCompleted: 0,
      unexpected: 0,
      newCallMs: { count: 5 },
      getIvrCommandMs: { count: 5 },
    });
    expect(report?.k6Summary).toBe('k6-summary.json');
  });

  it.each([
    ['failed calls', { calls: 5, failed: 2, end: 'well' }, 1, /failed calls: 2 calls, at most 0/],
    ['a session without an end', { calls: 3, unended: 1, end: 'well' }, 1, /sessionCompleted missing: 1/],
    [
      'calls of which no callback tells',
      { calls: 3, end: 'well', silent: ['newCall', 'callAnswered', 'getIvrCommand', 'sessionCompleted'] },
      1,
      /callbacks missing: 15, at most 0 were due \(ivr: 3 newCall, 3 callAnswered, 6 getIvrCommand, 3 sessionCompleted\)/,
    ],
    [
      'calls of which nobody says that they were answered',
      { calls: 3, end: 'well', silent: ['callAnswered'] },
      1,
      /callbacks missing: 3, at most 0 were due \(ivr: 3 callAnswered\)/,
    ],
    ['no call at all', { calls: 0, end: 'well' }, 3, /no call and no request was made/],
    [
      'a generator that was late itself',
      { calls: 3, lateMs: 300, failed: 1, end: 'well' },
      6,
      /generator was late itself/,
    ],
    ['a k6 that was killed', { calls: 3, end: 'killed' }, 4, /k6 was killed \(SIGKILL\)/],
    ['a script with a fault', { calls: 1, end: 'error' }, 4, /k6 ended with code 107: "the script has a fault"/],
  ] as const)('%s', async (_name, k6, wanted, said) => {
    const { code, out, report } = await play({ k6 });
    expect(out).toMatch(said);
    expect(code).toBe(wanted);
    // What there is is kept, whatever happened.
    expect(valid(report)).toEqual([]);
    expect(report?.figures.calls.attempted).toBe(k6.calls);
    expect(report?.ending.exitCode).toBe(wanted);
  });

  it('keeps what there is when Ctrl-C is pressed', async () => {
    let pressed = false;
    const { code, err, report } = await play({
      k6: { calls: 2, end: 'asked' },
      onOut: (text, interrupt) => {
        if (pressed || !/2 completed/.test(text)) return;
        pressed = true;
        interrupt();
      },
    });
    expect(err).toMatch(/stopping/);
    expect(code).toBe(3);
    expect(report?.figures.calls).toMatchObject({ completed: 2, failed: 0 });
    expect(report?.objectives).toContainEqual(expect.objectContaining({ measure: 'callbacks.missing', held: true }));
    expect(report?.ending.reasons).toEqual(['the run was stopped before its end']);
    expect(valid(report)).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('shows what was measured when the disk is full, and ends with 4', async () => {
    let full = false;
    const { code, out, err, report } = await play({
      k6: { calls: 2, end: 'well' },
      onOut: (_text, _interrupt, directory) => {
        if (full) return;
        full = true;
        symlinkSync('/dev/full', join(directory, 'report.json.part'));
      },
    });
    expect(code).toBe(4);
    expect(err).toMatch(
      /^mediaservice-load: The report cannot be written to .*: ENOSPC: no space left on device, write\.$/m,
    );
    expect(out).toMatch(/^load: ivr: 2 completed, 0 failed/m);
    expect(out).not.toMatch(/^(report:|exit code 0)/m);
    expect(report).toBeUndefined();
  });

  it('tells what the target used by its own metrics, and what it still held afterwards', async () => {
    let cpu = 10;
    const page = createServer((_request, response) => {
      cpu += 0.5;
      response.end(
        [
          `process_cpu_seconds_total ${cpu}`,
          'process_resident_memory_bytes 1000000',
          'sessions 1',
          `mediaservice_callback_seconds_sum{name="newCall"} ${cpu}`,
          `mediaservice_callback_seconds_count{name="newCall"} ${cpu * 100}`,
        ].join('\n'),
      );
    });
    page.listen(0, '127.0.0.1');
    await once(page, 'listening');
    try {
      const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/metrics`;
      const { code, out, report } = await play({
        k6: { calls: 4, end: 'well' },
        argv: ['run', 'ivr', '--objective', 'target.leftovers<=0'],
        target: { metrics: { url, atRest: ['sessions'], settling: [], withinMs: 1000 } },
      });
      expect(report?.figures.target).toMatchObject({ mostBytes: 1_000_000, leftovers: { sessions: 1 } });
      expect(report?.figures.target?.cpuMsPerCall).toBeGreaterThan(0);
      expect(report?.figures.callbacks.roundTripMs).toEqual({ newCall: 10 });
      expect(out).toMatch(/left over +sessions 1/);
      expect(valid(report)).toEqual([]);
      expect(code).toBe(1);
    } finally {
      page.closeAllConnections();
      page.close();
    }
  });

  it('does not judge callbacks that an application elsewhere counts, and does not say that all held', async () => {
    const callbacksUrl = `http://127.0.0.1:${await freePort('127.0.0.1')}/callbacks`;
    const shared = await openApplication({
      ...{ callbacksUrl, host: '127.0.0.1', restUrl: 'http://127.0.0.1:1/x', token: 't', digitSeconds: 5 },
      promptFile: import.meta.filename,
    });
    try {
      const { code, out, report } = await play({
        k6: { calls: 2, end: 'well' },
        argv: ['run', 'ivr', '--application', shared.ready.url],
        target: { callbacksUrl },
      });
      expect(valid(report)).toEqual([]);
      expect(out).toMatch(/^\? sessionCompleted missing +not judged/m);
      expect(out).toMatch(/; 6 of 10 objectives held, 4 not judged$/m);
      expect(out).not.toMatch(/all objectives held|callbacks missing +ivr/);
      expect(out).toMatch(/sessionCompleted +counted by the application elsewhere/);
      expect(report?.ending.reasons).toEqual([expect.stringMatching(/^callbacks are not judged: .*merge/)]);
      expect(code).toBe(3);
    } finally {
      shared.close();
    }
  });

  it('tells of a target that died, and keeps what there is', async () => {
    const died = Promise.withResolvers<string>();
    const { code, report } = await play({
      k6: { calls: 2, end: 'asked' },
      target: { died: died.promise },
      onOut: (text) => {
        if (/2 completed/.test(text)) died.resolve('a stand-in ended with code 9');
      },
    });
    expect(code).toBe(1);
    expect(report?.ending.reasons).toEqual(['a stand-in ended with code 9']);
  });
});

describe('a report of an earlier run', () => {
  const old = async (directory: string): Promise<void> => {
    for (const name of ['report.json', 'capacity.json', 'compare.json'])
      await writeFile(join(directory, name), '{"old":true}');
    await mkdir(join(directory, 'steps'));
  };
  const unreached: Parameters<typeof play>[0]['tools'] = {
    openTarget: async () => {
      throw new TargetError('It does not answer.', []);
    },
  };
  it.each([
    ['run', ['run', 'ivr']],
    ['capacity', ['capacity', 'churn']],
    ['compare', ['compare', 'ivr', '--target', 'one', '--target', 'other']],
  ])('is kept where a %s does not begin', async (_name, argv) => {
    let left: readonly string[] = [];
    const { code } = await play({
      ...{ argv, tools: unreached, onStart: old },
      onEnd: async (directory) => {
        left = readdirSync(directory);
      },
    });
    expect(code).toBe(2);
    expect(left).toEqual(expect.arrayContaining(['report.json', 'capacity.json', 'compare.json', 'steps']));
  });

  it('is gone once k6 has started', async () => {
    const { report } = await play({
      k6: { calls: 0, end: 'refuses' },
      argv: ['run', 'ivr', '--', '--bogus'],
      onStart: old,
    });
    expect(report).toBeUndefined();
  });
});

it('reaches both targets of a comparison before either is loaded', async () => {
  const { code, out, err } = await play({
    argv: ['compare', 'ivr', '--target', 'one', '--target', 'other'],
    tools: {
      openTarget: async (named) => {
        if (named === 'other') throw new TargetError('The other does not answer.', []);
        return { target: await standIn({}) };
      },
    },
  });
  expect(err).toMatch(/The other does not answer/);
  expect(out).not.toMatch(/step 1/);
  expect(code).toBe(2);
});

describe('what has to be set right ends with 2 and a sentence, and nothing is started', () => {
  const never = async (): Promise<never> => {
    throw new Error('this must not be reached');
  };
  it.each<readonly [string, Parameters<typeof play>[0], RegExp]>([
    [
      'an unknown scenario',
      { argv: ['run', 'irv'], tools: { findK6: never } },
      /no scenario irv; there are .* Was ivr meant\?/,
    ],
    [
      'an unknown measure',
      { argv: ['run', 'ivr', '--objective', 'setup.p96<=1'], tools: { findK6: never } },
      /no measure setup\.p96/,
    ],
    ['a number that is none', { argv: ['run', 'ivr', '--calls', 'many'] }, /--calls.*a number above 0/],
    ['a run of no time', { argv: ['run', 'ivr', '--duration', '0'] }, /--duration.*more than 0 s/],
    [
      'a limit of what the target does not tell',
      { argv: ['run', 'ivr', '--objective', 'target.bytes<=1'] },
      /target\.bytes cannot be measured: the target file of a stand-in names no metrics\.url\./,
    ],
    ['a time that is none', { argv: ['run', 'ivr', '--duration', '10x'] }, /--duration.*seconds/],
    ['a mix that is none', { argv: ['run', 'mixed', '--mix', 'ivr'] }, /--mix.*ivr:60,bridge:40/],
    ['a search that is taken for a scenario', { argv: ['run', 'capacity'] }, /capacity is a command of its own/],
    [
      'an option that k6 does not know',
      { argv: ['run', 'ivr', '--', '--bogus'], k6: { calls: 0, end: 'refuses' } },
      /k6 does not take its options: "unknown flag: --bogus"\./,
    ],
    [
      'an application that nobody reaches, with why',
      { argv: ['run', 'ivr', '--application', 'http://127.0.0.1:9'] },
      /No application of this kit is at http:\/\/127\.0\.0\.1:9: .*(ECONNREFUSED|bad port)/,
    ],
    ['an unknown command', { argv: ['load'] }, /unknown command 'load'/],
    [
      'no Go',
      {
        tools: {
          findK6: async () => {
            throw new K6Error('no-go', 'There is no Go here to build k6 with.');
          },
          openTarget: never,
        },
      },
      /^mediaservice-load: There is no Go here/,
    ],
    [
      'a target that nobody reaches',
      {
        tools: {
          openTarget: async () => {
            throw new TargetError('It does not answer.', ['last words']);
          },
        },
      },
      /^mediaservice-load: It does not answer\.\nits last lines:\n {2}last words\n/,
    ],
    [
      'a callback port that is taken',
      {
        tools: {
          openTarget: async () => {
            throw new SettingsError('port-in-use', 'Port 1 is taken.');
          },
        },
      },
      /Port 1 is taken/,
    ],
  ])('%s', async (_name, wish, said) => {
    const { code, err, report } = await play(wish);
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n {4}at /);
    expect(code).toBe(2);
    expect(report).toBeUndefined();
  });
});
