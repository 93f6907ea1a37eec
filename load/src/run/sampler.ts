/** Looks at the generator, the target and the machine, once a second. */
import { parseMetrics } from '@mediaservice/conformance/kit';
import type { Sample } from '../figures/model.ts';
import { Watched } from '../figures/usage.ts';
import { lookAt, machineTicks } from './system.ts';
import type { LoadTarget } from './types.ts';

type Metrics = NonNullable<LoadTarget['metrics']>;
/** Every client library of Prometheus gives a process these names. */
const CPU = 'process_cpu_seconds_total';
const BYTES = 'process_resident_memory_bytes';
const answerMs = 2000;

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
  #ticks: Awaited<ReturnType<typeof machineTicks>>;
  #page = '';

  constructor(metrics: Metrics | undefined) {
    this.#metrics = metrics;
  }

  /** The last page that could be read. */
  get page(): string {
    return this.#page;
  }

  /** `at` in seconds of any clock; `pid` of k6 while it runs. */
  async look(at: number, pid: number | undefined): Promise<Pick<Sample, 'generator' | 'target' | 'machineBusy'>> {
    const [k6, page, ticks] = await Promise.all([
      pid === undefined ? undefined : lookAt(pid),
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
    return {
      ...(generator && { generator }),
      ...(target && { target }),
      ...(busy !== undefined && { machineBusy: Number(busy.toFixed(3)) }),
    };
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
