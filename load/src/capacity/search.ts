/**
 * The search for the highest load that holds: doubling from a start, bisection, one more look at the lowest load that broke
 * (a hiccup must not be taken for the limit), and a longer confirmation, a step lower when it breaks. Pure: what is next
 * depends on what was tried, and on nothing else.
 */
import type { SearchSetting, Tried, Verdict, Wanted } from './model.ts';

/** Confirmations that may break before the search gives up. */
const mostConfirmations = 4;
const mostCounterChecks = 2;
/** No limit of a real target needs as many; one that answers by chance might. */
const mostSteps = 40;

/** The load that says most now; undefined: the search is over. */
export function next(setting: SearchSetting, history: readonly Tried[]): Wanted | undefined {
  if (history.length >= mostSteps) return undefined;
  const { start, most } = setting;
  const first = Math.min(whole(start), most);
  if (history.length === 0) return { load: first, purpose: 'doubling' };

  const confirmations = history.filter(({ purpose }) => purpose === 'confirmation');
  const last = confirmations.at(-1);
  if (last !== undefined) return afterConfirmation(setting, last, confirmations.length);

  const { held, broken } = standing(history);
  if (held === 0) {
    const least = broken ?? first;
    return least <= 1 ? undefined : { load: Math.max(1, Math.floor(least / 2)), purpose: 'halving' };
  }
  if (broken === undefined) {
    if (held < most) return { load: Math.min(most, held * 2), purpose: 'doubling' };
  } else {
    const gap = broken - held;
    if (gap > finest(setting, held)) return { load: held + Math.ceil(gap / 2), purpose: 'bisection' };
    if (mayBeChance(history, broken)) return { load: broken, purpose: 'counter-check' };
  }
  return { load: held, purpose: 'confirmation' };
}

/** What longer time breaks is tried lower, by twice the resolution. */
function afterConfirmation(setting: SearchSetting, last: Tried, count: number): Wanted | undefined {
  if (last.verdict === 'held' || count >= mostConfirmations) return undefined;
  const lower = Math.min(last.load - 1, Math.floor(last.load * (1 - 2 * setting.resolution)));
  return lower < 1 ? undefined : { load: lower, purpose: 'confirmation' };
}

function mayBeChance(history: readonly Tried[], broken: number): boolean {
  const checks = history.filter(({ purpose }) => purpose === 'counter-check');
  return checks.length < mostCounterChecks && history.filter(({ load }) => load === broken).length === 1;
}

/** What is known: the highest load that held below all that did not, 0 for none, and the lowest that did not. */
export function standing(history: readonly Tried[]): {
  readonly held: number;
  readonly broken?: number;
  readonly why?: Exclude<Verdict, 'held'>;
} {
  // The last word on a load counts: a counter-check overrules what it checks, a confirmation the shorter step.
  const words = new Map<number, Verdict>();
  for (const { load, verdict } of history) words.set(load, verdict);
  let broken: number | undefined;
  let why: Exclude<Verdict, 'held'> | undefined;
  for (const [load, verdict] of words) {
    if (verdict === 'held' || (broken !== undefined && load >= broken)) continue;
    broken = load;
    why = verdict;
  }
  let held = 0;
  for (const [load, verdict] of words)
    if (verdict === 'held' && load > held && (broken === undefined || load < broken)) held = load;
  return { held, ...(broken !== undefined && { broken }), ...(why && { why }) };
}

/** How many more steps are to be expected when the limit lies at `limit`, for an estimate of the time. */
export function expectedSteps(setting: SearchSetting, limit: number): number {
  const history: Tried[] = [];
  for (let wanted = next(setting, history); wanted !== undefined; wanted = next(setting, history))
    history.push({ ...wanted, verdict: wanted.load <= limit ? 'held' : 'broken' });
  return history.length;
}

const finest = ({ resolution }: SearchSetting, held: number): number => Math.max(1, Math.floor(held * resolution));
const whole = (load: number): number => Math.max(1, Math.round(load));
