/**
 * What is drawn of a series: as it is where it is short, else the least and the greatest value of each of a number of parts,
 * in the order in which they came, so that no peak is lost and none is made. Pure.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of the horizontal axis, and of each line the points in it that are drawn: at most two where there are many. */
export interface Column {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly (readonly Point[])[];
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
  return {
    from: rows[0]?.x ?? 0,
    to: rows.at(-1)?.x ?? 0,
    lines: Array.from({ length: count }, (_, line) => extremes(rows, line)),
  };
}

function extremes(rows: readonly Row[], line: number): readonly Point[] {
  let least: Point | undefined;
  let greatest: Point | undefined;
  for (const { x, values } of rows) {
    const y = values[line];
    if (y === undefined || !Number.isFinite(y)) continue;
    if (least === undefined || y < least.y) least = { x, y };
    if (greatest === undefined || y > greatest.y) greatest = { x, y };
  }
  if (least === undefined || greatest === undefined) return [];
  if (least.x === greatest.x) return [least];
  return least.x < greatest.x ? [least, greatest] : [greatest, least];
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
