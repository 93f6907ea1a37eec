import { expect, it } from 'vitest';
import type { TimelineEntry } from '../../harness/timeline.ts';
import { buildReport } from '../../report/build.ts';
import { sampleInput } from '../../report/testing/sample.ts';
import { sameTimeline, testLikeness } from './likeness.ts';

const { report, timelines } = buildReport(sampleInput(3, 5));
const [test] = report.tests;
if (test === undefined) throw new Error('the sample is empty');
const said = { requirement: 'a', expected: '1', actual: '1', ok: true, level: 'must', at: 1 } as const;
const of = (what: string, change: object = {}) =>
  testLikeness({ ...test, expectations: [{ ...said, what, ...change }] });
const uuid = '36839097-8518-1194-8194-430347476419';

it('of a test leaves out when it looked and whose replyId it names, and nothing else of what it says', () => {
  expect(of(`status of ${uuid}`)).toEqual(of('status of 00000000-0000-4000-8000-000000000000', { at: 2 }));
  expect(of('status')).not.toEqual(of('success'));
  expect(of('status')).not.toEqual(of('status', { actual: '2' }));
  expect(of('status', { actual: uuid })).not.toEqual(of('status', { actual: uuid.replace('3', '4') }));
});

const looked = (at: number): TimelineEntry => ({
  ...{ at, seq: 0, kind: 'expect', from: 'suite', to: 'suite', summary: 'a: holds' },
  detail: { type: 'expect', requirement: 'a', what: 'a', expected: '1', actual: '1', ok: true, level: 'must' },
});

it('of a timeline is the same wherever an expectation stands, and another one with every other change', () => {
  const [wire] = [...timelines.values()].flat().filter(({ detail }) => detail.type === 'sip');
  if (wire === undefined) throw new Error('the sample has no SIP');
  const later = { ...wire, at: wire.at + 10 };
  expect(sameTimeline([looked(1), wire], [wire, looked(3)])).toBe(true);
  expect(sameTimeline([wire], [{ ...wire, at: wire.at + 0.04 }])).toBe(true);
  expect(sameTimeline([wire], [later])).toBe(false);
  expect(sameTimeline([wire], [wire, looked(3)])).toBe(false);
  expect(sameTimeline([wire, wire], [wire])).toBe(false);
  expect(sameTimeline([wire], [{ ...wire, summary: 'BYE' }])).toBe(false);
});
