import { quietly } from '../../drivers/promises.ts';
import { Decoder } from './decoder.ts';
import { Diverged } from './errors.ts';
import {
  type Call,
  type Coded,
  functionsIn,
  type Invoked,
  type Settled,
  type Trace,
  takesPredicates,
} from './types.ts';

type ProgramFunction = (...args: unknown[]) => unknown;

/** A scenario that computes something between two steps of the record may take so long, ms of real time. */
const patienceMs = 5000;
/** After so long without a step there is time to breathe, ms. */
const shortlyMs = 20;

/**
 * Stands for the drivers of a recorded scenario. Each call gets what the same call got then; what came to the scenario comes
 * to it again in the same order, and never before the scenario has done what it had done then. A scenario that does
 * something else has gone another way than the record, unless it has told why (`leave`): then all that is left of the
 * record is handed to it, so that it comes to its end.
 */
export class Replayer {
  readonly #trace: Trace;
  readonly #decoder: Decoder;
  /** By function: the calls of it that are still to be made. */
  readonly #calls = new Map<number, number[]>();
  readonly #made = new Set<number>();
  readonly #names = new Map<number, string>();
  readonly #functions = new Map<number, ProgramFunction>();
  readonly #promises = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #predicates = new Map<number, ProgramFunction>();
  readonly #program = new Map<number, ProgramFunction>();
  readonly #settled = new Set<number>();
  #looking = false;
  #at = 0;
  #over = false;
  #left: string | undefined;
  #diverged: Diverged | undefined;

