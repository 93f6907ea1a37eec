/**
 * What is drawn of a series: as it is where it is short, else the least and the greatest value of each of a number of parts,
 * in the order in which they came, so that no peak is lost and none is made. Pure.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of the horizontal axis, and each line in it. */
export interface Column {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly Stretch[];
}

/** What a line does in a column; without points it is not there. */
export interface Stretch {
  /** The least and the greatest value in the order in which they came; one where they are the same. */
  readonly points: readonly Point[];
  /** In the middle of the column, the mean of all values. */
  readonly mean?: Point;
}

/** What is known at a place; undefined where a line has no value. */
export interface Row {
  readonly x: number;
  readonly values: readonly (number | undefined)[];
}

/** Rows must ascend in `x`. At most `most` columns come back, each with a row in it at least. */
export function columnsOf(rows: readonly Row[], most: number): readonly Column[] {
  if (rows.length <= most) return rows.map((row) => columnOf([row]));
  const first = rows[0]?.x ?? 0;
  const last = rows.at(-1)?.x ?? first;
  const width = (last - first) / most || 1;
  const parts: Row[][] = [];
  for (const row of rows) {
    const index = Math.min(most - 1, Math.floor((row.x - first) / width));
    parts[index] ??= [];
    parts[index].push(row);
  }
  // Where nothing was looked at, the list has a hole.
  return parts.filter((part) => part !== undefined).map(columnOf);
}

function columnOf(rows: readonly Row[]): Column {
  const count = Math.max(...rows.map(({ values }) => values.length));
  const [from, to] = [rows[0]?.x ?? 0, rows.at(-1)?.x ?? 0];
  return { from, to, lines: Array.from({ length: count }, (_, line) => stretchOf(rows, line, (from + to) / 2)) };
}

function stretchOf(rows: readonly Row[], line: number, middle: number): Stretch {
  let least: Point | undefined;
  let greatest: Point | undefined;
  let sum = 0;
  let count = 0;
  for (const { x, values } of rows) {
    const y = values[line];
    if (y === undefined || !Number.isFinite(y)) continue;
    sum += y;
    count += 1;
    if (least === undefined || y < least.y) least = { x, y };
    if (greatest === undefined || y > greatest.y) greatest = { x, y };
  }
  if (least === undefined || greatest === undefined) return { points: [] };
  const mean = { x: middle, y: sum / count };
  if (least.x === greatest.x) return { points: [least], mean };
  return { points: least.x < greatest.x ? [least, greatest] : [greatest, least], mean };
}

/** Pieces that are drawn as one line: it is broken where nothing was known for longer than `gap`. */
export function piecesOf(points: readonly Point[], gap: number): readonly (readonly Point[])[] {
  const pieces: Point[][] = [];
  let before: Point | undefined;
  for (const point of points) {
    if (before === undefined || point.x - before.x > gap) pieces.push([]);
    pieces.at(-1)?.push(point);
    before = point;
  }
  return pieces;
}
