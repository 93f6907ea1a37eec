import { hintOf, loadHints } from '@mediaservice/spec';
import type { Report, ReportAttempt, ReportExpectation, ReportTest } from '../model.ts';
import { html, type Markup, type Part } from './markup.ts';
import { anchor, badge, count, duration } from './words.ts';

/** Every test, folded; its ladder is drawn when it is opened. */
export function tests(report: Report): Markup {
  return html`<section aria-labelledby="tests"><h2 id="tests">Tests</h2><p class="none" id="no-tests" hidden>No test fits the filter.</p>${report.tests.map(
    (test) => one(test, usualCauses(report, test)),
  )}</section>`;
}

/** What usually is wrong where a test failed, a sentence for each requirement that was broken. */
function usualCauses({ requirements }: Report, test: ReportTest): readonly string[] {
  if (test.verdict !== 'fail') return [];
  const broken = new Set(test.requirements.filter(({ verdict }) => verdict === 'fail').map(({ slug }) => slug));
  const hints = requirements.filter(({ slug }) => broken.has(slug)).flatMap((row) => hintOf(loadHints(), row) ?? []);
  return [...new Set(hints)].slice(0, MOST_HINTS);
}
const MOST_HINTS = 3;

function one(test: ReportTest, hints: readonly string[]): Markup {
  const words = [test.id, test.title, ...test.requirements.map(({ slug }) => slug), ...test.reasons.map((r) => r.text)];
  return html`<details class="test item" id="${anchor('test', test.id)}" data-kind="test" data-area="${test.area}" data-verdict="${test.verdict}" data-text="${words.join(' ').toLowerCase()}">
<summary>${badge(test.verdict)}<span class="what"><b>${test.title}</b><span class="sub"><code>${test.id}</code>${test.knownFailure !== undefined && html` · accepted by the baseline: ${test.knownFailure}`}</span></span><span class="time">${test.durationMs > 0 && duration(test.durationMs)}</span></summary>
<div class="body">
${test.reasons.length > 0 && html`<ul class="reasons v-${test.verdict}">${test.reasons.map((r) => html`<li>${r.text}${(r.requirements ?? [r.requirement ?? []].flat()).map((slug) => html` ${link(slug)}`)}</li>`)}</ul>`}
${test.earlier !== undefined && html`<p class="about">Asked again: ${attempts(test.earlier)}.</p>`}
${hints.map((hint) => html`<p class="hint"><b>Usual cause:</b> ${hint}</p>`)}
<p class="about">${seen(test)}${test.capability !== undefined && html` · needs the capability <code>${test.capability}</code>`}</p>
<h3>Requirements</h3><p class="slugs">${test.requirements.map(({ slug, verdict }) => html`<a class="slug v-${verdict}" href="#${anchor('req', slug)}" title="${verdict}">${slug}</a> `)}</p>
${test.expectations.length > 0 && html`<h3>Expectations</h3>${expectations(test.expectations)}`}
${test.evidence !== undefined && html`<h3>What crossed the wire</h3><div class="ladder-place" data-ladder="${test.id}"><p class="about">The ladder is drawn by script; without it see <a href="${test.evidence}/timeline.json">timeline.json</a>.</p></div>`}
${files(test)}
</div></details>`;
}

/** Each attempt that said nothing, and where its evidence is. */
function attempts(earlier: readonly ReportAttempt[]): Part {
  return earlier.map(({ reasons: [why], evidence }, i) => {
    const name = `attempt ${i + 1}`;
    const place = evidence === undefined ? name : html`<a href="${relative(evidence)}/">${name}</a>`;
    return html`${i > 0 ? '; ' : ''}${place} was inconclusive: ${why?.text ?? ''}`;
  });
}

function link(slug: string): Markup {
  return html`<a href="#${anchor('req', slug)}"><code>${slug}</code></a>`;
}

function seen({ observed }: ReportTest): string {
  const list = [
    observed.calls > 0 && count(observed.calls, 'call'),
    observed.sipMessages > 0 && count(observed.sipMessages, 'SIP message'),
    observed.rtpPacketsReceived > 0 && `${observed.rtpPacketsReceived} RTP packets in`,
    observed.rtpPacketsSent > 0 && `${observed.rtpPacketsSent} out`,
    observed.callbacks > 0 && count(observed.callbacks, 'callback'),
    observed.restExchanges > 0 && count(observed.restExchanges, 'REST exchange'),
  ].filter((part) => part !== false);
  return list.length === 0 ? 'No traffic was seen' : list.join(' · ');
}

function expectations(list: readonly ReportExpectation[]): Markup {
  return html`<div class="scroll"><table class="expectations"><thead><tr><th scope="col">At</th><th scope="col">Expectation</th><th scope="col">Expected</th><th scope="col">Came</th><th scope="col">Verdict</th></tr></thead><tbody>${list.map(
    (e) =>
      html`<tr class="${!e.ok && (e.level === 'must' ? 'missed' : 'warned')}"><td class="r" data-label="At">${duration(Math.max(e.at, 0))}</td><td data-label="Expectation">${e.what}<br>${link(e.requirement)}</td><td data-label="Expected"><samp>${e.expected}</samp></td><td data-label="Came"><samp>${e.actual}</samp></td><td data-label="Verdict">${badge(e.ok ? 'pass' : e.level === 'must' ? 'fail' : 'warning')}</td></tr>`,
  )}</tbody></table></div>`;
}

function files(test: ReportTest): Part {
  if (test.evidence === undefined && test.artifacts.length === 0) return undefined;
  const own =
    test.evidence === undefined
      ? []
      : ['timeline.json', 'sip.txt'].map((name) => ({ name, path: `${test.evidence}/${name}` }));
  const all = [...own, ...test.artifacts.map(({ name, path }) => ({ name, path: `evidence/${path}` }))];
  return html`<p class="files">Files: ${all.map(({ name, path }, i) => html`${i > 0 ? ' · ' : ''}<a href="${relative(path)}">${name}</a>`)}</p>`;
}

/** A relative link whatever the name: a path can be no scheme and leave the report's directory neither. */
function relative(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.map(encodeURIComponent).join('/');
}
