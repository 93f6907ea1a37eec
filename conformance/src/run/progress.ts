import { column, type Verdict } from '../verdict/verdict.ts';
import type { Watcher } from './collector.ts';
import type { ScenarioRun } from './result.ts';

/** Colours by meaning; a terminal without colours gives text back as it is. */
export type Paint = (tone: 'good' | 'bad' | 'warn' | 'dim' | 'bold', text: string) => string;

/** Where progress is shown. */
export interface Screen {
  write(text: string): void;
  /** Columns of the terminal; undefined: not a terminal, one line a test is written instead. */
  width(): number | undefined;
  readonly paint: Paint;
  /** Milliseconds, monotonic. */
  now(): number;
}

const SIGNS: Readonly<Record<Verdict, { readonly sign: string; readonly tone: Parameters<Paint>[0] }>> = {
  pass: { sign: '✓', tone: 'good' },
  fail: { sign: '✗', tone: 'bad' },
  warning: { sign: '!', tone: 'warn' },
  'not-applicable': { sign: '–', tone: 'dim' },
  untestable: { sign: '–', tone: 'dim' },
  inconclusive: { sign: '?', tone: 'warn' },
  'harness-error': { sign: '✗', tone: 'bad' },
  'not-run': { sign: '○', tone: 'dim' },
};

/** Counts of a run under way. */
export interface Tally {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly running: readonly string[];
  readonly elapsedMs: number;
}

/** The live line: counts first, then as many of the running tests as fit into `width` columns. */
export function liveLine(tally: Tally, width: number): string {
  const done = tally.passed + tally.failed + tally.skipped;
  const counts = [
    `${done}/${tally.total}`,
    `${tally.passed} passed`,
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.skipped > 0 ? [`${tally.skipped} skipped`] : []),
    `${Math.floor(tally.elapsedMs / 1000)} s`,
  ].join(' · ');
  const running = tally.running.join(', ');
  return cut(running === '' ? counts : `${counts} · ${running}`, width);
}

/** Text of at most `width` columns, the end cut off and marked. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(width - 1, 0)).join('')}…`;
}

/** Shows a run while it happens. On a terminal the last line is alive, and only what is not a pass stays above it. */
export class Progress implements Watcher {
  readonly #screen: Screen;
  readonly #began: number;
  /** What runs, and how far it says that it is. */
  readonly #running = new Map<string, string>();
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  #total = 0;
  #alive = false;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#began = screen.now();
  }

  collected(scenarios: readonly ScenarioRun[]): void {
    this.#total = scenarios.filter(({ selected }) => selected).length;
    if (this.#screen.width() === undefined) this.#screen.write(`${this.#total} of ${scenarios.length} tests\n`);
    this.refresh();
  }

  started(id: string): void {
    this.#running.set(id, '');
    this.refresh();
  }

  told(id: string, words: string): void {
    if (!this.#running.has(id)) return;
    this.#running.set(id, ` (${words})`);
    if (this.#screen.width() === undefined) this.#screen.write(`  ${id}: ${words}\n`);
    this.refresh();
  }

  finished(run: ScenarioRun): void {
    const { id } = run.meta;
    this.#running.delete(id);
    const verdict: Verdict = run.outcome?.verdict ?? (run.crash === undefined ? 'not-run' : 'harness-error');
    this.#counts[column(verdict)] += 1;
    const terminal = this.#screen.width() !== undefined;
    if (!terminal || (verdict !== 'pass' && verdict !== 'not-applicable')) this.#lasting(this.#line(run, verdict));
    this.refresh();
  }

  /** Draws the live line anew; called by a clock too, so that the seconds run. */
  refresh(): void {
    const width = this.#screen.width();
    if (width === undefined || this.#total === 0) return;
    const { paint, now } = this.#screen;
    const tally = {
      ...this.#counts,
      total: this.#total,
      running: [...this.#running].map((one) => one.join('')),
      elapsedMs: now() - this.#began,
    };
    // One column stays free: a full line makes some terminals wrap.
    this.#screen.write(`${ERASE}${paint('dim', liveLine(tally, width - 1))}`);
    this.#alive = true;
  }

  /** Takes the live line away; nothing of it stays. */
  end(): void {
    if (this.#alive) this.#screen.write(ERASE);
    this.#alive = false;
  }

  #lasting(line: string): void {
    this.#screen.write(`${this.#alive ? ERASE : ''}${line}\n`);
    this.#alive = false;
  }

  #line({ meta, outcome, crash }: ScenarioRun, verdict: Verdict): string {
    const { sign, tone } = SIGNS[verdict];
    const { paint } = this.#screen;
    const seconds =
      outcome === undefined ? '' : ` ${paint('dim', `${((outcome.endedAt - outcome.startedAt) / 1000).toFixed(1)} s`)}`;
    const why = outcome?.reasons[0]?.text ?? crash;
    const reason = verdict === 'pass' || why === undefined ? '' : `  ${cut(why.replace(/\s+/g, ' '), 160)}`;
    return `${paint(tone, sign)} ${meta.id}${seconds}${reason}`;
  }
}

/** Back to the first column and erase the line. */
const ERASE = '\r\x1b[2K';
