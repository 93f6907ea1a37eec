import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Lag } from '../harness/lag.ts';
import type { RunFinding } from '../harness/types.ts';
import { metaOf, NOT_SELECTED } from './meta.ts';
import type { RunResult, ScenarioRun } from './result.ts';
import { type Selection, selects } from './selection.ts';

/** Hears of each scenario as it happens. Scenarios that were not selected are not told. */
export interface Watcher {
  /** All scenarios are known, before the first one starts. */
  collected(scenarios: readonly ScenarioRun[]): void;
  started(id: string): void;
  /** A scenario that takes long says how far it is. */
  told(id: string, words: string): void;
  finished(run: ScenarioRun): void;
}

/**
 * Gathers what a run finds out while it happens, so that a run that is stopped half-way still has a result. After
 * `freeze` nothing is taken in any more: what breaks while everything is torn down says nothing of the target.
 */
export class Collector implements Reporter {
  readonly #selection: Selection;
  readonly #watcher: Watcher;
  readonly #tell: (text: string) => string;
  readonly #runs = new Map<string, ScenarioRun>();
  readonly #errors: string[] = [];
  #findings: readonly RunFinding[] = [];
  #lag: Lag | undefined;
  #frozen = false;

  /** @param tell takes secrets out of what broke, as that is told in its own words. */
  constructor(selection: Selection, watcher: Watcher, tell: (text: string) => string) {
    this.#selection = selection;
    this.#watcher = watcher;
    this.#tell = tell;
  }

  freeze(): void {
    this.#frozen = true;
  }

  fail(text: string): void {
    const sentence = this.#tell(text);
    if (!this.#frozen && !this.#errors.includes(sentence)) this.#errors.push(sentence);
  }

  result(): Pick<RunResult, 'scenarios' | 'errors' | 'findings' | 'lag'> {
    return {
      scenarios: [...this.#runs.values()],
      errors: [...this.#errors],
      findings: this.#findings,
      ...(this.#lag === undefined ? {} : { lag: this.#lag }),
    };
  }

  onTestModuleCollected(module: TestModule): void {
    for (const test of module.children.allTests()) this.#collect(test);
    this.#watcher.collected([...this.#runs.values()]);
  }

  onTestCaseReady(test: TestCase): void {
    const id = metaOf(test.name, test.meta()).id;
    if (!this.#frozen && this.#runs.get(id)?.selected === true) this.#watcher.started(id);
  }

  onTestCaseResult(test: TestCase): void {
    if (this.#frozen) return;
    const ended = finished(test);
    const run = ended.crash === undefined ? ended : { ...ended, crash: this.#tell(ended.crash) };
    this.#runs.set(run.meta.id, run);
    if (run.selected) this.#watcher.finished(run);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message?: string }[]): void {
    if (this.#frozen) return;
    for (const module of modules) {
      for (const error of module.errors()) this.fail(`the suite broke: ${firstLine(error.message)}`);
      const { aftermath } = module.meta();
      this.#findings = [...this.#findings, ...(aftermath?.findings ?? [])];
      this.#lag ??= aftermath?.lag;
    }
    for (const error of unhandled) this.fail(`the suite broke outside any test: ${firstLine(error.message)}`);
  }

  #collect(test: TestCase): void {
    const meta = metaOf(test.name, test.meta());
    if (this.#runs.has(meta.id)) this.fail(`two scenarios are called ${meta.id}`);
    this.#runs.set(meta.id, { meta, selected: selects(this.#selection, meta) });
  }
}

function finished(test: TestCase): ScenarioRun {
  const outcome = test.meta().scenario;
  const meta = metaOf(test.name, test.meta());
  const result = test.result();
  if (result.state === 'skipped' && outcome === undefined) {
    return { meta, selected: result.note !== NOT_SELECTED };
  }
  if (outcome !== undefined) return { meta, selected: true, outcome };
  const why = result.errors?.map((error) => firstLine(error.message)).join('; ');
  return { meta, selected: true, crash: why ?? 'the scenario left no outcome behind' };
}

function firstLine(text: string | undefined): string {
  return (text ?? 'unknown').split('\n').find((line) => line.trim() !== '') ?? 'unknown';
}
