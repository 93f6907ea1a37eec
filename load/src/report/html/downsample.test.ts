import { describe, expect, it } from 'vitest';
import { columnsOf, type Point, piecesOf, type Row } from './downsample.ts';

/** So many seconds, each with the value that `read` gives. */
const rows = (count: number, read: (x: number) => number | undefined): Row[] =>
  Array.from({ length: count }, (_, x) => ({ x, values: [read(x)] }));
const pointsOf = (all: ReturnType<typeof columnsOf>): Point[] => all.flatMap(({ lines }) => lines[0]?.points ?? []);

describe('columnsOf', () => {
  it('leaves a short series as it is', () => {
    const columns = columnsOf(
      rows(5, (x) => x * x),
      5,
    );
    expect(pointsOf(columns)).toEqual([0, 1, 4, 9, 16].map((y, x) => ({ x, y })));
    expect(columns.map(({ from, to }) => [from, to])).toEqual([0, 1, 2, 3, 4].map((x) => [x, x]));
  });

  it('has nothing of nothing', () => {
    expect(columnsOf([], 10)).toEqual([]);
  });

  it.each([
    ['a peak', 4321, 900],
    ['a dip', 77, 1],
  ])('loses no %s of a single second', (_name, at, value) => {
    const points = pointsOf(
      columnsOf(
        rows(7200, (x) => (x === at ? value : 20)),
        160,
      ),
    );
    expect(points).toContainEqual({ x: at, y: value });
    expect(points.length).toBeLessThanOrEqual(320);
  });

  it('makes up no value, and keeps the order of time', () => {
    const read = (x: number): number => Math.round(Math.sin(x / 50) * 1000);
    const points = pointsOf(columnsOf(rows(7200, read), 160));
    for (const { x, y } of points) expect(y).toBe(read(x));
    expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).toSorted((a, b) => a - b));
  });

  it('covers all of it, without holes and without overlap', () => {
    const columns = columnsOf(
      rows(7201, (x) => x),
      160,
    );
    expect(columns).toHaveLength(160);
    expect(columns[0]?.from).toBe(0);
    expect(columns.at(-1)?.to).toBe(7200);
    for (const [i, { from }] of columns.slice(1).entries()) expect(from).toBe((columns[i]?.to ?? 0) + 1);
  });

  it('leaves out what was not known', () => {
    const columns = columnsOf(
      rows(1000, (x) => (x < 500 ? undefined : x === 700 ? Number.NaN : 1)),
      10,
    );
    expect(pointsOf(columns).every(({ x, y }) => x >= 500 && y === 1)).toBe(true);
    expect(columns).toHaveLength(10);
  });

  it('keeps lines apart', () => {
    const both = rows(400, (x) => x).map(({ x, values }) => ({ x, values: [...values, 5] }));
    for (const { lines } of columnsOf(both, 10)) expect(lines.map(({ points }) => points.length)).toEqual([2, 1]);
  });

  it('has the mean of each part, in its middle', () => {
    const [column] = columnsOf(
      rows(100, (x) => (x === 7 ? 109 : 9)),
      1,
    );
    expect(column?.lines[0]?.mean).toEqual({ x: 49.5, y: 10 });
  });

  it('bears seconds that nobody looked at', () => {
    const gap = rows(1000, (x) => x).filter(({ x }) => x < 100 || x > 900);
    const columns = columnsOf(gap, 10);
    expect(columns.map(({ from }) => from)).toEqual([0, 901]);
  });
});

describe('piecesOf', () => {
  const at = (...xs: number[]): Point[] => xs.map((x) => ({ x, y: 1 }));
  it.each([
    ['nothing', at(), []],
    ['one piece', at(1, 2, 6), [3]],
    ['a gap', at(1, 2, 8, 9), [2, 2]],
    ['a point by itself', at(1, 8, 20), [1, 1, 1]],
  ])('%s', (_name, points, lengths) => {
    expect(piecesOf(points, 5).map((piece) => piece.length)).toEqual(lengths);
  });
});
