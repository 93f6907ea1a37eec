import { expect, it } from 'vitest';
import { reportOfPoints } from './points.ts';

const line = (metric: string, value: number, seconds: number, tags = {}): string =>
  JSON.stringify({
    metric,
    type: 'Point',
    data: { time: new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString(), value, tags },
  });
const of = {
  wish: { scenario: 'churn', rate: 10 },
  target: { name: 'x', embedded: false },
  k6: { version: 'v1', extension: 'own' },
};

it('makes a report of what k6 wrote, second by second of its own time', async () => {
  const report = await reportOfPoints(
    [
      '{"type":"Metric","data":{"name":"vus"},"metric":"vus"}',
      line('load_calls_attempted', 1, 0.2),
      line('sip_call_setup_time', 12, 0.3),
      line('load_calls_attempted', 1, 2.5),
      line('load_calls_completed', 1, 2.4),
      line('load_calls_failed', 1, 4.1, { reason: 'churn: no answer' }),
      '{"metric":"load_calls_com',
    ],
    of,
  );
  expect(report).toMatchObject({
    started: '2026-01-01T00:00:00.200Z',
    seconds: 3.9,
    scenario: 'churn',
    setting: { rate: 10 },
  });
  expect(report?.figures.calls).toMatchObject({ attempted: 2, completed: 1, failed: 1, mostAtOnce: 2 });
  expect(report?.series.map(({ at, attempted, failed, inProgress }) => [at, attempted, failed, inProgress])).toEqual([
    [1, 1, 0, 1],
    [2, 0, 0, 1],
    [3, 1, 0, 1],
    [4, 0, 1, 0],
  ]);
  expect(report?.ending).toMatchObject({ exitCode: 1, reasons: [expect.stringMatching(/^failed calls: 1/)] });
});

it('is nothing without a value', async () => {
  expect(await reportOfPoints(['{"type":"Metric"}'], of)).toBeUndefined();
});
