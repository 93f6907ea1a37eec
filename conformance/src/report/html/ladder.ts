import type { HttpDetail, Lane, SipDetail, TimelineEntry } from '../../harness/timeline.ts';
import { lanesOf } from './lanes.ts';
import { html, type Markup, type Part } from './markup.ts';
import { body, headers, prettySip } from './message.ts';
import { duration } from './words.ts';

/** More rows than this are cut: a page with one endless ladder helps nobody, timeline.json has them all. */
const MOST_ROWS = 600;

/**
 * Draws a test's timeline: one lifeline a lane, time running down, every message an arrow that opens to show itself.
 * Entries must be in order of time; `origin` is the time that is shown as zero.
 */
export function ladder(timeline: readonly TimelineEntry[], origin: number): Markup {
  const lanes = lanesOf(timeline);
  const shown = timeline.slice(0, MOST_ROWS);
  const rows = shown.map((entry, i) => row(entry, lanes, origin, shown[i - 1]?.at));
  const cut = timeline.length - shown.length;
  return html`<div class="ladder" style="--lanes:${Math.max(lanes.length, 1)}">
<div class="lanes" aria-hidden="true"><span class="clock">ms</span><div class="heads">${lanes.map(
    (lane) =>
      html`<span class="lane l-${lane.kind}"><b><span class="long">${lane.label}</span><span class="short">${lane.short}</span></b></span>`,
  )}</div></div>
<ol>${rows}</ol>${cut > 0 && html`<p class="cut">${cut} more entries are in timeline.json.</p>`}</div>`;
}

type Lanes = ReturnType<typeof lanesOf>;

function row(entry: TimelineEntry, lanes: Lanes, origin: number, before: number | undefined): Markup {
  const at = entry.at - origin;
  const gap = before === undefined ? 0 : entry.at - before;
  const clock = html`<span class="clock" title="${gap > 0 ? `${duration(gap)} after the entry above` : 'start'}">${at.toFixed(at < 10_000 ? 1 : 0)}</span>`;
  const pause =
    gap >= 1000 &&
    html`<li class="pause"><span class="clock"></span><div class="wires"><span>${duration(gap)} later</span></div></li>`;
  const { detail } = entry;
  switch (detail.type) {
    case 'sip':
      return html`${pause}<li class="k-sip">${arrow(clock, entry, lanes, sipTone(detail), sipLabel(entry, detail), sipBody(detail))}</li>`;
    case 'http':
      return html`${pause}<li class="k-${entry.kind === 'callback' ? 'callback' : 'rest'}">${arrow(clock, entry, lanes, httpTone(detail), httpLabel(entry, detail), httpBody(detail))}</li>`;
    case 'rtp':
      return html`${pause}<li class="k-rtp">${arrow(clock, entry, lanes, 'plain', html`<b>RTP</b> ${entry.summary.replace(/^RTP,? /, '')}`, facts(detail.facts))}</li>`;
    case 'expect': {
      const tone = detail.ok ? 'pass' : detail.level === 'must' ? 'fail' : 'warning';
      const came = detail.ok
        ? html`<span class="sub">${detail.actual}</span>`
        : html`<span class="sub">expected <b>${detail.expected}</b>, came <b>${detail.actual}</b></span>`;
      return html`${pause}<li class="k-expect t-${tone}">${clock}<div class="wires"><p class="chip"><span aria-hidden="true">${detail.ok ? '✓' : '✗'}</span> ${detail.what} ${came} <code>${detail.requirement}</code></p></div></li>`;
    }
    case 'violation': {
      const { culprit, where, pointer, message, intended } = detail.violation;
      const tone = intended ? 'plain' : 'fail';
      return html`${pause}<li class="k-expect t-${tone}">${clock}<div class="wires"><p class="chip"><span aria-hidden="true">${intended ? '·' : '✗'}</span> ${detail.operation} ${where} against the specification: ${message} <code>${pointer}</code> <span class="sub">${intended ? 'on purpose' : `fault of the ${culprit}`}</span></p></div></li>`;
    }
    case 'note':
      return html`${pause}<li class="k-note">${clock}<div class="wires"><p class="chip"><span aria-hidden="true">·</span> ${entry.summary}${detail.data !== undefined && html` <span class="sub">${JSON.stringify(detail.data)}</span>`}</p></div></li>`;
    default:
      return detail satisfies never;
  }
}

function arrow(clock: Markup, entry: TimelineEntry, lanes: Lanes, tone: string, label: Markup, content: Part): Markup {
  const at = (lane: Lane) =>
    Math.max(
      lanes.findIndex(({ name }) => name === lane),
      0,
    );
  const [from, to] = [at(entry.from), at(entry.to)];
  const left = Math.min(from, to);
  const span = Math.max(Math.abs(to - from), 0);
  const way = from === to ? 'self' : to > from ? 'right' : 'left';
  const names = `${lanes[from]?.label ?? entry.from} to ${lanes[to]?.label ?? entry.to}`;
  return html`<details><summary>${clock}<div class="wires"><div class="hop ${way} t-${tone}" style="--left:${left};--span:${span}"><span class="label">${label}<span class="vh"> (${names})</span></span><i aria-hidden="true"></i></div></div></summary><div class="message">${content}</div></details>`;
}

function sipTone({ status }: SipDetail): string {
  if (status === undefined || status < 300) return 'plain';
  return status < 400 ? 'warning' : 'bad';
}

function sipLabel(entry: TimelineEntry, detail: SipDetail): Markup {
  if (detail.status === undefined)
    return html`<b>${detail.method}</b>${entry.summary === detail.method ? '' : ` ${entry.summary.replace(detail.method, '').trim()}`}`;
  return html`<b>${detail.status} ${detail.reason ?? ''}</b> <span class="sub">${detail.method}</span>`;
}

function sipBody(detail: SipDetail): Markup {
  return html`<p class="about">${detail.leg} · Call-ID ${detail.callId}</p>${prettySip(detail.raw)}`;
}

function httpTone({ status, violations }: HttpDetail): string {
  if (violations.some((v) => !v.intended)) return 'fail';
  return status === 0 || status >= 400 ? 'bad' : 'plain';
}

function httpLabel(entry: TimelineEntry, detail: HttpDetail): Markup {
  const answer = detail.status === 0 ? 'no answer' : String(detail.status);
  const label = entry.kind === 'callback' ? entry.summary.replace(` → ${answer}`, '') : detail.operation;
  return html`<b>${label}</b> <span class="sub">${answer} · ${duration(detail.ms)}</span>`;
}

function httpBody(detail: HttpDetail): Markup {
  const broken = detail.violations.map(
    (v) =>
      html`<li>${v.where}: ${v.message} <code>${v.pointer}</code> ${v.intended ? '(on purpose)' : `(fault of the ${v.culprit})`}</li>`,
  );
  return html`${broken.length > 0 && html`<ul class="violations">${broken}</ul>`}<div class="pair"><section><h5>Request</h5><p class="about">${detail.method} ${detail.url}</p>${headers(detail.requestHeaders)}${body(detail.requestBody)}</section>
<section><h5>Answer</h5><p class="about">${detail.status === 0 ? 'none' : detail.status} after ${duration(detail.ms)}</p>${headers(detail.responseHeaders)}${body(detail.responseBody)}</section></div>`;
}

function facts(values: Readonly<Record<string, string | number | boolean>>): Markup {
  return html`<dl class="facts">${Object.entries(values).map(
    ([name, value]) =>
      html`<div><dt>${name}</dt><dd>${typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : String(value)}</dd></div>`,
  )}</dl>`;
}
