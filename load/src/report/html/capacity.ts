/** report.html of a search for the capacity: each step, how the figures went with the load, which objective broke first. Pure but for the style sheets. */
import { html, type Markup, type Part } from '@mediaservice/conformance/kit';
import type { CapacityReport, CapacitySearch, CapacityStep } from '../../capacity/model.ts';
import { sentence } from '../../capacity/words.ts';
import { percent, time } from '../../cli/words.ts';
import type { MeasureName } from '../../figures/measures.ts';
import { sentenceOf } from '../../figures/objectives.ts';
import { chart } from './chart.ts';
import { beside } from './links.ts';
import { page } from './page.ts';
import { countAxis, type ValueUnit } from './scale.ts';
import { facts, mark, table } from './tables.ts';
import { clock, type Headline, headline, measureText, measureTitle, moment, number } from './words.ts';

/** The page of a search, whole; also of one that goes on. */
export function capacityPage(report: CapacityReport): string {
  const { target, searches, ending, started, tool } = report;
  return page({
    ...{ kind: 'Capacity report', title: `Capacity of ${target.name}`, started, tool },
    asked: `The highest load that holds the objectives, of ${searches.map(({ scenario }) => scenario).join(' and ') || 'nothing yet'}`,
    ...(target.description !== undefined && { description: target.description }),
    headline: headlineOf(report),
    reasons: [...searches.map((search) => sentence(search, report)), ...(ending?.reasons ?? [])],
    content: [
      searches.map(section),
      html`<section class="card"><h2>What was loaded, and with what</h2>${loaded(report)}</section>`,
    ],
  });
}

function headlineOf({ ending, searches }: CapacityReport): Headline {
  if (ending === undefined) return { sign: '…', words: 'The search goes on', tone: 'warn' };
  if (ending.exitCode > 1) return headline(ending.exitCode);
  const confirmed = searches.every(({ found }) => found.confirmed);
  return confirmed
    ? { sign: '✓', words: 'Found and confirmed', tone: 'good' }
    : { sign: '✗', words: 'Not all of it was confirmed', tone: 'bad' };
}

const unitOf = { calls: 'calls at once', rate: 'calls a second' } as const;

function section(search: CapacitySearch): Markup {
  const { scenario, steeredBy, steps } = search;
  return html`<section><h2>${scenario}, ${unitOf[steeredBy]}</h2>
<div class="halves"><div class="card">${found(search)}</div><div class="card">${pace(search)}</div></div>
<div class="charts">${drawn(search)}</div>
<div class="card"><h3>Steps</h3>${
    steps.length > 0
      ? table(
          columns,
          steps.map((step, i) => ({ ...step, number: i + 1 })),
          `Steps of ${scenario}`,
        )
      : html`<p class="about">None yet.</p>`
  }</div></section>`;
}

function found({ found: { load, confirmed, limit, limitedAt, broken }, steeredBy, steps }: CapacitySearch): Markup {
  const why = steps.find((step) => step.load === limitedAt && step.verdict !== 'held');
  const limits = {
    objective: 'an objective of the target',
    generator: 'the generator, not the target',
    bound: 'the bound that was set',
    stopped: 'the search was stopped',
  } as const;
  return html`<h3>Found</h3>${facts([
    ['highest load that held', `${number(load)} ${unitOf[steeredBy]}`],
    ['confirmed by a longer run', confirmed ? mark('good', '✓', 'yes') : mark('bad', '✗', 'no')],
    ['limited by', limits[limit]],
    ['lowest load that did not hold', limitedAt !== undefined && number(limitedAt)],
    ['broke first', broken.map(measureTitle).join(', ')],
    ['there', why && reasonsOf(why)],
  ])}`;
}

const pace = ({ setting }: CapacitySearch): Markup =>
  html`<h3>How it was looked for</h3>${facts([
    ['first load, and greatest', `${number(setting.start)}, ${number(setting.most)}`],
    ['to', percent(setting.resolution)],
    ['a step is steady for', time(setting.durationSeconds)],
    ['a confirmation for', time(setting.confirmSeconds)],
    ['time to get to a load', time(setting.rampSeconds)],
    ['a call lasts', time(setting.talkSeconds)],
  ])}`;

/** What may break, over the load: where steps had the same load, all of them are shown. */
const curves: readonly (readonly [measure: MeasureName, unit: ValueUnit])[] = [
  ['setup.p95', 'ms'],
  ['calls.failed', 'calls'],
  ['loss.percent', '%'],
  ['score.min', 'score'],
  ['target.cores', 'cores'],
  ['target.cpuMsPerCall', 'ms'],
];

function drawn({ steps, steeredBy, scenario }: CapacitySearch): readonly Markup[] {
  const sorted = steps.toSorted((a, b) => a.load - b.load);
  const axis = countAxis(sorted.at(-1)?.load ?? 1, '');
  return curves.flatMap(([measure, unit]) => {
    const made = chart({
      ...{ title: measureTitle(measure), about: `${scenario}, a dot a step`, unit, axis, gap: axis.to },
      lines: [
        { name: 'held', tone: 'a' },
        { name: 'did not hold', tone: 'bad' },
        { name: 'not valid', tone: 'c' },
      ],
      rows: sorted.map(({ load, verdict, measures }) => ({
        x: load,
        values: (['held', 'broken', 'generator'] as const).map((one) =>
          one === verdict ? measures[measure] : undefined,
        ),
      })),
      ...{ across: unitOf[steeredBy], place: (from: number) => `${number(from)} ${unitOf[steeredBy]}` },
    });
    return made === undefined ? [] : [made];
  });
}

type Row = CapacityStep & { readonly number: number };

const measured = (name: MeasureName) => ({
  right: true,
  cell: ({ measures }: Row): Part => {
    const value = measures[name];
    return value === undefined ? '–' : measureText(name, value);
  },
});

const columns = [
  {
    name: 'Step',
    right: true,
    cell: (row: Row) => html`<a href="${beside(row.report, 'report.html')}">${row.number}</a>`,
  },
  { name: 'Load', right: true, cell: ({ load }: Row) => number(load) },
  { name: 'Why', cell: ({ purpose }: Row) => purpose },
  { name: 'Verdict', cell: ({ verdict }: Row) => verdicts[verdict] },
  { name: 'Setup, 95 of 100', ...measured('setup.p95') },
  { name: 'Failed', ...measured('calls.failed') },
  { name: 'RTP lost', ...measured('loss.percent') },
  { name: 'Worst score', ...measured('score.min') },
  { name: 'Target, cores', ...measured('target.cores') },
  { name: 'What broke', cell: reasonsOf },
];

const verdicts = {
  held: mark('good', '✓', 'held'),
  broken: mark('bad', '✗', 'did not hold'),
  generator: mark('warn', '?', 'not valid'),
} as const;

function reasonsOf({ broken, reasons, verdict }: CapacityStep): string {
  if (verdict === 'held') return '';
  return (broken.length > 0 && verdict === 'broken' ? broken.map(sentenceOf) : reasons).join('; ');
}

function loaded({ target, k6, machine, started, seconds }: CapacityReport): Markup {
  return facts([
    ['target', `${target.name}${target.embedded ? ', beside the generator on one machine' : ''}`],
    ['began', moment(started)],
    ['took', clock(seconds)],
    ['k6', `${k6.version}, SIP module ${k6.extension}`],
    ['machine of the generator', machine && `${machine.cpus} × ${machine.model}, ${machine.kernel}`],
    ['files', html`<a href="capacity.json">capacity.json</a>`],
  ]);
}
