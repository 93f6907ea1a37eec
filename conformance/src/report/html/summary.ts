import { VERDICTS, type Verdict } from '../../verdict/verdict.ts';
import { unused } from '../exercised.ts';
import type { Report, ReportGroup, ReportProfile, ReportTest } from '../model.ts';
import { html, type Markup, type Part } from './markup.ts';
import { anchor, badge, count, duration, headline, VERDICT_WORDS } from './words.ts';

/** Headline, numbers, and the tables by level and area. */
export function summary(report: Report): Markup {
  const { summary: sums, target, settings, ending, tool } = report;
  const { words, tone } = headline(ending.exitCode, settings.selection !== undefined);
  const known = report.tests.filter((test) => test.knownFailure !== undefined).length;
  return html`<header class="top"><div class="wrap">
<div class="title"><p class="kicker">Mediaservice conformance</p><h1>${target.name}</h1>${target.description !== undefined && html`<p class="about">${target.description}</p>`}</div>
<div class="tools"><button type="button" id="theme" hidden>Theme</button></div>
<div class="ending v-${tone}"><strong>${words}</strong>${ending.reasons.length > 0 && html`<ul>${ending.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}${known > 0 && html`<p>${count(known, 'failure')} accepted by the baseline.</p>`}</div>
</div></header>
<main class="wrap">
<section class="tiles" aria-label="Numbers">
${tile('Tests', html`${sums.passed}<small> passed</small>`, html`${sums.failed} failed, ${sums.skipped} skipped`, bar(sums.tests))}
${tile('Requirements', html`${sums.covered}<small> of ${sums.total} covered</small>`, html`${sums.requirements.pass} pass, ${sums.requirements.fail} fail`, bar(sums.requirements))}
${traffic(report)}
</section>
<p class="run">${target.restBaseUrl}/${target.domain} · SIP ${target.sip} · ${report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')} · took ${duration(report.durationMs)} · SIPp ${settings.runner === 'docker' ? 'in a container' : 'as a process'} · ${settings.concurrency} at a time${sums.lag !== undefined && html`, timers late by ${duration(sums.lag.p99)} (99 %), ${duration(sums.lag.max)} at most`} · ${tool.name} ${tool.version}</p>
<p class="run">Capabilities claimed: ${target.capabilities.length === 0 ? 'none' : target.capabilities.join(', ')}</p>
<p class="run">API exercised: ${used(sums.exercised.operations)} operations, ${used(sums.exercised.callbacks)} callbacks${unused(sums.exercised).length > 0 && html`; not: ${unused(sums.exercised).join(', ')}`}.</p>
${settings.selection !== undefined && html`<p class="notice">Only a part was run: ${Object.entries(settings.selection).map(([name, value], i) => html`${i > 0 ? ', ' : ''}${name} <code>${value}</code>`)}. Requirements whose tests were left out stay “not run”.</p>`}
${faults(report)}
<section class="groups"><div><h2>By level</h2>${groups('Level', sums.levels, 'level')}${profiles(sums.profiles)}</div>${legend()}
<div class="areas"><h2>By area</h2><div class="halves">${halves(sums.areas).map((half) => groups('Area', half, 'area'))}</div></div></section>`;
}

/** `9 of 11`. */
const used = (counts: Readonly<Record<string, number>>): string =>
  `${Object.values(counts).filter((count) => count > 0).length} of ${Object.keys(counts).length}`;

function tile(name: string, number: Part, sub: Part, extra: Part): Markup {
  return html`<div class="tile"><h2>${name}</h2><p class="number">${number}</p><p class="sub">${sub}</p>${extra}</div>`;
}

function traffic({ summary: { traffic: seen } }: Report): Markup {
  const n = (value: number) => value.toLocaleString('en');
  return html`<div class="tile traffic"><h2>Traffic on the wire</h2><dl>
<div><dt>SIP calls</dt><dd>${n(seen.calls)}</dd></div><div><dt>SIP messages</dt><dd>${n(seen.sipMessages)}</dd></div>
<div><dt>RTP from the service</dt><dd>${n(seen.rtpPacketsReceived)}</dd></div><div><dt>RTP to the service</dt><dd>${n(seen.rtpPacketsSent)}</dd></div>
<div><dt>Callbacks</dt><dd>${n(seen.callbacks)}</dd></div><div><dt>REST exchanges</dt><dd>${n(seen.restExchanges)}</dd></div></dl></div>`;
}

/** A stacked bar; its parts are told in words for those who do not see it. */
function bar(byVerdict: Readonly<Record<Verdict, number>>): Markup {
  const parts = VERDICTS.filter((verdict) => byVerdict[verdict] > 0);
  const words = parts.map((verdict) => `${byVerdict[verdict]} ${VERDICT_WORDS[verdict].word}`).join(', ');
  return html`<div class="bar" role="img" aria-label="${words}" title="${words}">${parts.map(
    (verdict) => html`<span class="v-${verdict}" style="flex-grow:${byVerdict[verdict]}"></span>`,
  )}</div>`;
}

/** A long list stands in two columns. */
function halves(list: readonly ReportGroup[]): (readonly ReportGroup[])[] {
  if (list.length <= 8) return [list];
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

function groups(name: string, list: readonly ReportGroup[], filter: 'level' | 'area'): Markup {
  return html`<div class="scroll"><table class="sums"><thead><tr><th scope="col">${name}</th><th scope="col" class="r">Covered</th><th scope="col" class="r">Pass</th><th scope="col" class="r">Fail</th><th scope="col" class="r wide">Tests</th><th scope="col" class="grow"><span class="vh">Verdicts</span></th></tr></thead><tbody>${list.map(
    (group) =>
      html`<tr><th scope="row">${filter === 'area' ? html`<a href="#tests" data-area="${group.name}">${group.name}</a>` : group.name}</th><td class="r">${group.covered}<span class="of"> of ${group.total}</span></td><td class="r">${group.byVerdict.pass}</td><td class="r${group.byVerdict.fail > 0 && ' bad'}">${group.byVerdict.fail}</td><td class="r wide">${group.tests}</td><td class="grow">${bar(group.byVerdict)}</td></tr>`,
  )}</tbody></table></div>`;
}

function profiles(list: readonly ReportProfile[]): Markup {
  return html`<h2>By profile</h2><div class="scroll"><table class="sums"><thead><tr><th scope="col">Profile</th><th scope="col" class="r">Covered</th><th scope="col">Standing</th></tr></thead><tbody>${list.map(
    ({ name, text, covered, total, state, missing }) =>
      html`<tr><th scope="row" title="${text}">${name}</th><td class="r">${covered}<span class="of"> of ${total}</span></td><td${state === 'not-conformant' && html` class="bad"`}>${state.replace('-', ' ')}${missing.length > 0 && html`<span class="of">: ${missing.join(', ')}</span>`}</td></tr>`,
  )}</tbody></table></div>`;
}

/** So many faults stand open; more of them are folded away, so that the rest of the page stays in reach. */
const OPEN_FAULTS = 8;

/** So many findings are listed; a target that gets lost can make thousands. */
const MOST_FINDINGS = 100;

function faults(report: Report): Part {
  const of = (verdict: Verdict) => report.tests.filter((test) => test.verdict === verdict);
  const bad = [...of('fail'), ...of('harness-error')].map(fault);
  const findings = report.findings
    .slice(0, MOST_FINDINGS)
    .map((finding) => html`<li><span class="badge v-warning">${finding.kind}</span> ${finding.text}</li>`);
  const unlisted = report.findings.length - MOST_FINDINGS;
  const rest = unlisted > 0 ? [html`<li>${unlisted} more were noticed, in report.json</li>`] : [];
  const all = [...bad, ...findings, ...rest];
  if (all.length === 0) return undefined;
  const more = all.slice(OPEN_FAULTS);
  return html`<section class="faults" aria-labelledby="faults"><h2 id="faults">${bad.length > 0 ? 'What failed' : 'What was noticed'}</h2>
<ul>${all.slice(0, OPEN_FAULTS)}</ul>${more.length > 0 && html`<details><summary>${more.length} more</summary><ul>${more}</ul></details>`}</section>`;
}

function fault(test: ReportTest): Markup {
  const reasons = test.reasons
    .slice(0, 3)
    .map(
      ({ text, requirement }) => html`<p>${text}${requirement !== undefined && html` <code>${requirement}</code>`}</p>`,
    );
  const known = test.knownFailure !== undefined && html` <span class="sub">accepted: ${test.knownFailure}</span>`;
  return html`<li><a href="#${anchor('test', test.id)}">${badge(test.verdict)} <b>${test.title}</b></a>${known}${reasons}</li>`;
}

function legend(): Markup {
  const meaning: Readonly<Record<Verdict, string>> = {
    pass: 'everything demanded came',
    fail: 'a MUST did not come',
    warning: 'every MUST came, a SHOULD did not',
    'not-applicable': 'the target does not claim the capability, or it is asked of applications',
    untestable: 'no black box can show it',
    inconclusive: 'the harness was starved: nothing was shown',
    'harness-error': 'the suite broke: says nothing of the target',
    'not-run': 'no test showed it in this run; never green',
  };
  return html`<details class="legend" open><summary>What the verdicts mean</summary><dl>${VERDICTS.map(
    (verdict) => html`<div><dt>${badge(verdict)}</dt><dd>${meaning[verdict]}</dd></div>`,
  )}</dl></details>`;
}
