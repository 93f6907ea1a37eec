/** Finds for each row the first recipe that a scenario notices for the right reason. */
import { loadCatalogue, type Requirement } from '@mediaservice/spec';
import type { Drive } from './drive.ts';
import { hints } from './hints.ts';
import type { Found } from './orders.ts';
import type { Recipe } from './recipe.ts';
import { recipesFor } from './recipes.ts';
import type { Scenario, Stack } from './stack.ts';
import { blamed } from './verdict.ts';

/** So many scenarios are tried for each recipe: the quickest that show the row in words. */
const mostScenarios = 2;
const restMs = 400;

export async function search(slugs: readonly string[], around: Drive, tell: (found: Found) => void): Promise<void> {
  const rows = loadCatalogue().filter(({ slug }) => slugs.includes(slug));
  const all = [...around.scenarios.values()].filter(({ meta, patient }) => meta.alone !== true && !patient);
  around.tell({ kind: 'total', unmutated: 0, mutants: rows.length });
  const queue = [...rows];
  await Promise.all(
    around.stacks.map(async (stack, index) => {
      for (let row = queue.shift(); row !== undefined && !around.stopped(); row = queue.shift())
        tell(await find(row, candidates(row, all), stack, () => around.restart(index)));
    }),
  );
}

/** Scenarios of a row: first those of its area, with few other requirements. What passes unmutated is seen when it is used. */
const candidates = ({ slug, area }: Requirement, all: readonly Scenario[]): readonly Scenario[] =>
  all
    .filter(({ meta }) => meta.requirements.includes(slug))
    .toSorted(
      (a, b) =>
        Number(b.meta.area === area) - Number(a.meta.area === area) ||
        a.meta.requirements.length - b.meta.requirements.length,
    )
    .slice(0, mostScenarios);

/** What the sources name first, then what the slug hints at, then the rest. */
function ordered(row: Requirement): readonly Recipe[] {
  const keys = hints.flatMap(([slug, recipes]) => (slug.test(row.slug) ? recipes : []));
  const turn = ({ key, own }: Recipe): number => (own ? -1 : keys.includes(key) ? keys.indexOf(key) : keys.length);
  return recipesFor(row).toSorted((a, b) => turn(a) - turn(b));
}

async function find(
  row: Requirement,
  scenarios: readonly Scenario[],
  stack: Stack,
  restart: () => Promise<void>,
): Promise<Found> {
  const { slug } = row;
  const began = performance.now();
  let tries = 0;
  const hinted = new Set(hints.flatMap(([fits, recipes]) => (fits.test(slug) ? recipes : [])));
  for (const recipe of ordered(row)) {
    // What nobody's source suggests is tried with the best scenario alone.
    for (const scenario of recipe.own ? scenarios : scenarios.slice(0, 1)) {
      if (performance.now() - began > longestMs) return { slug, tries };
      tries += 1;
      const { outcome, applied } = await stack.run(scenario, recipe.rewrites);
      if (!(await stack.atRest(2 * restMs))) await restart();
      const one = applied > 0 ? blamed(outcome, slug, recipe.schema) : undefined;
      if (one?.how === undefined) continue;
      const found = { slug, tries, recipe: recipe.key, scenario: scenario.meta.id, how: one.how };
      if (one.how !== 'waited' || recipe.own || hinted.has(recipe.key)) return found;
    }
  }
  return { slug, tries };
}

/** For one row, ms. */
const longestMs = 45_000;
