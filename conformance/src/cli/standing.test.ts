import { expect, it } from 'vitest';
import { buildReport } from '../report/build.ts';
import type { Report, ReportProfile } from '../report/model.ts';
import { sampleInput } from '../report/testing/sample.ts';
import { standing } from './standing.ts';

const { report } = buildReport(sampleInput(1, 1));
const profile = (name: string, state: ReportProfile['state'], missing: readonly string[] = []): ReportProfile => ({
  ...{ name, state, missing, text: name, total: 9, covered: 8, tests: 1 },
  byVerdict: { ...report.summary.requirements, fail: state === 'not-conformant' ? 2 : 0 },
});
const profiles = [
  profile('ivr', 'conformant'),
  profile('call-control', 'not-conformant'),
  profile('cloud-ua', 'not-claimed', ['cloud-ua', 'media']),
  profile('full', 'incomplete'),
];
const lines = (selection?: Report['settings']['selection']) =>
  standing(
    {
      settings: { runner: 'local', concurrency: 1, ...(selection && { selection }) },
      summary: { ...report.summary, levels: [profile('documented', 'conformant')], profiles },
    },
    (_tone, text) => text,
  );

it('tells of each level and profile', () => {
  expect(lines()).toEqual([
    'level    documented    8 of 9 covered',
    'profile  ivr           conformant, 8 of 9 covered',
    'profile  call-control  not conformant, 8 of 9 covered, 2 failed',
    'profile  cloud-ua      not claimed: cloud-ua, media',
    'profile  full          incomplete, 8 of 9 covered',
  ]);
});

it.each([
  ['those that were asked for', { profile: 'ivr,full', level: 'interpreted' }, ['ivr', 'full']],
  ['nothing of a part of the tests', { area: 'ivr' }, []],
])('tells of %s', (_name, selection, names) => {
  expect(lines(selection).map((line) => line.split(/ +/)[1])).toEqual(names);
});
