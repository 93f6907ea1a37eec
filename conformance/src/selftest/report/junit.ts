import { xml } from '../../report/junit.ts';
import type { SelftestMutant, SelftestReport } from './model.ts';

/** JUnit XML: a suite an area, a case a mutant; one that lives is a failure, and so is a row without a mutant. */
export function selftestJunit(report: SelftestReport): string {
  const areas = Map.groupBy(report.mutants, ({ id }) => id.split('/')[0] ?? id);
  const missing = report.requirements.filter(({ state }) => state === 'missing');
  const suites = [...areas].map(([area, mutants]) => suite(area, mutants.map(mutantCase)));
  const gaps = missing.map(
    ({ slug, text }) =>
      [
        slug,
        'failure',
        `<testcase classname="gaps" name="${xml(slug)}"><failure message="${xml(`No mutant: ${text}`)}"/></testcase>`,
      ] as const,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="selftest" time="${(report.durationMs / 1000).toFixed(3)}">`,
    ...suites,
    ...(gaps.length > 0 ? [suite('gaps', gaps)] : []),
    '</testsuites>',
    '',
  ].join('\n');
}

type Case = readonly [name: string, state: 'pass' | 'failure' | 'skipped', text: string];

function suite(name: string, cases: readonly Case[]): string {
  const of = (state: Case[1]): number => cases.filter((one) => one[1] === state).length;
  return [
    `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${of('failure')}" errors="0" skipped="${of('skipped')}">`,
    ...cases.map(([, , text]) => `    ${text}`),
    '  </testsuite>',
  ].join('\n');
}

function mutantCase({ id, title, state, ms, kills, tries }: SelftestMutant): Case {
  const open = `<testcase classname="${xml(id.split('/')[0] ?? id)}" name="${xml(`${id}: ${title}`)}" time="${(ms / 1000).toFixed(3)}"`;
  if (state === 'killed') return [id, 'pass', `${open}/>`];
  if (state === 'not-run') return [id, 'skipped', `${open}><skipped message="the run was stopped"/></testcase>`];
  const alive = kills.filter(({ scenario }) => scenario === undefined).map(({ slug }) => slug);
  const words = [
    `${state}: ${alive.join(', ')}`,
    ...tries.map((one) => `${one.scenario} ${one.verdict}, ${one.applied} rewritten`),
  ];
  return [
    id,
    'failure',
    `${open}><failure message="${xml(words[0] ?? state)}">${xml(words.join('\n'))}</failure></testcase>`,
  ];
}
