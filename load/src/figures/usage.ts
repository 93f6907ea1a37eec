/** What processes used, out of looks at them once a second. Pure. */
import type { Usage } from './model.ts';

/** Mean of the greatest tenth of the values, of one at least; 0 without any. */
export function busiest(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const most = values.toSorted((a, b) => b - a).slice(0, Math.max(1, Math.round(values.length / 10)));
  return Number((most.reduce((sum, value) => sum + value, 0) / most.length).toPrecision(4));
}

/** A look: CPU seconds since the process began, and its resident memory. */
export interface Look {
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** The looks at one process. */
export class Watched {
  #first: Look | undefined;
  #last: { readonly look: Look; readonly at: number } | undefined;
  readonly #cores: number[] = [];
  #mostBytes = 0;

  /** `at` in seconds. Undefined at the first look. */
  take(look: Look, at: number): Usage | undefined {
    const before = this.#last;
    this.#first ??= look;
    this.#last = { look, at };
    this.#mostBytes = Math.max(this.#mostBytes, look.bytes);
    if (before === undefined || at <= before.at) return undefined;
    const cpu = Math.max(0, (look.cpuSeconds - before.look.cpuSeconds) / (at - before.at));
    this.#cores.push(cpu);
    return { cpu: Number(cpu.toPrecision(4)), bytes: look.bytes };
  }

  get cpuSeconds(): number {
    return (this.#last?.look.cpuSeconds ?? 0) - (this.#first?.cpuSeconds ?? 0);
  }

  /** Of a process that was started with the run: what it used in all. */
  get allSeconds(): number {
    return this.#last?.look.cpuSeconds ?? 0;
  }

  get busyCores(): number {
    return busiest(this.#cores);
  }

  get bytesBefore(): number {
    return this.#first?.bytes ?? 0;
  }

  get bytesAfter(): number {
    return this.#last?.look.bytes ?? 0;
  }

  get mostBytes(): number {
    return this.#mostBytes;
  }
}
