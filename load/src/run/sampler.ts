/** Looks at the generator, the target and the machine, once a second. */
import { cpus } from 'node:os';
import { parseMetrics } from '@mediaservice/conformance/kit';
import type { Sample } from '../figures/model.ts';
import { busiest, type Look, Watched } from '../figures/usage.ts';
import { groupSeconds, lookAt, machineTicks, TICKS } from './system.ts';
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

/** What the machine tells; tests have one of their own. */
const system = { lookAt, machineTicks, groupSeconds };

/** CPU seconds: k6 and this kit, and a target beside them by its process group and by its page. */
interface Ours {
  readonly kit: number;
  readonly group: number;
  readonly page: number;
}

export class Sampler {
  readonly generator = new Watched();
  readonly target = new Watched();
  readonly #metrics: Metrics | undefined;
  readonly #beside: LoadTarget['beside'];
  readonly #system: typeof system;
  readonly #others: number[] = [];
  /** CPU seconds of our own processes and of a target beside them, at the last look; undefined: they were not known. */
  #ours: Ours | undefined;
  #ticks: Awaited<ReturnType<typeof machineTicks>>;
  #page = '';

  constructor(metrics: Metrics | undefined, beside: LoadTarget['beside'], machine = system) {
    this.#metrics = metrics;
    this.#beside = beside;
    this.#system = machine;
  }

  /**
   * Cores that programs of others had busy on this machine, in the busiest tenth of the seconds; undefined: too few to tell, or
   * nobody knows what the target beside us used.
   */
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
    const looks = [pid, ...own].map((one) => (one === undefined ? undefined : this.#system.lookAt(one)));
    const [[k6, ...kit], page, ticks] = await Promise.all([
      Promise.all(looks),
      this.#metrics === undefined ? '' : readPage(this.#metrics.url),
      this.#system.machineTicks(),
    ]);
    const generator = k6 === undefined ? undefined : this.generator.take(k6, at);
    const target = page === '' ? undefined : this.#targetOf(page, at);
    const before = this.#ticks;
    this.#ticks = ticks ?? before;
    const busy =
      ticks === undefined || before === undefined || ticks.all === before.all
        ? undefined
        : 1 - (ticks.idle - before.idle) / (ticks.all - before.all);
    const ours = k6 === undefined ? undefined : this.#oursOf([k6, ...kit], target !== undefined);
    const seconds = ticks === undefined || before === undefined ? 0 : (ticks.all - before.all) / TICKS / cpus().length;
    const othersCores = busy === undefined ? undefined : this.#rest(busy, ours, seconds);
    return {
      ...(generator && { generator }),
      ...(target && { target }),
      ...(busy !== undefined && { machineBusy: Number(busy.toFixed(3)) }),
      ...(othersCores !== undefined && { othersCores }),
    };
  }

  /** Undefined: nothing tells what a target beside us used. */
  #oursOf(kit: readonly (Look | undefined)[], told: boolean): Ours | undefined {
    const own = kit.reduce((sum, one) => sum + (one?.cpuSeconds ?? 0), 0);
    if (this.#beside === undefined) return { kit: own, group: 0, page: 0 };
    const { group: pid } = this.#beside;
    const group = pid === undefined ? 0 : this.#system.groupSeconds(pid);
    return group === 0 && !told ? undefined : { kit: own, group, page: told ? this.target.allSeconds : 0 };
  }

  /** What is left of the busy cores without ours; undefined where ours cannot be told, now or at the look before. */
  #rest(busy: number, ours: Ours | undefined, seconds: number): number | undefined {
    const before = this.#ours;
    this.#ours = ours;
    if (ours === undefined || before === undefined || seconds <= 0) return undefined;
    const told = before.page > 0 && ours.page > 0;
    // The page tells of one process, the group of all that were started, unless they left it.
    const target = Math.max(ours.group - before.group, told ? ours.page - before.page : 0);
    const cores = Number(Math.max(0, busy * cpus().length - (ours.kit - before.kit + target) / seconds).toFixed(2));
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
export async function leftoversOf(
  url: string,
  names: readonly string[],
  limitMs: number,
  look = lookMs,
): Promise<Record<string, number>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const page = parseMetrics(await readPage(url));
    const left = names.flatMap((name) => {
      const value = page.get(name);
      return value === 0 ? [] : [[name, value ?? -1] as const];
    });
    if (left.length === 0 || performance.now() >= end) return Object.fromEntries(left);
    await new Promise((resolve) => setTimeout(resolve, look));
  }
}
const lookMs = 200;