  constructor(trace: Trace, bytes: Uint8Array) {
    this.#trace = trace;
    this.#decoder = new Decoder(trace, bytes, {
      functionOf: (id, name) => this.#function(id, name),
      promiseOf: (id) => this.#promise(id).promise,
    });
    for (const [index, entry] of trace.entries.entries()) {
      if (!('c' in entry)) continue;
      const queue = this.#calls.get(entry.c);
      if (queue === undefined) this.#calls.set(entry.c, [index]);
      else queue.push(index);
    }
  }

  /** The drivers. */
  root(): unknown {
    return this.#decoder.value(this.#trace.root);
  }

  /** Objects of the record, which the scenario will be given. */
  objects(fits: (object: Readonly<Record<string, unknown>>) => boolean): Record<string, unknown>[] {
    return this.#decoder.objects(fits);
  }

  /** How the scenario went another way; undefined: it did not. */
  get diverged(): Diverged | undefined {
    return this.#diverged;
  }

  /** What the scenario misses that it had not missed then: since then it goes another way, and rightly so. */
  get left(): string | undefined {
    return this.#left;
  }

  leave(missed: string): void {
    this.#left ??= missed;
  }

  /** Whether the record has a further call of this function of the drivers. */
  has(own: unknown): boolean {
    const id = [...this.#functions].find(([, one]) => one === own)?.[0];
    return id !== undefined && (this.#calls.get(id)?.length ?? 0) > 0;
  }

  /** Lets things happen until `end`. */
  async run(): Promise<void> {
    let stalledAt = performance.now();
    while (!this.#over) {
      // Everything that the scenario does at once is done before the next turn of the event loop.
      const stalled = performance.now() - stalledAt > shortlyMs;
      await new Promise((resolve) => (stalled ? setTimeout(resolve, 1) : setImmediate(resolve)));
      if (this.#step()) stalledAt = performance.now();
      else if (this.#at >= this.#trace.entries.length) {
        if (this.#left !== undefined || performance.now() - stalledAt > patienceMs)
          this.#give('it waits for something that the record does not have');
      } else if (performance.now() - stalledAt > patienceMs) this.#give(`it did not ${this.#due()}`);
    }
  }

  end(): void {
    this.#over = true;
  }

  /** Hands the next input over, with those that came in one go with it. False: it is not their turn. */
  #step(): boolean {
    const { entries } = this.#trace;
    for (let entry = entries[this.#at]; entry && 'c' in entry; entry = entries[this.#at]) {
      if (!this.#made.has(this.#at) && this.#left === undefined) return false;
      this.#at += 1;
    }
    const first = entries[this.#at];
    if (first === undefined || 'c' in first) return false;
    this.#input(first);
    this.#at += 1;
    for (let next = entries[this.#at]; next && !('c' in next) && next.g === 1; next = entries[this.#at]) {
      this.#input(next);
      this.#at += 1;
    }
    return true;
  }

  #input(entry: Settled | Invoked): void {
    if ('i' in entry) {
      const own = this.#program.get(entry.i);
      const args = entry.a.map((one) => this.#decoder.value(one));
      if (own === undefined) return;
      try {
        const given = own(...args);
        if (given instanceof Promise) quietly(given);
      } catch {
        // The driver had to deal with it then.
      }
      return;
    }
    const { promise, resolve, reject } = this.#promise(entry.s);
    quietly(promise);
    this.#settled.add(entry.s);
    if (entry.x !== undefined) {
      reject(this.#decoder.value(entry.x));
      return;
    }
    const value = entry.v === undefined ? undefined : this.#decoder.value(entry.v);
    if (this.#fits(entry.s, value)) resolve(value);
    else reject(this.#diverge('what it waited for is not what the record has'));
  }

  /** Whether what a predicate let through then is let through now. One that asks the drivers cannot be asked again. */
  #fits(promise: number, value: unknown): boolean {
    const predicate = this.#predicates.get(promise);
    if (predicate === undefined) return true;
    this.#looking = true;
    try {
      return predicate(value) !== false;
    } catch (error) {
      return error instanceof Diverged;
    } finally {
      this.#looking = false;
    }
  }

  #function(id: number, name: string): ProgramFunction {
    const known = this.#functions.get(id);
    if (known !== undefined) return known;
    const own: ProgramFunction = (...args) => this.#called(id, name, args);
    this.#functions.set(id, own);
    this.#names.set(id, name);
    return own;
  }

  #called(id: number, name: string, args: readonly unknown[]): unknown {
    if (this.#looking) throw new Diverged('The drivers cannot be asked here');
    if (this.#diverged) throw this.#diverged;
    const index = this.#calls.get(id)?.shift();
    const entry = index === undefined ? undefined : this.#trace.entries[index];
    if (index === undefined || entry === undefined || !('c' in entry)) {
      const text = `the scenario called ${name} once more than the record has`;
      throw this.#left !== undefined ? new Diverged(text) : this.#diverge(text);
    }
    this.#made.add(index);
    this.#bind(name, entry, args);
    if (entry.x !== undefined) throw this.#decoder.value(entry.x);
    return entry.v === undefined ? undefined : this.#decoder.value(entry.v, id);
  }

  #bind(name: string, entry: Call, args: readonly unknown[]): void {
    const functions = functionsIn(args);
    for (const [i, id] of (entry.f ?? []).entries()) {
      const own = functions[i];
      if (own !== undefined) this.#program.set(id, own);
    }
    const [predicate] = functions;
    const promise = promiseIn(entry.v);
    if (takesPredicates(name) && predicate !== undefined && promise !== undefined)
      this.#predicates.set(promise, predicate);
  }

  #promise(id: number): PromiseWithResolvers<unknown> {
    const known = this.#promises.get(id);
    if (known !== undefined) return known;
    const made = Promise.withResolvers<unknown>();
    quietly(made.promise);
    this.#promises.set(id, made);
    return made;
  }

  #diverge(why: string): Diverged {
    this.#diverged ??= new Diverged(`It went another way than the record: ${why}`);
    return this.#diverged;
  }

  /** Nothing more will happen: whoever still waits hears of it. */
  #give(why: string): void {
    const error = this.#left !== undefined ? new Diverged(`After the scenario had failed, ${why}`) : this.#diverge(why);
    for (const [id, { reject }] of this.#promises) if (!this.#settled.has(id)) reject(error);
  }

  #due(): string {
    const entry = this.#trace.entries[this.#at];
    return entry && 'c' in entry ? `call ${this.#names.get(entry.c) ?? 'a function'} as it did then` : 'go on';
  }
}

const promiseIn = (coded: Coded | undefined): number | undefined =>
  typeof coded === 'object' && coded !== null && '$' in coded && coded.$ === 'promise' ? coded.id : undefined;
