import { callbackNames, operationIds } from '@mediaservice/spec';
import { expect, it } from 'vitest';
import type { HttpDetail, TimelineEntry } from '../harness/timeline.ts';
import { exercised, unused } from './exercised.ts';

const entry = (kind: TimelineEntry['kind'], operation: string, status: number): TimelineEntry => ({
  ...{ seq: 0, at: 0, kind, from: 'suite', to: 'target', summary: '' },
  detail: {
    ...{ type: 'http', operation, method: 'POST', url: '/', status },
    ...{ requestHeaders: {}, requestBody: '', responseHeaders: {}, responseBody: '' },
    ...{ durationMs: 1, violations: [] },
  } as unknown as HttpDetail,
});

it('counts operations that were carried out and callbacks that came, and nothing else', () => {
  const { operations, callbacks } = exercised([
    [entry('rest', 'placeivrcall', 200), entry('rest', 'placeivrcall', 404), entry('callback', 'alarm', 200)],
    [entry('rest', 'placeivrcall', 200), entry('rest', 'promptfile', 200), entry('callback', 'newCall', 0)],
  ]);
  expect(Object.keys(operations)).toEqual(operationIds);
  expect(Object.keys(callbacks)).toEqual(callbackNames);
  expect(operations).toMatchObject({ placeIvrCall: 2, hangupCall: 0 });
  expect(callbacks).toMatchObject({ alarm: 1, newCall: 1, callEvent: 0 });
});

it('names what was not used', () => {
  expect(unused({ operations: { a: 1, b: 0 }, callbacks: { c: 0, d: 2 } })).toEqual(['b', 'c']);
});
