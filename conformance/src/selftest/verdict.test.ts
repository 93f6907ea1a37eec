import { expect, it } from 'vitest';
import type { ScenarioMeta, ScenarioOutcome } from '../harness/types.ts';
import { blamed } from './verdict.ts';

const meta: ScenarioMeta = { id: 'a/b', title: 't', area: 'a', requirements: ['one', 'two'], needs: {} };
type Seen = Parameters<typeof blamed>[0];
const outcome = (more: Partial<ScenarioOutcome>): Seen => ({
  ...{ meta, verdict: 'fail', reasons: [], shown: [], broken: [], timeline: [] },
  ...more,
});
const broken = (pointer: string): Partial<ScenarioOutcome> => ({
  reasons: [{ requirements: ['one', 'two'], text: 'against the specification' }],
  timeline: [
    {
      ...{ kind: 'violation', at: 0, seq: 0, from: 'target', to: 'suite', summary: 'against the specification' },
      detail: {
        type: 'violation',
        operation: 'newCall',
        violation: { where: 'request', pointer, message: 'm', culprit: 'target', intended: false },
      },
    },
  ],
});

it.each<[string, Partial<ScenarioOutcome>, string | undefined, string | undefined]>([
  ['an expectation of it', { reasons: [{ requirement: 'one', text: 'x' }] }, undefined, 'expectation'],
  [
    'a miss behind another one',
    { broken: ['one'], reasons: [{ requirement: 'two', text: 'x' }] },
    undefined,
    'expectation',
  ],
  ['an expectation of another', { reasons: [{ requirement: 'two', text: 'x' }] }, undefined, undefined],
  ['waited for in vain', { reasons: [{ requirements: ['one'], text: 'x' }] }, undefined, 'waited'],
  ['shown before', { reasons: [{ requirements: ['one'], text: 'x' }], shown: ['one'] }, undefined, undefined],
  ['the schema, at the declared place', broken('/body/p'), '/p', 'schema'],
  ['the schema, at its object', broken('/body'), '/p', 'schema'],
  ['the schema, elsewhere', broken('/body/q'), '/p', undefined],
  ['the schema, undeclared', broken('/body/p'), undefined, undefined],
  ['a pass', { verdict: 'pass', reasons: [{ requirement: 'one', text: 'x' }] }, undefined, undefined],
  ['inconclusive', { verdict: 'inconclusive', reasons: [{ requirement: 'one', text: 'x' }] }, undefined, undefined],
  ['the harness', { verdict: 'harness-error', reasons: [{ requirement: 'one', text: 'x' }] }, undefined, undefined],
])('%s', (_name, more, schema, how) => {
  expect(blamed(outcome(more), 'one', schema)?.how).toBe(how);
});
