import { describe, expect, it } from 'vitest';
import type { ExitCode } from '../verdict/exit-code.ts';
import { badgeOf, badgeSvg, shieldsJson } from './badge.ts';
import { buildReport } from './build.ts';
import type { Report, ReportProfile } from './model.ts';
import { sampleInput } from './testing/sample.ts';

const { report: sample } = buildReport(sampleInput(1, 1));
const profile = (name: string, state: ReportProfile['state']): ReportProfile => ({
  ...{ name, state, text: name, missing: [], total: 1, covered: 1, tests: 1 },
  byVerdict: sample.summary.requirements,
});
const met = [profile('ivr', 'conformant'), profile('recording', 'not-claimed'), profile('full', 'not-claimed')];
const all = met.map(({ name }) => profile(name, 'conformant'));

function badge(
  exitCode: ExitCode,
  profiles: readonly ReportProfile[] = all,
  selection?: Report['settings']['selection'],
  failed = 0,
) {
  return badgeOf({
    ending: { exitCode, interrupted: false, reasons: [] },
    settings: { runner: 'local', concurrency: 1, ...(selection && { selection }) },
    summary: { ...sample.summary, profiles, failed },
  });
}

describe('badgeOf', () => {
  it.each([
    ['everything', badge(0), 'conformant: full', 'brightgreen'],
    ['some profiles', badge(0, met), 'conformant: ivr', 'brightgreen'],
    ['no profile', badge(0, []), 'conformant', 'brightgreen'],
    ['the profile that was asked for', badge(0, all, { profile: 'ivr' }), 'conformant: ivr', 'brightgreen'],
    ['a level', badge(0, all, { level: 'documented' }), 'conformant: full · documented', 'brightgreen'],
    [
      'a version and a level',
      badge(0, met, { catalogue: '1.0', level: 'documented' }),
      'conformant: ivr · 1.0 · documented',
      'brightgreen',
    ],
    ['an area alone', badge(0, all, { area: 'ivr' }), 'partly tested', 'lightgrey'],
    ['failures that the baseline accepts', badge(0, all, undefined, 2), 'known failures', 'yellow'],
    ['a failure', badge(1), 'not conformant', 'red'],
    ['a gap', badge(3), 'not judged', 'lightgrey'],
    ['a broken suite', badge(4), 'not judged', 'lightgrey'],
    ['a stale baseline', badge(5), 'baseline is stale', 'yellow'],
  ] as const)('%s', (_name, { message, color }, words, wanted) => {
    expect([message, color]).toEqual([words, wanted]);
  });
});

it('is an endpoint of shields.io', () => {
  expect(JSON.parse(shieldsJson(badge(0)))).toEqual({
    ...{ schemaVersion: 1, label: 'Mediaservice API', message: 'conformant: full', color: 'brightgreen' },
  });
});

it('is an image that says the same to those who do not see it, and fetches nothing', () => {
  const svg = badgeSvg({ label: 'a<b', message: '"c" & d', color: 'red' });
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="20" role="img" aria-label="a&lt;b: &quot;c&quot; &amp; d">/,
  );
  expect(svg.match(/https?:/g)).toEqual(['http:']);
  expect(svg).not.toMatch(/<(image|style|script)|href|url\((?!#)/);
  const widths = [...svg.matchAll(/<rect(?: x="(\d+)")? width="(\d+)" height="20" fill/g)].map((m) => Number(m[2]));
  expect(widths[0]).toBeGreaterThan(20);
  expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBe((widths[0] ?? 0) + (widths[1] ?? 0));
});
