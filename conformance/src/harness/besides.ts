import type { ScenarioMeta } from './types.ts';

/**
 * What the runner is told: one that is not concurrent waits for the concurrent ones declared before it, and those declared
 * after it wait for it.
 */
export const besides = ({ alone }: Pick<ScenarioMeta, 'alone'>): { readonly concurrent: boolean } => ({
  concurrent: alone !== true,
});
