/** report.html of two targets beside each other. Pure but for the style sheets. */
import { html, type Markup, type Part } from '@mediaservice/conformance/kit';
import { percent } from '../../cli/words.ts';
import type { CompareReport, CompareStep, Row, Side } from '../../compare/model.ts';
import { beside } from './links.ts';
import { page } from './page.ts';
import { facts, mark, table } from './tables.ts';
import { clock, type Headline, headline, measureText, measureTitle, moment, number } from './words.ts';

/** The page of a comparison, whole. A stands on the left, B is judged beside it. */
export function comparisonPage(report: CompareReport): string {
  const { a, b, rows, steps, objectives, ending, started, tool, tolerance } = report;
  return page({
    ...{ kind: 'Load comparison', title: `${b.name} beside ${a.name}`, started, tool },
    asked: `${a.scenario === b.scenario ? a.scenario : `${a.scenario} and ${b.scenario}`}: A is ${a.name}, B is ${b.name}`,
    headline: headlineOf(report),
    reasons: [
      ...objectives.map(
        ({ measure, a: ofA }) =>
          `${measureTitle(measure)}: ${ofA ? 'A' : 'B'} held the objective, ${ofA ? 'B' : 'A'} did not`,
      ),
      ...ending.reasons,
    ],
    content: [
      html`<section class="card"><h2>Measure by measure</h2>${table(columns, rows, 'Measures')}<p class="about">Medians of the steps. Better or worse: all steps of one side lie beyond all of the other, and the medians are more than ${percent(tolerance)} apart. Rounds: the least and the greatest ratio of steps that followed each other. Spread: by how much steps of one side differ.</p></section>`,
      html`<div class="halves"><section class="card"><h2>Sides</h2>${sides(report)}</section>${steps.length > 0 && html`<section class="card"><h2>Steps</h2>${table<CompareStep>(stepColumns, steps, 'Steps')}</section>`}</div>`,
    ],
  });
}

function headlineOf({ rows, ending }: CompareReport): Headline {
  if (ending.exitCode > 1) return headline(ending.exitCode);
  const count = (verdict: Row['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  return {
    ...{ sign: ending.exitCode === 0 ? '✓' : '✗', tone: ending.exitCode === 0 ? 'good' : 'bad' },
    words: `B is better in ${count('better')}, worse in ${count('worse')}, the same in ${count('same')} measures`,
  };
}

const value =
  (side: Side) =>
  (row: Row): Part => {
    const of = row[side];
    return of === undefined ? '–' : measureText(row.measure, of);
  };

const verdicts: Readonly<Record<Row['verdict'], Markup>> = {
  better: mark('good', '▲', 'better'),
  worse: mark('bad', '▼', 'worse'),
  same: mark('dim', '=', 'the same'),
  unknown: mark('dim', '?', 'not on both sides'),
};

const columns = [
  { name: 'Measure', cell: ({ title }: Row) => title },
  { name: 'A', right: true, cell: value('a') },
  { name: 'B', right: true, cell: value('b') },
  { name: 'B / A', right: true, cell: ({ ratio }: Row) => ratio?.toFixed(2) ?? '–' },
  {
    ...{ name: 'Rounds', right: true },
    cell: ({ from, to }: Row) => (from === undefined || to === undefined ? '–' : `${from.toFixed(2)}–${to.toFixed(2)}`),
  },
  { name: 'Spread', right: true, cell: ({ spread }: Row) => (spread === undefined ? '–' : percent(spread)) },
  { name: 'B is', cell: ({ verdict }: Row) => verdicts[verdict] },
];

const stepColumns = [
  {
    ...{ name: 'Round', right: true },
    cell: ({ round, report }: CompareStep) => html`<a href="${beside(report, 'report.html')}">${number(round)}</a>`,
  },
  { name: 'Side', cell: ({ side }: CompareStep) => side.toUpperCase() },
  {
    name: 'Ending',
    cell: ({ exitCode }: CompareStep) => {
      const { tone, sign, words } = headline(exitCode);
      return mark(tone, sign, words);
    },
  },
  { name: 'Took', right: true, cell: ({ seconds }: CompareStep) => clock(seconds) },
];

function sides({ a, b, k6, machine, started }: CompareReport): Markup {
  const side = ({ name, description, source }: CompareReport['a']): string =>
    [name, ...(description === undefined ? [] : [description]), ...(source === undefined ? [] : [`(${source})`])].join(
      ' ',
    );
  return facts([
    ['A', side(a)],
    ['B', side(b)],
    ['began', moment(started)],
    ['k6', k6 && `${k6.version}, SIP module ${k6.extension}`],
    ['machine of the generator', machine && `${machine.cpus} × ${machine.model}, ${machine.kernel}`],
    ['files', html`<a href="compare.json">compare.json</a>`],
  ]);
}
