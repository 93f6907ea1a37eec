import type { Profile } from '@mediaservice/spec';
import { expect, it } from 'vitest';
import type { Verdict } from '../verdict/verdict.ts';
import type { ReportRequirement } from './model.ts';
import { profileGroups, unclaimed } from './profiles.ts';

const row = (slug: string, capability: string, verdict: Verdict, more: Partial<ReportRequirement> = {}) =>
  ({
    ...{ slug, capability, verdict, text: slug, area: 'x', level: 'documented', strength: 'MUST' },
    ...{ role: 'service', source: 'D-X', tests: verdict === 'not-run' ? [] : [{ id: 'x/x', verdict }] },
    ...more,
  }) as const satisfies ReportRequirement;
const profile: Profile = { name: 'ivr', text: 'An IVR.', capabilities: ['core', 'ivr'], areas: [], rows: [] };

const stateOf = (
  rows: readonly ReportRequirement[],
  {
    claimed = ['core', 'ivr'],
    judged,
    waiting = [],
  }: { claimed?: string[]; judged?: string[]; waiting?: string[] } = {},
) => {
  const known = { claimed: new Set(claimed), tests: [], judged, waiting: new Set(waiting) };
  const [group] = profileGroups([profile], rows, known);
  return group && [group.state, group.covered, group.total, group.missing];
};

const good = row('a', 'core', 'pass');

it.each([
  ['all rows hold', [good, row('b', 'ivr', 'warning')], {}, ['conformant', 2, 2, []]],
  ['a row of another profile fails', [good, row('b', 'recording', 'fail')], {}, ['conformant', 1, 1, []]],
  ['a row fails', [good, row('b', 'ivr', 'fail')], {}, ['not-conformant', 2, 2, []]],
  ['a capability is not claimed', [good], { claimed: ['core'] }, ['not-claimed', 1, 1, ['ivr']]],
  ['and a row fails', [row('a', 'core', 'fail')], { claimed: ['core'] }, ['not-conformant', 1, 1, ['ivr']]],
  ['a row has no verdict', [good, row('b', 'ivr', 'not-run')], {}, ['incomplete', 1, 2, []]],
  ['a row was starved', [good, row('b', 'ivr', 'inconclusive')], {}, ['incomplete', 1, 2, []]],
  ['a row waits for minutes', [good, row('b', 'ivr', 'not-run')], { waiting: ['b'] }, ['conformant', 1, 2, []]],
  ['a row is not of this level', [good, row('b', 'ivr', 'not-run')], { judged: ['a'] }, ['conformant', 1, 1, []]],
  ['nobody can see a row', [good, row('b', 'ivr', 'untestable', { untestable: 'x' })], {}, ['conformant', 1, 1, []]],
  [
    'a row is for applications',
    [good, row('b', 'ivr', 'not-run', { role: 'application' })],
    {},
    ['conformant', 1, 1, []],
  ],
  ['nothing was judged', [row('a', 'core', 'not-run')], { waiting: ['a'] }, ['incomplete', 0, 1, []]],
] as const)('%s', (_name, rows, known, wanted) => {
  expect(stateOf(rows, known as Parameters<typeof stateOf>[1])).toEqual(wanted);
});

it.each([
  ['no profile was asked for', undefined, [], []],
  ['all of it is claimed', 'ivr', ['ivr', 'core', 'tts'], []],
  ['something is missing', 'ivr', ['core'], ['the profile ivr needs ivr, which is not claimed']],
])('unclaimed: %s', (_name, asked, claimed, sentences) => {
  expect(unclaimed([profile], asked, claimed)).toEqual(sentences);
});
