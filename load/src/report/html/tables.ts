/** Tables of the pages. Pure. */
import { html, type Markup, type Part } from '@mediaservice/conformance/kit';
import type { Objective } from '../model.ts';
import { measureText, measureTitle } from './words.ts';

export interface Column<T> {
  readonly name: string;
  /** Numbers stand on the right. */
  readonly right?: boolean;
  readonly cell: (row: T) => Part;
}

/** The first column names the row. On a narrow page it is scrolled sideways. */
export const table = <T>(columns: readonly Column<T>[], rows: readonly T[], caption?: string): Markup => {
  const side = (right = false): Part => right && html` class="r"`;
  return html`<div class="scroll" tabindex="0" role="group"${caption !== undefined && html` aria-label="${caption}"`}><table><thead><tr>${columns.map(({ name, right }) => html`<th scope="col"${side(right)}>${name}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map(({ cell, right }, i) => (i === 0 ? html`<th scope="row"${side(right)}>${cell(row)}</th>` : html`<td${side(right)}>${cell(row)}</td>`))}</tr>`,
  )}</tbody></table></div>`;
};

/** Names and what they have; a value of nothing is left out with its name. */
export const facts = (rows: readonly (readonly [name: string, value: Part])[]): Markup =>
  html`<dl class="facts">${rows.map(
    ([name, value]) =>
      value !== undefined && value !== '' && value !== false && html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;

/** A sign and a word: colour comes on top. */
export const mark = (tone: 'good' | 'bad' | 'warn' | 'dim', sign: string, word: string): Markup =>
  html`<span class="mark v-${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>`;

const limitText = ({ measure, comparison, limit }: Omit<Objective, 'held'>): string =>
  `${comparison === '<=' ? '≤' : '≥'} ${measureText(measure, limit)}`;

export const objectives = (all: readonly Objective[]): Markup =>
  table<Objective>(
    [
      { name: 'Objective', cell: ({ measure }) => measureTitle(measure) },
      { name: 'Limit', right: true, cell: limitText },
      {
        ...{ name: 'Value', right: true },
        cell: ({ measure, value, unjudged }) =>
          unjudged === true ? '–' : value === undefined ? 'nothing to measure' : measureText(measure, value),
      },
      {
        name: 'Held',
        cell: ({ held, unjudged }) =>
          unjudged === true ? mark('dim', '?', 'not judged') : held ? mark('good', '✓', 'yes') : mark('bad', '✗', 'no'),
      },
    ],
    all,
    'Objectives',
  );
