import type { ScenarioMeta } from '../harness/types.ts';
import type { Selection } from './selection.ts';

declare module 'vitest' {
  interface ProvidedContext {
    run: WorkerOrders;
  }
}

/** What the worker is told through `provide('run', …)`. */
interface WorkerOrders {
  /** Absolute paths of the scenario files. */
  readonly files: readonly string[];
  readonly selection: Selection;
  /**
   * Name of the broadcast channel on which the worker is told to stop, answers when its drivers are put away, and tells
   * how far its scenarios are.
   */
  readonly channel: string;
  /** The scenarios drive real tools, which must be ended when the run is stopped. */
  readonly drivers: boolean;
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

/** How far a scenario is; goes over the channel of `WorkerOrders`. */
export interface Told {
  readonly id: string;
  readonly words: string;
}

export const isTold = (data: unknown): data is Told =>
  typeof data === 'object' && data !== null && 'id' in data && 'words' in data;

/** What goes over the channel of `WorkerOrders` besides. */
export const STOP = 'stop';
export const STOPPED = 'stopped';
