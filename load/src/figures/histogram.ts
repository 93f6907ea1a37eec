/**
 * A histogram of non-negative values whose buckets grow by 1 %, so that any quantile is right to half a per cent, many of
 * them can be added, and hours of values take some kilobytes. Pure.
 */

/** As it stands in report.json: `[lower bound of the bucket, count]`, ascending. 0 is a bucket of its own. */
export type Buckets = readonly (readonly [bound: number, count: number])[];

const growth = 1.01;
const log = Math.log(growth);
/** Below it everything is one bucket: no unit of ours is measured finer. */
const least = 1e-4;

const indexOf = (value: number): number => (value < least ? 0 : 1 + Math.floor(Math.log(value / least) / log + 1e-9));
const boundOf = (index: number): number => (index === 0 ? 0 : Number((least * growth ** (index - 1)).toPrecision(6)));
/** The middle of a bucket stands for its values. */
const middleOf = (index: number): number => (index === 0 ? 0 : boundOf(index) * Math.sqrt(growth));

export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Values that are no number, or below 0, are left out: a clock that was set back is no time. */
  add(value: number, times = 1): void {
    if (!Number.isFinite(value) || value < 0 || times <= 0) return;
    const index = indexOf(value);
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + times);
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  addAll(other: Histogram): void {
    for (const [index, times] of other.#counts) this.#counts.set(index, (this.#counts.get(index) ?? 0) + times);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** The value below which the share `q` (0..1) of all values lies; undefined without values. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const wanted = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (const index of [...this.#counts.keys()].toSorted((a, b) => a - b)) {
      seen += this.#counts.get(index) ?? 0;
      if (seen >= wanted) return Math.min(this.#max, Math.max(this.#min, middleOf(index)));
    }
    return this.#max;
  }

  /** Undefined without values. */
  summary(): Distribution | undefined {
    if (this.#count === 0) return undefined;
    const at = (q: number): number => rounded(this.quantile(q) ?? 0);
    return {
      count: this.#count,
      mean: rounded(this.#sum / this.#count),
      min: rounded(this.#min),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: rounded(this.#max),
      buckets: this.buckets(),
    };
  }

  buckets(): Buckets {
    return [...this.#counts].toSorted(([a], [b]) => a - b).map(([index, count]) => [boundOf(index), count] as const);
  }

  /** For a line of JSON: what `Histogram.read` makes it of again. */
  write(): Written {
    return { buckets: this.buckets(), sum: this.#sum, min: this.#count === 0 ? 0 : this.#min, max: this.#max };
  }

  static read({ buckets, sum, min, max }: Written): Histogram {
    const count = buckets.reduce((all, [, times]) => all + times, 0);
    return Histogram.of({ buckets, min, max, count, mean: count === 0 ? 0 : sum / count });
  }

  /** Made again of a report, so that reports can be added. Least, greatest and mean are taken from beside the buckets. */
  static of({ buckets, mean, min, max, count }: Omit<Distribution, 'p50' | 'p95' | 'p99'>): Histogram {
    const histogram = new Histogram();
    // A bound lies on the edge of its bucket, where rounding might push it into the one below.
    for (const [bound, times] of buckets) histogram.add(bound * Math.sqrt(growth), times);
    if (count === 0) return histogram;
    histogram.#min = min;
    histogram.#max = max;
    histogram.#sum = mean * count;
    return histogram;
  }
}

/** A histogram without what can be worked out. */
export interface Written {
  readonly buckets: Buckets;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Values of one kind, and their buckets, of which the distribution of several reports can be made. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly buckets: Buckets;
}

const rounded = (value: number): number => Number(value.toPrecision(5));
