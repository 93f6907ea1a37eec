/** What a search has found so far. Pure. */
import type { CapacityStep, Found, SearchSetting, Tried } from './model.ts';
import { next, standing } from './search.ts';

type Step = Tried & { readonly broken: readonly { readonly measure: string }[] };

export function foundIn(setting: SearchSetting, steps: readonly Step[]): Found {
  const { held, broken, why } = standing(steps);
  const over = next(setting, steps) === undefined;
  // What a confirmation held is the figure, even where short steps held more.
  const confirmed = steps.findLast(({ purpose, verdict }) => purpose === 'confirmation' && verdict === 'held');
  const at = steps.filter(({ load, verdict }) => load === broken && verdict !== 'held');
  return {
    load: confirmed?.load ?? held,
    confirmed: confirmed !== undefined,
    limit: !over ? 'stopped' : broken === undefined ? 'bound' : why === 'generator' ? 'generator' : 'objective',
    ...(broken !== undefined && { limitedAt: broken }),
    broken: [...new Set(at.flatMap((step) => step.broken.map(({ measure }) => measure)))],
  };
}

/** The step whose figures stand for the load that was found: its confirmation, or the step that held it. */
export const stepOf = (steps: readonly CapacityStep[], { load }: Found): CapacityStep | undefined =>
  steps.findLast((step) => step.load === load && step.verdict === 'held');
