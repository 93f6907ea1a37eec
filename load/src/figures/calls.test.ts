import { describe, expect, it } from 'vitest';
import { CallFigures } from './calls.ts';
import type { MetricName } from './metrics.ts';
import { pointOf } from './points.ts';

const of = (...points: readonly (readonly [MetricName, number, Record<string, string>?])[]): CallFigures => {
  const figures = new CallFigures();
  points.forEach(([metric, value, tags = {}], at) => {
    figures.take({ metric, value, tags }, at);
  });
  return figures;
};

describe('pointOf', () => {
  const line = (name: string, data: string): string => `{"metric":"${name}","type":"Point","data":${data}}`;
  it('reads what k6 writes', () => {
    const data = '{"time":"2026-11-23T04:40:45.075039127Z","value":1.5,"tags":{"flow":"ivr"}}';
    expect(pointOf(line('load_calls_attempted', data))).toEqual({
      metric: 'load_calls_attempted',
      value: 1.5,
      tags: { flow: 'ivr' },
    });
  });
  it.each([
    ['a metric that no figure is made of', line('vus', '{"value":1}')],
    ['what a metric is', '{"type":"Metric","data":{"name":"load_score"},"metric":"load_score"}'],
    ['a line that was cut off', line('load_score', '{"time":"2026-11-23T04:4').slice(0, -1)],
    ['text', 'load_score 1'],
  ])('leaves out %s', (_name, text) => {
    expect(pointOf(text)).toBeUndefined();
  });
});

it('counts calls, and how many there were at once', () => {
  const whole = of(
    ['load_calls_attempted', 1],
    ['load_calls_attempted', 1],
    ['load_calls_completed', 1, { flow: 'ivr' }],
    ['load_calls_attempted', 1],
    ['load_calls_failed', 1, { reason: 'ivr: nothing heard' }],
    ['load_calls_completed', 1, { flow: 'churn' }],
  ).whole(false);
  expect(whole.calls).toEqual({
    attempted: 3,
    completed: 2,
    completedBy: { ivr: 1, churn: 1 },
    failed: 1,
    reasons: { 'ivr: nothing heard': 1 },
    mostAtOnce: 2,
    // Two in the five seconds from the first attempt to the last completion.
    perSecond: 0.4,
    notBegun: 0,
  });
});

it.each([
  ['calls that were cut off have failed', false, { failed: 1, reasons: { 'cut off at the end of the run': 1 } }],
  ['unless the run was stopped: that is what stopping does', true, { failed: 0, reasons: {} }],
])('%s', (_name, stopped, wanted) => {
  expect(of(['load_calls_attempted', 1]).whole(stopped).calls).toMatchObject(wanted);
});

it('works out loss, audio and score', () => {
  const whole = of(
    ['rtp_packets_sent', 100],
    ['rtp_packets_received', 99],
    ['rtp_packets_lost', 1],
    ['rtp_audio_heard', 1],
    ['rtp_audio_heard', 0],
    ['load_score', 0.93],
    ['load_score', 0.99],
  ).whole(false);
  expect(whole.rtp).toMatchObject({ sent: 100, received: 99, lost: 1, lossShare: 0.01 });
  expect(whole.audio).toMatchObject({ legs: 2, heard: 1, heardShare: 0.5, score: { count: 2, min: 0.93 } });
});

it('keeps requests to the application apart from those to the target', () => {
  const whole = of(
    ['http_req_duration', 12, { name: 'placeivrcall' }],
    ['http_req_failed', 1, { name: 'placeivrcall' }],
    ['http_req_duration', 900, { name: 'application' }],
    ['http_req_failed', 1, { name: 'application' }],
  ).whole(false);
  expect(whole.rest).toMatchObject({ requests: 1, failed: 1, latencyMs: { max: 12 } });
  expect(Object.keys(whole.rest?.byOperation ?? {})).toEqual(['placeivrcall']);
});

it('says nothing of what there was not', () => {
  const whole = of(['load_calls_attempted', 1], ['load_calls_completed', 1]).whole(false);
  expect(whole).not.toHaveProperty('setupMs');
  expect(whole).not.toHaveProperty('rtp');
  expect(whole).not.toHaveProperty('audio');
  expect(whole).not.toHaveProperty('rest');
});

it('tells a second what came in it, and no more', () => {
  const figures = of(['load_calls_attempted', 1], ['sip_call_setup_time', 10]);
  expect(figures.second()).toEqual({
    attempted: 1,
    completed: 0,
    failed: 0,
    inProgress: 1,
    setupMs: { count: 1, p50: 10, p95: 10, max: 10 },
  });
  expect(figures.second()).toEqual({ attempted: 0, completed: 0, failed: 0, inProgress: 1 });
});
