/** report.html of a run. Pure but for the style sheets, which it reads. */
import { html, type Markup, type Part } from '@mediaservice/conformance/kit';
import { ms, time } from '../../cli/words.ts';
import type { Sample } from '../../figures/model.ts';
import type { LoadReport, RunSetting } from '../model.ts';
import { counts, tiles, times } from './figures.ts';
import { page } from './page.ts';
import { chartsOf } from './series.ts';
import { facts, mark, objectives, table } from './tables.ts';
import { clock, headline, moment, number } from './words.ts';

/** The page of a run, whole: HTML that needs nothing beside it. */
export function reportPage(report: LoadReport): string {
  const { scenario, target, setting, ending, started, tool, figures } = report;
  return page({
    ...{ kind: 'Load report', title: `${scenario} against ${target.name}`, asked: asked(setting), started, tool },
    ...(target.description !== undefined && { description: target.description }),
    ...{ headline: headline(ending.exitCode), reasons: ending.reasons },
    content: [
      tiles(figures),
      html`<div class="halves"><section class="card objectives"><h2>Objectives</h2>${report.objectives.length > 0 ? objectives(report.objectives) : html`<p class="about">None was set.</p>`}</section>
<section class="card"><h2>What was loaded, and with what</h2>${loaded(report)}</section></div>`,
      generators(report),
      ...chartsOf(report).map(
        ({ title, charts }) => html`<section><h2>${title}</h2><div class="charts">${charts}</div></section>`,
      ),
      html`<section><h2>Times</h2><div class="card">${times(figures)}</div></section>`,
      html`<section><h2>All figures</h2>${counts(report)}</section>`,
      seconds(report.series),
    ],
  });
}

/** `100 calls at once for 20 s, each of 8 s, after 5 s to get there` */
export function asked({ calls, rate, durationSeconds, rampSeconds, talkSeconds, mix }: RunSetting): string {
  const shares = Object.entries(mix ?? {});
  return [
    `${rate === undefined ? `${number(calls ?? 0)} at once` : `${number(rate)} a second`} for ${time(durationSeconds)}`,
    ...(talkSeconds > 0 ? [`calls of ${time(talkSeconds)}`] : []),
    ...(rampSeconds > 0 ? [`after ${time(rampSeconds)} to get there`] : []),
    ...(shares.length > 1 ? [shares.map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ')] : []),
  ].join(', ');
}

function loaded({ target, k6, machine, setting, started, seconds: took, k6Summary }: LoadReport): Markup {
  return facts([
    ['target', `${target.name}${target.embedded ? ', beside the generator on one machine' : ''}`],
    ['load', asked(setting)],
    ['part of several generators', setting.segment],
    ['began', moment(started)],
    ['took', clock(took)],
    ['k6', `${k6.version}, SIP module ${k6.extension}`],
    ['machine of the generator', `${machine.cpus} × ${machine.model}, ${machine.kernel}, Node ${machine.node}`],
    [
      'files',
      html`<a href="report.json">report.json</a>${k6Summary !== undefined && html`, <a href="k6-summary.json">k6-summary.json</a>, <a href="k6-summary.txt">k6-summary.txt</a>`}`,
    ],
  ]);
}

type Generator = NonNullable<LoadReport['generators']>[number];

/** Of a merged report: whose they were. */
function generators({ generators: all }: LoadReport): Part {
  if (all === undefined) return undefined;
  const ended = ({ exitCode }: Generator): Markup => {
    const { tone, sign, words } = headline(exitCode);
    return mark(tone, sign, words);
  };
  return html`<section class="card"><h2>Generators</h2><p class="about">This report is made of ${number(all.length)} that loaded one target together.</p>${table<Generator>(
    [
      { name: 'Report', cell: ({ report }) => report },
      { name: 'Part', cell: ({ segment }) => segment ?? '–' },
      { name: 'Began', cell: ({ started }) => moment(started) },
      { name: 'Took', right: true, cell: ({ seconds: took }) => clock(took) },
      { name: 'Machine', cell: ({ machine }) => `${machine.cpus} × ${machine.model}, ${machine.kernel}` },
      { name: 'Ended', cell: ended },
    ],
    all,
    'Generators',
  )}</section>`;
}

/** So many rows; between them lie the same number of seconds each. */
const mostRows = 60;

/** The series as a table, for those who do not see charts. */
function seconds(series: readonly Sample[]): Part {
  if (series.length === 0) return undefined;
  const every = Math.ceil(series.length / mostRows);
  const rows = series.filter((_, i) => i % every === every - 1 || i === series.length - 1);
  const optional = (value: number | undefined, words: (value: number) => string): string =>
    value === undefined ? '–' : words(value);
  return html`<details class="card seconds"><summary>The run as a table${every > 1 && `, every ${every} s`}</summary>${table<Sample>(
    [
      { name: 'At', right: true, cell: ({ at }) => clock(at) },
      { name: 'In progress', right: true, cell: ({ inProgress }) => number(inProgress) },
      { name: 'Attempted', right: true, cell: ({ attempted }) => number(attempted) },
      { name: 'Completed', right: true, cell: ({ completed }) => number(completed) },
      { name: 'Failed', right: true, cell: ({ failed }) => number(failed) },
      { name: 'Setup, 95 of 100', right: true, cell: ({ setupMs }) => optional(setupMs?.p95, ms) },
      { name: 'Packets lost', right: true, cell: ({ rtp }) => optional(rtp?.lost, number) },
      { name: 'Jitter, 95 of 100', right: true, cell: ({ jitterMs }) => optional(jitterMs?.p95, ms) },
      { name: 'Target, cores', right: true, cell: ({ target }) => optional(target?.cpu, (cpu) => cpu.toFixed(2)) },
      {
        name: 'Generator, cores',
        right: true,
        cell: ({ generator }) => optional(generator?.cpu, (cpu) => cpu.toFixed(2)),
      },
    ],
    rows,
    'The run as a table',
  )}${every > 1 && html`<p class="about">Each row is of one second; report.json has all of them.</p>`}</details>`;
}
