import { html, type Markup, trusted } from '../../report/html/markup.ts';
import type { SelftestMutant, SelftestReport, SelftestRow } from './model.ts';

/** The matrix as one HTML file that needs nothing beside it: each row with the mutants that prove it, by area. */
export function selftestPage(report: SelftestReport): string {
  const { summary } = report;
  const areas = Map.groupBy(report.requirements, ({ area }) => area);
  const mutants = new Map(report.mutants.map((one) => [one.id, one]));
  const spare = report.mutants.filter(({ id }) => !report.requirements.some((row) => row.mutants.includes(id)));
  const page = html`${trusted('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>Self test: killed ${summary.killed} of ${summary.mutants}</title><style>${trusted(style)}</style></head><body><main>
<h1>Self test: killed ${summary.killed} of ${summary.mutants} mutants</h1>
<p>${summary.proven} of ${summary.demanded} MUST requirements are shown to be noticed when they are broken${summary.exempt > 0 && html`, ${summary.exempt} are exempt`}.
${summary.partial && 'This run was narrowed or stopped; the figures are of a part.'}
${report.tool.name} ${report.tool.version}, ${report.startedAt}, ${Math.round(report.durationMs / 1000)} s.</p>
${report.errors.length > 0 && html`<h2>Faults</h2><ul>${report.errors.map((text) => html`<li class="bad">${text}</li>`)}</ul>`}
${report.unfit.length > 0 && html`<h2>Scenarios that fail without mutation</h2><ul>${report.unfit.map(({ scenario, verdict, text }) => html`<li class="bad"><code>${scenario}</code> ${verdict}: ${text}</li>`)}</ul>`}
<nav>${[...areas].map(([area, rows]) => html`<a href="#${area}">${area} ${rows.filter(({ state }) => state === 'proven').length}/${rows.length}</a> `)}</nav>
${[...areas].map(([area, rows]) => html`<h2 id="${area}">${area}</h2><table><thead><tr><th>Requirement</th><th>Broken like this</th><th>Noticed by</th></tr></thead><tbody>${rows.map((row) => requirement(row, mutants))}</tbody></table>`)}
${spare.length > 0 && html`<h2>Others</h2><table><tbody>${spare.map((one) => html`<tr><td></td><td>${told(one)}</td><td>${by(one)}</td></tr>`)}</tbody></table>`}
</main></body></html>`;
  return `${page}\n`;
}

function requirement(row: SelftestRow, mutants: ReadonlyMap<string, SelftestMutant>): Markup {
  const own = row.mutants.flatMap((id) => mutants.get(id) ?? []);
  const head = html`<td rowspan="${Math.max(own.length, 1)}" class="${tone[row.state]}"><span class="sign" aria-hidden="true">${sign[row.state]}</span> <code>${row.slug}</code><br>${row.text}<br><small>${row.level} · ${row.source}</small></td>`;
  const [first, ...others] = own;
  if (first === undefined) return html`<tr>${head}<td colspan="2">${row.reason ?? words[row.state]}</td></tr>`;
  return html`<tr>${head}<td>${told(first)}</td><td>${by(first, row.slug)}</td></tr>${others.map((one) => html`<tr><td>${told(one)}</td><td>${by(one, row.slug)}</td></tr>`)}`;
}

const told = ({ id, title, wires }: SelftestMutant): Markup =>
  html`${title}<br><small>${id} · ${wires.join(', ')}</small>`;

function by({ state, kills, tries }: SelftestMutant, slug?: string): Markup {
  const [kill] = kills.filter((one) => one.scenario !== undefined && (slug === undefined || one.slug === slug));
  if (kill) return html`<code>${kill.scenario}</code> <small>${how[kill.how ?? 'expectation']}</small><br>${kill.text}`;
  return html`<span class="bad">${state}</span>${tries.map((one) => html`<br><code>${one.scenario}</code> ${one.verdict}, ${one.applied} rewritten`)}`;
}

const how = {
  expectation: 'expected otherwise',
  waited: 'waited for in vain',
  schema: 'against the specification',
} as const;
const sign = { proven: '✓', survived: '✗', missing: '✗', exempt: '–', 'not-run': '○' } as const;
const tone = { proven: 'good', survived: 'bad', missing: 'bad', exempt: '', 'not-run': '' } as const;
const words = { proven: '', survived: '', missing: 'No mutant', exempt: '', 'not-run': 'Did not run' } as const;

const style = `:root{color-scheme:light dark;--ink:light-dark(#18202a,#e4e8ee);--page:light-dark(#fff,#0f1318);--line:light-dark(#dde2e9,#2a323d);--dim:light-dark(#586474,#98a4b3);--good:light-dark(#14793d,#58c886);--bad:light-dark(#bd1e2c,#ff7b83)}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,sans-serif}main{max-width:80rem;margin:auto;padding:1.5rem}
table{border-collapse:collapse;width:100%;table-layout:fixed}th,td{text-align:start;vertical-align:top;border-top:1px solid var(--line);padding:.4rem .8rem .4rem 0;overflow-wrap:anywhere}
small{color:var(--dim)}code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9em}nav a{margin-inline-end:.8rem;white-space:nowrap}.good .sign{color:var(--good)}.bad,.bad .sign{color:var(--bad)}a{color:inherit}`;
