/** The application's side of the figures, out of its windows. Pure. */
import type { Window } from '../webhook/protocol.ts';
import { shorts } from './calls.ts';
import { Histogram } from './histogram.ts';
import type { Figures, Sample } from './model.ts';
import { busiest } from './usage.ts';

export class CallbackFigures {
  readonly #answered: Record<string, number> = {};
  readonly #alarms: Record<string, number> = {};
  readonly #had: Record<string, Record<string, number>> = {};
  readonly #newCallMs = new Histogram();
  readonly #getIvrCommandMs = new Histogram();
  readonly #answerMs = new Histogram();
  readonly #busy: number[] = [];
  readonly #elsewhere: boolean;
  #doubled = 0;
  #unexpected = 0;
  #open = 0;
  #begun = 0;
  #cpuSeconds = 0;
  #pending: Window[] = [];

  /** `elsewhere`: somebody else takes the windows. */
  constructor({ elsewhere = false }: { readonly elsewhere?: boolean } = {}) {
    this.#elsewhere = elsewhere;
  }

  /** Sessions that have not ended. */
  get open(): number {
    return this.#open;
  }

  get begun(): number {
    return this.#begun;
  }

  take(window: Window): void {
    for (const [name, count] of Object.entries(window.answered))
      this.#answered[name] = (this.#answered[name] ?? 0) + count;
    for (const [name, count] of Object.entries(window.alarms)) this.#alarms[name] = (this.#alarms[name] ?? 0) + count;
    for (const [flow, counts] of Object.entries(window.had)) {
      const all = this.#had[flow] ?? {};
      for (const [name, count] of Object.entries(counts)) all[name] = (all[name] ?? 0) + count;
      this.#had[flow] = all;
    }
    this.#newCallMs.addAll(Histogram.read(window.newCallMs));
    this.#getIvrCommandMs.addAll(Histogram.read(window.getIvrCommandMs));
    this.#answerMs.addAll(Histogram.read(window.answerMs));
    this.#busy.push(window.busyShare);
    this.#doubled += window.doubled;
    this.#unexpected += window.unexpected;
    this.#open = window.open;
    this.#begun += window.begun;
    this.#cpuSeconds += window.cpuSeconds;
    this.#pending.push(window);
  }

  /** What came since it was asked before; `seconds` is how long that is. */
  second(seconds: number): Pick<Sample, 'callbacks' | 'newCallMs' | 'getIvrCommandMs' | 'application'> {
    const windows = this.#pending;
    this.#pending = [];
    const newCallMs = new Histogram();
    const getIvrCommandMs = new Histogram();
    let callbacks = 0;
    let cpu = 0;
    for (const window of windows) {
      newCallMs.addAll(Histogram.read(window.newCallMs));
      getIvrCommandMs.addAll(Histogram.read(window.getIvrCommandMs));
      callbacks += Object.values(window.answered).reduce((sum, count) => sum + count, 0);
      cpu += window.cpuSeconds;
    }
    const last = windows.at(-1);
    return {
      callbacks,
      ...shorts({ newCallMs, getIvrCommandMs }),
      ...(last && { application: { cpu: cpu / Math.max(seconds, windows.length), bytes: last.bytes } }),
    };
  }

  whole(): Pick<Figures, 'callbacks' | 'application'> {
    const newCallMs = this.#newCallMs.summary();
    const getIvrCommandMs = this.#getIvrCommandMs.summary();
    const answerMs = this.#answerMs.summary();
    return {
      callbacks: {
        ...(this.#elsewhere && { elsewhere: true as const }),
        answered: this.#answered,
        alarms: this.#alarms,
        had: this.#had,
        ...(newCallMs && { newCallMs }),
        ...(getIvrCommandMs && { getIvrCommandMs }),
        missingCompleted: this.#open,
        doubledCompleted: this.#doubled,
        unexpected: this.#unexpected,
      },
      application: {
        cpuSeconds: this.#cpuSeconds,
        busyShare: busiest(this.#busy),
        ...(answerMs && { answerMs }),
      },
    };
  }
}
