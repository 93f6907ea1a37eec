import { expect, it } from 'vitest';
import type { CompareReport } from '../../compare/model.ts';
import { EXIT } from '../model.ts';
import { comparisonPage } from './comparison.ts';

const side = { embedded: false, scenario: 'ivr' };
const report: CompareReport = {
  ...{ formatVersion: 1, kind: 'compare', tool: { name: 'mediaservice-load', version: '0.1.0' } },
  ...{ started: '2026-01-02T03:04:05Z', tolerance: 0.1 },
  ...{ a: { ...side, name: 'one' }, b: { ...side, name: '<b>other</b>', source: 'other.yaml' } },
  steps: [
    {
      ...{ side: 'b', round: 1, started: '2026-01-02T03:04:05Z', seconds: 20, exitCode: EXIT.broken, measures: {} },
      report: 'steps/02-b/report.json',
    },
  ],
  rows: [
    {
      ...{ measure: 'setup.p95', title: 'setup, 95 of 100', unit: 'ms', better: 'low', verdict: 'worse' },
      ...{ a: 20, b: 50, ratio: 2.5, from: 2.1, to: 2.9, spread: 0.05 },
    },
    { measure: 'rest.p95', title: 'REST, 95 of 100', unit: 'ms', better: 'low', verdict: 'unknown', b: 3 },
  ],
  objectives: [{ measure: 'setup.p95', a: true, b: false }],
  ending: { exitCode: EXIT.broken, reasons: ['B in round 1 ended with 1'] },
};

it('says first in how much B is better or worse, and which objective it lost', () => {
  const text = comparisonPage(report);
  const top = text.slice(0, text.indexOf('<main'));
  expect(top).toContain('B is better in 0, worse in 1, the same in 0 measures');
  expect(top).toContain('setup, 95 of 100: A held the objective, B did not');
});

it('has a row for each measure, with words for what its colour says', () => {
  const rows = comparisonPage(report)
    .split('<tr>')
    .map((row) => row.replace(/<\/t[hd]>(?=<t)/g, '|').replace(/<[^>]+>/g, ''));
  expect(rows.find((row) => row.startsWith('setup,'))).toMatch(
    /^setup, 95 of 100\|20 ms\|50 ms\|2\.50\|2\.10–2\.90\|5 %\|▼ worse/,
  );
  expect(rows.find((row) => row.startsWith('REST,'))).toMatch(
    /^REST, 95 of 100\|–\|3 ms\|–\|–\|–\|\? not on both sides/,
  );
});

it('links the steps, and shows what came from elsewhere as text', () => {
  const text = comparisonPage(report);
  expect(text).toContain('href="./steps/02-b/report.html"');
  expect(text).toContain('&lt;b&gt;other&lt;/b&gt;');
  expect(text).not.toContain('<b>other');
});
