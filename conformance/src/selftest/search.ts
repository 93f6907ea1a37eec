/** Finds for each row the first recipe that a scenario notices for the right reason. */
import { loadCatalogue, type Requirement } from '@mediaservice/spec';
import { type Drive, unmutated } from './drive.ts';
import type { Found } from './orders.ts';
import { recipesFor } from './recipes.ts';
import type { Scenario, Stack } from './stack.ts';
import { blamed } from './verdict.ts';

/** So many scenarios are tried for each recipe: the quickest that show the row in words. */
const mostScenarios = 2;
const restMs = 400;

export async function search(slugs: readonly string[], around: Drive, tell: (found: Found) => void): Promise<void> {
  const rows = loadCatalogue().filter(({ slug }) => slugs.includes(slug));
  const all = [...around.scenarios.values()];
  const used = all.filter(({ meta }) => meta.alone !== true && meta.requirements.some((slug) => slugs.includes(slug)));
  around.tell({ kind: 'total', unmutated: used.length, mutants: rows.length });
  const known = await unmutated(used, around);
  const queue = rows.map((row) => {
    const able = used.filter(({ meta }) => meta.requirements.includes(row.slug) && known.get(meta.id)?.passed === true);
    const shows = ({ meta }: Scenario): number => (known.get(meta.id)?.shown.includes(row.slug) ? 1 : 0);
    const ms = ({ meta }: Scenario): number => known.get(meta.id)?.ms ?? 0;
    return { row, able: able.toSorted((a, b) => shows(b) - shows(a) || ms(a) - ms(b)).slice(0, mostScenarios) };
  });
  await Promise.all(
    around.stacks.map(async (stack, index) => {
      for (let next = queue.shift(); next !== undefined && !around.stopped(); next = queue.shift())
        tell(await find(next.row, next.able, stack, () => around.restart(index)));
    }),
  );
}

async function find(
  row: Requirement,
  scenarios: readonly Scenario[],
  stack: Stack,
  restart: () => Promise<void>,
): Promise<Found> {
  const { slug } = row;
  const began = performance.now();
  let weak: Found | undefined;
  let tries = 0;
  for (const recipe of recipesFor(row)) {
    for (const scenario of scenarios) {
      if (performance.now() - began > longestMs) return weak ?? { slug, tries };
      tries += 1;
      const { outcome, applied } = await stack.run(scenario, recipe.rewrites);
      if (!(await stack.atRest(2 * restMs))) await restart();
      const one = applied > 0 ? blamed(outcome, slug, recipe.schema) : undefined;
      if (one?.how === undefined) continue;
      const found = { slug, tries, recipe: recipe.key, scenario: scenario.meta.id, how: one.how };
      if (one.how !== 'waited') return found;
      if (recipe.own) weak ??= found;
    }
  }
  return weak ?? { slug, tries };
}

/** For one row, ms. */
const longestMs = 150_000;
