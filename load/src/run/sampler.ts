/** Looks at the generator, the target and the machine, once a second. */
import { cpus } from 'node:os';
import { parseMetrics } from '@mediaservice/conformance/kit';
import type { Sample } from '../figures/model.ts';
import { busiest, Watched } from '../figures/usage.ts';
import { lookAt, machineTicks, TICKS } from './system.ts';
import type { LoadTarget } from './types.ts';

type Metrics = NonNullable<LoadTarget['metrics']>;
/** Every client library of Prometheus gives a process these names. */
const CPU = 'process_cpu_seconds_total';
const BYTES = 'process_resident_memory_bytes';
const answerMs = 2000;
/** Of fewer seconds there is no tenth. */
const LEAST = 10;

/** The page as it is now; empty when it cannot be read. */
export async function readPage(url: string): Promise<string> {
  try {
    // Closed each time: a connection that stays open would be among what the target counts.
    const answer = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(answerMs) });
    const text = await answer.text();
    return answer.ok ? text : '';
  } catch {
    return '';
  }
}

export class Sampler {
  readonly generator = new Watched();
  readonly target = new Watched();
  readonly #metrics: Metrics | undefined;
  readonly #local: boolean;
  readonly #others: number[] = [];
  /** CPU seconds of our own processes and of a target beside them, at the last look. */
  #ours: number | undefined;
  #ticks: Awaited<ReturnType<typeof machineTicks>>;
  #page = '';

  /** `local`: the target runs on this machine. */
  constructor(metrics: Metrics | undefined, local: boolean) {
    this.#metrics = metrics;
    this.#local = local;
  }

  /** Cores that programs of others had busy on this machine, in the busiest tenth of the seconds; undefined: too few to tell. */
  get othersCores(): number | undefined {
    return this.#others.length < LEAST ? undefined : busiest(this.#others);
  }

  /** The last page that could be read. */
  get page(): string {
    return this.#page;
  }

  /** `at` in seconds of any clock; `pid` of k6 while it runs, `own` those of this kit's other processes. */
  async look(
    at: number,
    pid: number | undefined,
    own: readonly (number | undefined)[],
  ): Promise<Pick<Sample, 'generator' | 'target' | 'machineBusy' | 'othersCores'>> {
    const looks = [pid, ...own].map((one) => (one === undefined ? undefined : lookAt(one)));
    const [[k6, ...kit], page, ticks] = await Promise.all([
      Promise.all(looks),
      this.#metrics === undefined ? '' : readPage(this.#metrics.url),
      machineTicks(),
    ]);
    const generator = k6 === undefined ? undefined : this.generator.take(k6, at);
    const target = page === '' ? undefined : this.#targetOf(page, at);
    const before = this.#ticks;
    this.#ticks = ticks ?? before;
    const busy =
      ticks === undefined || before === undefined || ticks.all === before.all
        ? undefined
        : 1 - (ticks.idle - before.idle) / (ticks.all - before.all);
    const ours = [k6, ...kit].reduce((sum, one) => sum + (one?.cpuSeconds ?? 0), 0) + this.#targetSeconds;
    const seconds = ticks === undefined || before === undefined ? 0 : (ticks.all - before.all) / TICKS / cpus().length;
    const othersCores = busy === undefined ? undefined : this.#rest(busy, ours, seconds, k6 !== undefined);
    return {
      ...(generator && { generator }),
      ...(target && { target }),
      ...(busy !== undefined && { machineBusy: Number(busy.toFixed(3)) }),
      ...(othersCores !== undefined && { othersCores }),
    };
  }

  get #targetSeconds(): number {
    return this.#local ? this.target.allSeconds : 0;
  }

  /** What is left of the busy cores without ours; undefined while k6 does not run, or where ours cannot be told. */
  #rest(busy: number, ours: number, seconds: number, running: boolean): number | undefined {
    const before = this.#ours;
    this.#ours = running ? ours : undefined;
    if (!running || before === undefined || seconds <= 0 || (this.#local && this.#targetSeconds === 0))
      return undefined;
    const cores = Number(Math.max(0, busy * cpus().length - (ours - before) / seconds).toFixed(2));
    this.#others.push(cores);
    return cores;
  }

  #targetOf(text: string, at: number): Sample['target'] {
    this.#page = text;
    const page = parseMetrics(text);
    const [cpuSeconds, bytes] = [page.get(CPU), page.get(BYTES)];
    if (cpuSeconds === undefined || bytes === undefined) return undefined;
    const usage = this.target.take({ cpuSeconds, bytes }, at);
    if (usage === undefined) return undefined;
    const names = [...(this.#metrics?.atRest ?? []), ...(this.#metrics?.settling ?? [])];
    const gauges = Object.fromEntries(
      names.flatMap((name) => {
        const value = page.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    return { ...usage, gauges };
  }
}

/** Gauges that are not back to 0 within the limit. A page that cannot be read leaves all of them. */
export async function leftoversOf(metrics: Metrics, limitMs: number, look = lookMs): Promise<Record<string, number>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const page = parseMetrics(await readPage(metrics.url));
    const left = metrics.atRest.flatMap((name) => {
      const value = page.get(name);
      return value === 0 ? [] : [[name, value ?? -1] as const];
    });
    if (left.length === 0 || performance.now() >= end) return Object.fromEntries(left);
    await new Promise((resolve) => setTimeout(resolve, look));
  }
}
const lookMs = 200;
