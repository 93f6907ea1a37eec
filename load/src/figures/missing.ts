/** Callbacks that completed calls should have had and that never came. Pure. */
import { due, isFlow } from '../webhook/flows.ts';
import type { Figures } from './model.ts';

/**
 * By flow and name; what is not missing is absent. Calls that failed or were cut off are due nothing. What came of them may hide
 * that as much is missing of others, so these are the fewest.
 * @returns undefined: it is not known what was completed, or what came.
 */
export function missingCallbacks({
  calls,
  callbacks,
}: Pick<Figures, 'calls' | 'callbacks'>): Readonly<Record<string, Readonly<Record<string, number>>>> | undefined {
  const { completedBy } = calls;
  const { had, elsewhere = false } = callbacks;
  if (completedBy === undefined || had === undefined || elsewhere) return undefined;
  const missing: Record<string, Record<string, number>> = {};
  for (const [flow, completed] of Object.entries(completedBy)) {
    if (!isFlow(flow)) continue;
    for (const [name, each] of Object.entries(due[flow])) {
      const count = completed * each - (had[flow]?.[name] ?? 0);
      if (count > 0) missing[flow] = { ...missing[flow], [name]: count };
    }
  }
  return missing;
}

/** How many all together. */
export function missingCount(figures: Pick<Figures, 'calls' | 'callbacks'>): number | undefined {
  const missing = missingCallbacks(figures);
  return (
    missing &&
    Object.values(missing)
      .flatMap((counts) => Object.values(counts))
      .reduce((sum, count) => sum + count, 0)
  );
}

/** `ivr: 3 newCall, 6 getIvrCommand; bridge: 1 callAnswered`; empty where none is. */
export const missingWords = (figures: Pick<Figures, 'calls' | 'callbacks'>): string =>
  Object.entries(missingCallbacks(figures) ?? {})
    .map(
      ([flow, counts]) =>
        `${flow}: ${Object.entries(counts)
          .map(([name, count]) => `${count} ${name}`)
          .join(', ')}`,
    )
    .join('; ');
