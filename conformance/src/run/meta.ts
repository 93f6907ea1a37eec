import type { ScenarioMeta } from '../harness/types.ts';
import type { Selection } from './selection.ts';

declare module 'vitest' {
  interface ProvidedContext {
    run: WorkerOrders;
  }
}

/** What the worker is told through `provide('run', …)`. */
export interface WorkerOrders {
  /** Absolute paths of the scenario files. */
  readonly files: readonly string[];
  readonly selection: Selection;
}

/** The note of a scenario that the selection left out. */
export const NOT_SELECTED = 'not selected';

/** What is known of a scenario that has left nothing behind: at least its name, which is its id. */
export function metaOf(
  name: string,
  meta: { readonly scenarioMeta?: ScenarioMeta; readonly scenario?: { readonly meta: ScenarioMeta } },
): ScenarioMeta {
  const known = meta.scenarioMeta ?? meta.scenario?.meta;
  return known ?? { id: name, title: name, area: name.split('/')[0] ?? name, requirements: [], needs: {} };
}
