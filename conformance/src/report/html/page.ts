import { readFileSync } from 'node:fs';
import { VERDICTS } from '../../verdict/verdict.ts';
import type { Report, Timelines } from '../model.ts';
import { ladder } from './ladder.ts';
import { html, json, type Markup, trusted } from './markup.ts';
import { requirements } from './requirements.ts';
import { summary } from './summary.ts';
import { tests } from './tests.ts';
import { VERDICT_WORDS } from './words.ts';

/**
 * The report as one HTML file that needs nothing beside it. Whatever a peer sent is shown as text, never taken as
 * markup. The ladders are drawn beforehand and parked as JSON: a browser only builds those that are opened.
 */
export function reportPage(report: Report, timelines: Timelines): string {
  const ladders = report.tests.flatMap((test) => {
    const timeline = timelines.get(test.id);
    if (timeline === undefined || timeline.length === 0) return [];
    const data = json(ladder(timeline, test.startedAt).text);
    return [html`<script type="application/json" data-for="${test.id}">${data}</script>\n`];
  });
  return `${page(report, ladders)}\n`;
}

function page(report: Report, ladders: readonly Markup[]): Markup {
  return html`${trusted('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; media-src 'self' file:; base-uri 'none'; form-action 'none'">
<title>${report.target.name}: conformance report</title>
<style>${['page.css', 'lists.css', 'ladder.css', 'narrow.css'].map(asset)}</style></head><body>
<a class="skip" href="#tests">Skip to the tests</a>
${summary(report)}
${controls(report)}
${tests(report)}
${requirements(report)}
</main>
${ladders}<script>${asset('browser.js')}</script></body></html>`;
}

function controls(report: Report): Markup {
  const areas = [
    ...new Set([...report.requirements.map((r) => r.area), ...report.tests.map((t) => t.area)]),
  ].toSorted();
  const present = VERDICTS.filter((v) => report.summary.tests[v] + report.summary.requirements[v] > 0);
  return html`<form class="controls" id="controls" hidden aria-label="Filter" role="search">
<label class="find"><span class="vh">Search</span><input type="search" id="find" placeholder="Search title, id, requirement, source" autocomplete="off"></label>
<label><span class="vh">Area</span><select id="area"><option value="">All areas</option>${areas.map((area) => html`<option value="${area}">${area}</option>`)}</select></label>
<fieldset><legend class="vh">Verdicts</legend>${present.map(
    (v) =>
      html`<label class="pick v-${v}"><input type="checkbox" name="verdict" value="${v}"><span><span aria-hidden="true">${VERDICT_WORDS[v].sign}</span> ${VERDICT_WORDS[v].word}</span></label>`,
  )}</fieldset>
<nav aria-label="Parts of the report"><a href="#tests">Tests</a><a href="#requirements">Requirements</a></nav>
<output id="shown" aria-live="polite"></output></form>`;
}

/** Our own files, embedded as they are. */
function asset(name: string): Markup {
  return trusted(readFileSync(new URL(name, import.meta.url), 'utf8'));
}
