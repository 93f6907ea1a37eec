/** The page around a report of any kind. One file that needs nothing beside it; whatever a target said is text in it, never markup. */
import { readFileSync } from 'node:fs';
import { html, type Markup, type Part, trusted } from '@mediaservice/conformance/kit';
import type { LoadReport } from '../model.ts';
import { type Headline, moment } from './words.ts';

export interface Page {
  /** `Load report` */
  readonly kind: string;
  readonly title: string;
  /** What was asked for, in a sentence. */
  readonly asked: string;
  readonly description?: string;
  readonly headline: Headline;
  readonly reasons: readonly string[];
  readonly started: string;
  readonly tool: LoadReport['tool'];
  readonly content: Part;
}

/** A document, whole. */
export function page({ kind, title, asked, description, headline, reasons, started, tool, content }: Page): string {
  return `${
    html`${trusted('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${title}: ${kind.toLowerCase()}</title>
<style>${['page.css', 'chart.css'].map(asset)}</style></head><body>
<header class="top"><div class="wrap"><p class="kicker">${kind} · ${moment(started)}</p><h1>${title}</h1><p class="about">${asked}</p>${description !== undefined && html`<p class="about">${description}</p>`}
<div class="ending v-${headline.tone}"><p><strong><span aria-hidden="true">${headline.sign}</span> ${headline.words}</strong></p>${reasons.length > 0 && html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}</div></div></header>
<main class="wrap">${content}</main>
<footer class="wrap"><p class="about">Written by ${tool.name} ${tool.version}</p></footer></body></html>`.text
  }\n`;
}

/** Our own files, embedded as they are. */
function asset(name: string): Markup {
  return trusted(readFileSync(new URL(name, import.meta.url), 'utf8'));
}
