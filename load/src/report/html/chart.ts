/** A chart of lines: its drawing is as wide as there is room, its words stay as large as they are. Pure. */
import { html, type Markup } from '@mediaservice/conformance/kit';
import { type Column, columnsOf, type Point, type Row } from './downsample.ts';
import { type Axis, percentOn, type ValueUnit, valueAxis } from './scale.ts';
import { band, dots, hits, limitLine, line, rules, SIZE, sample, type Tone } from './strokes.ts';
import { valueText } from './words.ts';

export interface Chart {
  readonly title: string;
  /** What is to be known to read it. */
  readonly about?: string;
  readonly unit: ValueUnit;
  readonly lines: readonly { readonly name: string; readonly tone: Tone }[];
  /** Values in the order of `lines`. */
  readonly rows: readonly Row[];
  /** What the horizontal axis counts. */
  readonly across: string;
  readonly axis: Axis;
  /** Names a place, or a stretch, of the horizontal axis. */
  readonly place: (from: number, to: number) => string;
  /** A line is broken where it has no value for longer than so much of the horizontal axis. */
  readonly gap: number;
  /** What the values are held to. */
  readonly limit?: { readonly value: number; readonly words: string };
}

const mostColumns = 160;
/** So few values are marked each. */
const mostDots = 45;
/** A limit so many times above all values would press them flat: it is told in words then. */
const outOfReach = 3;

/** Undefined where nothing was measured. */
export function chart(wished: Chart): Markup | undefined {
  const { lines, rows } = withValues(wished);
  if (lines.length === 0) return undefined;
  const { title, about, unit, across, axis, place, limit } = wished;
  const columns = columnsOf(rows, mostColumns);
  const all = lines.map((one, i) => {
    const stretches = columns.flatMap(({ lines: of }) => of[i] ?? []);
    const points = stretches.flatMap(({ mean }) => mean ?? []);
    const most = Math.max(...stretches.flatMap(({ points: all }) => all.map(({ y }) => y)));
    return { ...one, points, most, told: `${valueText(most, unit)} at most` };
  });
  // Where a column is more than a second, the line is the mean of it, and the band behind goes from the least to the greatest.
  const dense = columns.length < rows.length;
  const top = Math.max(...all.map(({ most }) => most));
  const far = limit !== undefined && top > 0 && limit.value > top * outOfReach;
  const up = valueAxis(limit === undefined || far ? top : Math.max(top, limit.value), unit);
  // Means of neighbouring columns are a column apart, or a little more.
  const gap = Math.max(wished.gap, (2.01 * (axis.to - axis.from)) / mostColumns);
  const hint = ({ from, to, lines: of }: Column): string =>
    [place(from, to), ...all.flatMap(({ name }, i) => range(name, of[i]?.points ?? [], unit))].join('\n');
  return html`<figure class="chart"><figcaption><h3>${title}</h3>${about !== undefined && html`<p class="about">${about}</p>`}</figcaption>
<ul class="key">${all.map(({ name, tone, told }) => html`<li>${sample(`line t-${tone}`)}${name} <span class="sub">${told}</span></li>`)}${
    limit !== undefined &&
    html`<li>${!far && sample('limit')}${limit.words}${far && html` <span class="sub">far above what is drawn</span>`}</li>`
  }${dense && html`<li class="sub">line: mean, band: least to greatest</li>`}</ul>
<div class="plot"><div class="up" aria-hidden="true"><b>${up.unit}</b>${up.ticks.map(({ value, label }) => html`<span style="bottom:${percentOn(up, value)}%">${label}</span>`)}</div>
<svg viewBox="0 0 ${SIZE.wide} ${SIZE.high}" preserveAspectRatio="none" role="img" aria-label="${[title, ...all.map(({ name, told }) => `${name}: ${told}`)].join('; ')}">${rules(axis, up)}${
    limit !== undefined && !far && limitLine(up, limit.value)
  }${all.map(({ tone }, i) => dense && band(columns, i, tone, axis, up))}${all.map(({ points, tone }) => [line(points, tone, axis, up, gap), points.length <= mostDots && dots(points, tone, axis, up)])}${hits(columns, axis, hint)}</svg>
<div class="along" aria-hidden="true">${axis.ticks.map(({ value, label }) => html`<span style="left:${percentOn(axis, value)}%">${label}</span>`)}</div>
<p class="across" aria-hidden="true">${across}${axis.unit !== '' && `, ${axis.unit}`}</p></div></figure>`;
}

/** Without lines of which nothing is known. */
function withValues({ lines, rows }: Chart): Pick<Chart, 'lines' | 'rows'> {
  const known = lines.map((_, i) => rows.some(({ values }) => values[i] !== undefined));
  return {
    lines: lines.filter((_, i) => known[i]),
    rows: rows.map(({ x, values }) => ({ x, values: values.filter((_, i) => known[i]) })),
  };
}

function range(name: string, points: readonly Point[], unit: ValueUnit): string[] {
  const values = points.map(({ y }) => y);
  if (values.length === 0) return [];
  const [least, most] = [valueText(Math.min(...values), unit), valueText(Math.max(...values), unit)];
  return [`${name}: ${least === most ? most : `${least} to ${most}`}`];
}
