import type { Watcher } from '../run/collector.ts';
import type { ScenarioRun } from '../run/result.ts';
import { judge } from './build.ts';
import type { Report } from './model.ts';

/**
 * A run as newline-delimited JSON while it happens, an event a line; spec/events.schema.json describes each. `at` is
 * milliseconds since 1970.
 */
export class EventStream implements Watcher {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #known: ReadonlySet<string>;

  /** `known`: slugs of the catalogue, without which a test that names another would look like a good one. */
  constructor(write: (line: string) => void, now: () => number, known: Iterable<string>) {
    this.#write = write;
    this.#now = now;
    this.#known = new Set(known);
  }

  /** A run starts; with --repeat there are several in a stream. */
  began({ tool, target, settings }: Pick<Report, 'tool' | 'target' | 'settings'>): void {
    this.#say('run-started', { tool, target, settings });
  }

  collected(scenarios: readonly ScenarioRun[]): void {
    this.#say('collected', {
      tests: scenarios.filter(({ selected }) => selected).length,
      leftOut: scenarios.filter(({ selected }) => !selected).length,
    });
  }

  started(id: string): void {
    this.#say('test-started', { id });
  }

  told(id: string, words: string): void {
    this.#say('test-progress', { id, text: words });
  }

  finished(run: ScenarioRun): void {
    const { verdict, reasons } = judge(run, this.#known);
    const { id, title, area, requirements } = run.meta;
    const { outcome } = run;
    const durationMs = outcome === undefined ? 0 : Math.round((outcome.endedAt - outcome.startedAt) * 1000) / 1000;
    const again =
      outcome?.earlier === undefined ? {} : { earlier: outcome.earlier.map(({ reasons: [why] }) => why?.text ?? '') };
    this.#say('test-finished', { id, title, area, verdict, durationMs, requirements, reasons, ...again });
  }

  ended({ ending, summary, durationMs, findings }: Report): void {
    const { passed, failed, skipped, covered, total } = summary;
    const { exitCode, interrupted, reasons } = ending;
    this.#say('run-finished', {
      ...{ exitCode, interrupted, reasons, passed, failed, skipped, covered, total },
      durationMs: Math.round(durationMs),
      findings: findings.map(({ text }) => text),
    });
  }

  #say(event: string, more: object): void {
    this.#write(`${JSON.stringify({ event, at: Math.round(this.#now()), ...more })}\n`);
  }
}

/** Both hear of everything. */
export function both(one: Watcher, other: Watcher | undefined): Watcher {
  if (other === undefined) return one;
  return {
    collected: (scenarios) => {
      one.collected(scenarios);
      other.collected(scenarios);
    },
    started: (id) => {
      one.started(id);
      other.started(id);
    },
    told: (id, words) => {
      one.told(id, words);
      other.told(id, words);
    },
    finished: (run) => {
      one.finished(run);
      other.finished(run);
    },
  };
}
