import { judgeable } from '../../catalogue/reason.ts';
import type { Report, ReportRequirement } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { anchor, badge } from './words.ts';

/** The catalogue with what the run found out about each row. */
export function requirements(report: Report): Markup {
  const ran = new Set(report.tests.map((test) => test.id));
  return html`<section aria-labelledby="requirements"><h2 id="requirements">Requirements</h2><p class="none" id="no-requirements" hidden>No requirement fits the filter.</p>
<table class="requirements"><thead><tr><th scope="col">Verdict</th><th scope="col">Requirement</th><th scope="col">Level</th><th scope="col">Source</th><th scope="col">Tests</th></tr></thead><tbody>${report.requirements.map(
    (row) => one(row, ran),
  )}</tbody></table></section>`;
}

function one(row: ReportRequirement, ran: ReadonlySet<string>): Markup {
  const text =
    `${row.slug} ${row.text} ${row.source} ${row.level} ${row.role} ${row.capability ?? ''} ${row.reason ?? ''}`.toLowerCase();
  return html`<tr class="item" id="${anchor('req', row.slug)}" data-kind="requirement" data-area="${row.area}" data-verdict="${row.verdict}" data-text="${text}">
<td>${badge(row.verdict)}</td>
<td><p>${row.text}</p><p class="sub"><code>${row.slug}</code></p>${row.reason !== undefined && html`<p class="sub">${row.verdict === 'untestable' && 'Untestable: '}${row.reason}</p>`}</td>
<td><span class="strength">${row.strength}</span> <span class="sub">${row.level}, ${row.role}${row.capability !== undefined && html`, if <code>${row.capability}</code>`}</span></td>
<td class="source">${row.source}</td>
<td class="tests">${row.tests.map(({ id, verdict }) => {
    const sign = html`<span class="dot v-${verdict}" role="img" aria-label="${verdict}" title="${verdict}"></span>`;
    return html`<div>${sign}${ran.has(id) ? html`<a href="#${anchor('test', id)}">${id}</a>` : html`<span class="sub">${id}</span>`}</div>`;
  })}${row.tests.length === 0 && judgeable(row) && html`<span class="sub">no test</span>`}</td></tr>`;
}
