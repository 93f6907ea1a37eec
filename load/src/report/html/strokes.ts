/** What a chart is drawn of, in a frame of its own that the page stretches. Pure. */
import { html, type Markup } from '@mediaservice/conformance/kit';
import { type Column, type Point, piecesOf } from './downsample.ts';
import { type Axis, placeOn } from './scale.ts';

/** Colour and dashes of a line; the dashes alone tell one from another. */
export type Tone = 'a' | 'b' | 'c' | 'd' | 'bad';

export const SIZE = { wide: 1000, high: 300 } as const;

const short = (value: number): number => Number(value.toFixed(1));
const across = (axis: Axis, x: number): number => short(placeOn(axis, x) * SIZE.wide);
const down = (axis: Axis, y: number): number => short((1 - placeOn(axis, y)) * SIZE.high);

/** Lines at the ticks. */
export const rules = (axis: Axis, up: Axis): Markup =>
  html`<path class="rule" d="${up.ticks.map(({ value }) => `M0 ${down(up, value)}h${SIZE.wide}`).join('')}${axis.ticks.map(({ value }) => `M${across(axis, value)} 0v${SIZE.high}`).join('')}"/>`;

export const limitLine = (up: Axis, value: number): Markup =>
  html`<path class="limit" d="M0 ${down(up, value)}h${SIZE.wide}"/>`;

/** Points joined, but for gaps; one that stands alone is a dot. */
export function line(points: readonly Point[], tone: Tone, axis: Axis, up: Axis, gap: number): Markup {
  const pieces = piecesOf(points, gap).map((piece) => {
    const places = piece.map(({ x, y }) => `${across(axis, x)} ${down(up, y)}`);
    return places.length === 1 ? `M${places[0]}h0` : `M${places.join('L')}`;
  });
  return html`<path class="line t-${tone}" d="${pieces.join('')}"/>`;
}

/** From the least to the greatest value of each column. */
export function band(columns: readonly Column[], index: number, tone: Tone, axis: Axis, up: Axis): Markup {
  const parts = columns.map(({ from, to, lines }) => {
    const values = (lines[index]?.points ?? []).map(({ y }) => y);
    if (values.length === 0) return '';
    const top = down(up, Math.max(...values));
    // As wide as its column, so that columns meet; a peak of one second stays a hair at least.
    const left = across(axis, from - 0.5);
    return `M${left} ${top}H${across(axis, to + 0.5)}V${short(Math.max(down(up, Math.min(...values)), top + 1))}H${left}z`;
  });
  return html`<path class="band t-${tone}" d="${parts.join('')}"/>`;
}

/** A line without length and with round ends is a dot that no stretching makes an egg. */
export const dots = (points: readonly Point[], tone: Tone, axis: Axis, up: Axis): Markup =>
  html`<path class="dots t-${tone}" d="${points.map(({ x, y }) => `M${across(axis, x)} ${down(up, y)}h0`).join('')}"/>`;

/** What is under the pointer says its values. */
export const hits = (columns: readonly Column[], axis: Axis, words: (column: Column) => string): Markup => {
  const middles = columns.map(({ from, to }) => across(axis, (from + to) / 2));
  const edges = middles.map((middle, i) => ((middles[i - 1] ?? -middle) + middle) / 2);
  return html`<g class="hits">${columns.map((column, i) => {
    const left = short(edges[i] ?? 0);
    return html`<rect x="${left}" width="${short((edges[i + 1] ?? SIZE.wide) - left)}" height="${SIZE.high}"><title>${words(column)}</title></rect>`;
  })}</g>`;
};

/** A piece of a line, for the key. */
export const sample = (kind: string): Markup =>
  html`<svg class="sample" viewBox="0 0 36 10" aria-hidden="true"><path class="${kind}" d="M2 5h32"/></svg>`;
