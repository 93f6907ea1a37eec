/** A comparison as a table for the terminal or for Markdown. */
import type { Io } from '@mediaservice/conformance/kit';
import { isMeasure, measureOf } from '../figures/measures.ts';
import type { CompareReport, Row } from './model.ts';

type Shown = Pick<CompareReport, 'a' | 'b' | 'rows' | 'objectives'>;

const heads = ['measure', 'A', 'B', 'B/A', 'rounds', 'spread', ''] as const;

function number(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  if (unit === 'bytes') return `${(value / 1024 / 1024).toFixed(1)} MiB`;
  return `${Number(value.toPrecision(4))}${unit === 'ms' || unit === '%' ? ` ${unit}` : ''}`;
}

function cells(row: Row): readonly string[] {
  const { title, unit, a, b, ratio, from, to, spread, verdict } = row;
  return [
    title,
    number(a, unit),
    number(b, unit),
    ratio === undefined ? '' : ratio.toFixed(2),
    from === undefined || to === undefined || from === to ? '' : `${from.toFixed(2)}–${to.toFixed(2)}`,
    spread === undefined ? '' : `${(spread * 100).toFixed(0)} %`,
    verdict === 'better' || verdict === 'worse' ? verdict : '',
  ];
}

const lost = ({ objectives }: Shown): string[] =>
  objectives.map(({ measure, a }) => {
    const title = isMeasure(measure) ? measureOf(measure).title : measure;
    return a ? `${title}: A held the objective, B did not` : `${title}: B held the objective, A did not`;
  });

const heading = ({ a, b }: Shown): string[] =>
  [
    ['A', a],
    ['B', b],
  ].map(([letter, side]) =>
    typeof side === 'object'
      ? `${letter}: ${side.name}, ${side.scenario}${side.source ? ` (${side.source})` : ''}`
      : '',
  );

export function compareText(shown: Shown, paint: Io['paint']): string {
  const table = [heads, ...shown.rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const lines = table.map((row, index) => {
    const line = row
      .map((cell, column) =>
        column === 0 || column === 6 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
    const tone = index === 0 ? 'dim' : row[6] === 'worse' ? 'bad' : row[6] === 'better' ? 'good' : undefined;
    return tone === undefined ? line : paint(tone, line);
  });
  return [...heading(shown), '', ...lines, ...lost(shown).map((line) => `${paint('bad', '✗')} ${line}`), ''].join('\n');
}

export function compareMarkdown(shown: Shown): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [
    ...heading(shown).map((text) => `${text}  `),
    '',
    line(heads),
    line(heads.map((_, column) => (column === 0 || column === 6 ? '---' : '---:'))),
    ...shown.rows.map((row) => line(cells(row))),
    ...lost(shown).map((text) => `\n**${text}**`),
    '',
  ].join('\n');
}

/** Scripts read it, so its form never changes. */
export function lastLine({ rows, objectives }: Pick<Shown, 'rows' | 'objectives'>, word: 'compare' | 'diff'): string {
  const count = (verdict: Row['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  const broken = objectives.filter(({ a }) => a).length;
  return `load: ${word}: B is better in ${count('better')}, worse in ${count('worse')}, the same in ${count('same')} measures; ${broken} objectives that A held and B did not`;
}
