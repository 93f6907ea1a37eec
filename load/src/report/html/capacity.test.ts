import { expect, it } from 'vitest';
import { foundIn } from '../../capacity/found.ts';
import type { CapacityReport, CapacityStep, Purpose, Verdict } from '../../capacity/model.ts';
import { EXIT } from '../model.ts';
import { capacityPage } from './capacity.ts';

const setting = {
  ...{ start: 50, most: 1000, resolution: 0.25, rampSeconds: 5, durationSeconds: 10, confirmSeconds: 20 },
  talkSeconds: 5,
};
const step = (load: number, purpose: Purpose, verdict: Verdict, p95: number): CapacityStep => ({
  ...{ load, purpose, verdict, started: '2026-01-02T03:04:05Z', seconds: 20 },
  broken: verdict === 'broken' ? [{ measure: 'setup.p95', comparison: '<=', limit: 500, value: p95, held: false }] : [],
  reasons: verdict === 'held' ? [] : ['<b>a reason</b>'],
  measures: { 'setup.p95': p95, 'calls.failed': 0, 'target.cores': load / 200 },
  report: `steps/ivr-${load}/report.json`,
});

function reportOf(steps: readonly CapacityStep[], over = true): CapacityReport {
  return {
    ...{ formatVersion: 1, kind: 'capacity', tool: { name: 'mediaservice-load', version: '0.1.0' } },
    ...{ started: '2026-01-02T03:04:05Z', seconds: 100, k6: { version: 'v1', extension: 'own' } },
    target: { name: 'a <target>', embedded: false },
    searches: [{ scenario: 'ivr', steeredBy: 'calls', setting, steps, found: foundIn(setting, steps) }],
    ...(over && { ending: { exitCode: EXIT.held, reasons: [] } }),
  };
}

const whole = [
  step(50, 'doubling', 'held', 20),
  step(100, 'doubling', 'held', 90),
  step(200, 'doubling', 'broken', 900),
  step(150, 'bisection', 'broken', 650),
  step(125, 'bisection', 'held', 300),
  step(150, 'counter-check', 'broken', 700),
  step(125, 'confirmation', 'held', 310),
];

it('says first what was found and what broke first', () => {
  const text = capacityPage(reportOf(whole));
  const top = text.slice(0, text.indexOf('<main'));
  expect(top).toContain('Found and confirmed');
  expect(top).toContain('125 calls at once');
  expect(top).toContain('limited by setup, 95 of 100 at 150');
});

it('has a row and a link for each step, and curves over the load', () => {
  const text = capacityPage(reportOf(whole));
  for (const { load } of whole) expect(text).toContain(`href="./steps/ivr-${load}/report.html"`);
  expect(text.match(/did not hold<\/span>/g)).toHaveLength(3);
  expect(text).toContain('<h3>setup, 95 of 100</h3>');
  expect(text).not.toContain('<h3>RTP lost</h3>');
});

it('shows what came from elsewhere as text', () => {
  const text = capacityPage(reportOf([step(50, 'doubling', 'generator', 3)]));
  expect(text).toContain('a &lt;target&gt;');
  expect(text).toContain('&lt;b&gt;a reason&lt;/b&gt;');
  expect(text).not.toContain('<b>a reason');
});

it('is there while the search goes on', () => {
  expect(capacityPage(reportOf(whole.slice(0, 2), false))).toContain('The search goes on');
  expect(capacityPage(reportOf([], false))).toContain('None yet.');
});
