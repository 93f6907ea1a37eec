/** Axes: where the ticks are and what they are called. Pure. */

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Axis {
  /** Both ends; `to` is always greater. */
  readonly from: number;
  readonly to: number;
  /** What the labels are counted in; empty for numbers of things. */
  readonly unit: string;
  readonly ticks: readonly Tick[];
}

/** Share (0..1) of the way from one end of the axis to the other. */
export const placeOn = ({ from, to }: Axis, value: number): number => (value - from) / (to - from);

/** The same in per cent, for a style. */
export const percentOn = (axis: Axis, value: number): number => Number((placeOn(axis, value) * 100).toFixed(2));

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `value`; of whole numbers where nothing lies between. */
export function niceStep(value: number, whole = false): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 2, 2.5, 5, 10].map((step) => Number((step * power).toPrecision(3)));
  const wanted = steps.find((step) => step >= value * (1 - 1e-9) && (!whole || Number.isInteger(step)));
  return wanted ?? (whole ? 1 : power * 10);
}

/** From 0 to the first tick that is not below `most`. */
export function valueAxis(most: number, unit: ValueUnit): Axis {
  const { divisor, name, whole } = shownIn(most, unit);
  const shown = most > 0 && Number.isFinite(most) ? most / divisor : 1;
  const step = niceStep(shown / 4, whole);
  const count = Math.max(1, Math.ceil(shown / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, i) => tickAt(i * step, divisor));
  return { from: 0, to: count * step * divisor, unit: name, ticks };
}

/** What is drawn. Whatever is counted has no ticks between whole numbers. */
export type ValueUnit = 'ms' | '%' | 'bytes' | 'cores' | 'calls' | 'calls/s' | 'score' | 'count';

interface Shown {
  readonly divisor: number;
  readonly name: string;
  readonly whole: boolean;
}

const sizes: readonly (readonly [divisor: number, name: string])[] = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

function shownIn(most: number, unit: ValueUnit): Shown {
  switch (unit) {
    case 'bytes': {
      const [divisor, name] = sizes.find(([size]) => most >= size * 2) ?? [1, 'bytes'];
      return { divisor, name, whole: false };
    }
    case 'ms':
      return most >= 10_000 ? { divisor: 1000, name: 's', whole: false } : { divisor: 1, name: unit, whole: false };
    case '%':
    case 'cores':
    case 'score':
    case 'calls/s':
      return { divisor: 1, name: unit, whole: false };
    case 'calls':
      return { divisor: 1, name: unit, whole: true };
    case 'count':
      return { divisor: 1, name: '', whole: true };
    default:
      return unit satisfies never;
  }
}

/** Steps of time that people count in, in seconds. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
const mostTimeTicks = 6;

/** Seconds since the start, from one to another, in seconds, minutes or hours. */
export function timeAxis(from: number, to: number): Axis {
  const end = to > from ? to : from + 1;
  const span = end - from;
  const [divisor, unit] = span <= 180 ? [1, 's'] : span <= 3 * 3600 ? [60, 'min'] : [3600, 'h'];
  const step =
    timeSteps.find((one) => span / one <= mostTimeTicks) ?? niceStep(span / 86_400 / mostTimeTicks, true) * 86_400;
  return { from, to: end, unit, ticks: multiples(from, end, step).map((value) => tickAt(value / divisor, divisor)) };
}

/** Any numbers, from 0. */
export function countAxis(most: number, unit: string): Axis {
  const to = most > 0 ? most : 1;
  return { from: 0, to, unit, ticks: multiples(0, to, niceStep(to / 5, true)).map((value) => tickAt(value, 1)) };
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

function tickAt(shown: number, divisor: number): Tick {
  return { value: shown * divisor, label: String(Number(shown.toPrecision(6))) };
}
