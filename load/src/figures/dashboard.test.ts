import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type MetricKind, metrics } from './metrics.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}
const dashboard = JSON.parse(read('../../grafana/dashboard.json')) as Dashboard;
const guide = read('../../../docs/load.md');
const expressions = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
];

/** What the guide has k6 told to keep of a trend: K6_PROMETHEUS_RW_TREND_STATS. */
const kept = (/K6_PROMETHEUS_RW_TREND_STATS='([^']+)'/.exec(guide)?.[1] ?? '').split(',');
/** k6's Prometheus output names a series after its metric, its kind and, for trends, the statistic: p(95) is p95. */
const suffixes: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ['total'],
  rate: ['rate'],
  trend: kept.map((stat) => stat.replace(/[()]/g, '')),
};
const series = new Set(
  Object.entries(metrics).flatMap(([name, { kind }]) => suffixes[kind].map((suffix) => `k6_${name}_${suffix}`)),
);

describe('the Grafana dashboard', () => {
  it('asks only for series that k6 writes of our metrics', () => {
    const asked = new Set(expressions.flatMap((text) => text.match(/\bk6_\w+/g) ?? []));
    expect(asked.size).toBeGreaterThan(15);
    expect([...asked].filter((name) => !series.has(name))).toEqual([]);
  });

  it('shows every metric that figures are made of', () => {
    const all = expressions.join('\n');
    expect(Object.keys(metrics).filter((name) => !all.includes(`k6_${name}_`))).toEqual([]);
  });

  it('asks the target only for metrics that are documented', () => {
    const documented = read('../../../docs/metrics.md');
    const asked = expressions.flatMap((text) => text.match(/\b(?:mediaservice|process)_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('counts failed calls: k6 writes a counter only when it changes, and of one value there is no rate', () => {
    const [panel] = dashboard.panels.filter(({ title }) => title.startsWith('Failed calls'));
    expect(panel?.targets.map(({ expr }) => expr)).toEqual([
      'sum by (reason) (k6_load_calls_failed_total{testid=~"$testid"})',
    ]);
  });

  it('uses only variables that it has', () => {
    const known = new Set(['__rate_interval', ...dashboard.templating.list.map(({ name }) => name)]);
    const used = expressions.flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has panels with ids of their own that do not lie on each other', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});
