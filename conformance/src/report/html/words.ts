import type { ExitCode } from '../../verdict/exit-code.ts';
import { unreachable, type Verdict } from '../../verdict/verdict.ts';
import { html, type Markup } from './markup.ts';

/** Words and signs for a verdict: colour is never the only carrier of meaning. */
export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly sign: string; readonly word: string }>> = {
  pass: { sign: '✓', word: 'pass' },
  fail: { sign: '✗', word: 'fail' },
  warning: { sign: '!', word: 'warning' },
  'not-applicable': { sign: '–', word: 'not applicable' },
  untestable: { sign: '∅', word: 'untestable' },
  inconclusive: { sign: '?', word: 'inconclusive' },
  'harness-error': { sign: '⚠', word: 'harness error' },
  'not-run': { sign: '○', word: 'not run' },
};

/** A verdict as a coloured label. */
export function badge(verdict: Verdict): Markup {
  const { sign, word } = VERDICT_WORDS[verdict];
  return html`<span class="badge v-${verdict}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

/**
 * The verdict on a run: a headline, and the class that colours it. Of a `part` nobody can say more than that nothing was
 * wrong with it.
 */
export function headline(code: ExitCode, part: boolean): { readonly words: string; readonly tone: string } {
  switch (code) {
    case 0:
      return part
        ? { words: 'No fault in the part that was run', tone: 'not-run' }
        : { words: 'Conformant', tone: 'pass' };
    case 1:
      return { words: 'Not conformant', tone: 'fail' };
    case 2:
      return { words: 'Settings are wrong', tone: 'harness-error' };
    case 3:
      return { words: 'Incomplete', tone: 'inconclusive' };
    case 4:
      return { words: 'The suite broke', tone: 'harness-error' };
    case 5:
      return { words: 'Stale baseline', tone: 'warning' };
    default:
      return unreachable(code);
  }
}

/** Milliseconds in the unit that a reader wants: `0.4 ms`, `12 ms`, `1.25 s`, `2 min 03 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** A count with its noun. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** An anchor for an id: only what a fragment and a CSS selector take without quoting. */
export function anchor(kind: 'test' | 'req', id: string): string {
  return `${kind}-${id.replace(/[^A-Za-z0-9_-]/g, (c) => `_${(c.codePointAt(0) ?? 0).toString(16)}_`).replace(/_2f_/g, '--')}`;
}
