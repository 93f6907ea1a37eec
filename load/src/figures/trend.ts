/** A straight line through values that are noisy, some of which lie far off. Pure. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Trend {
  /** Of y, for each 1 of x: the median of the slopes between any two points (Theil-Sen), so that a single step bends it little. */
  readonly slope: number;
  /** Standard error of the slope, by how far the points lie from the line, and greater where neighbours lie on the same side of it. */
  readonly error: number;
}

/** Of three points at least; of fewer there is no trend. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  if (points.length < 3) return undefined;
  const slope = median(points.flatMap((from, i) => points.slice(i + 1).map((to) => (to.y - from.y) / (to.x - from.x))));
  const height = median(points.map(({ x, y }) => y - slope * x));
  const off = points.map(({ x, y }) => y - slope * x - height);
  const middle = mean(points.map(({ x }) => x));
  const spread = Math.sqrt(points.reduce((sum, { x }) => sum + (x - middle) ** 2, 0));
  return { slope, error: (deviation(off) * slowness(off)) / spread };
}

/** Standard deviation of values around 0, by their mean distance (of normal ones 0.8 of it): one far off counts once, not squared. */
const deviation = (values: readonly number[]): number => 1.25 * mean(values.map(Math.abs));

/** Values that follow the one before tell less than as many free ones: by how much the error is greater (AR(1), at most threefold). */
function slowness(values: readonly number[]): number {
  const power = values.reduce((sum, value) => sum + value ** 2, 0);
  if (power === 0) return 1;
  const kept = values.slice(1).reduce((sum, value, i) => sum + value * (values[i] ?? 0), 0) / power;
  const share = Math.min(0.8, Math.max(0, kept));
  return Math.sqrt((1 + share) / (1 - share));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}
