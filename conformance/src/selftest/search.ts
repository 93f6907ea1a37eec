/** Finds for each row the first recipe that a scenario notices for the right reason. */
import { loadCatalogue, type Requirement } from '@mediaservice/spec';
import type { Drive } from './drive.ts';
import type { Found } from './orders.ts';
import { recipesFor } from './recipes.ts';
import type { Scenario, Stack } from './stack.ts';
import { blamed } from './verdict.ts';

/** So many scenarios are tried for each recipe: the quickest that show the row in words. */
const mostScenarios = 2;
const restMs = 400;

export async function search(slugs: readonly string[], around: Drive, tell: (found: Found) => void): Promise<void> {
  const rows = loadCatalogue().filter(({ slug }) => slugs.includes(slug));
  const all = [...around.scenarios.values()].filter(({ meta }) => meta.alone !== true);
  around.tell({ kind: 'total', unmutated: 0, mutants: rows.length });
  const fit = new Map<string, Promise<readonly string[] | undefined>>();
  const queue = [...rows];
  await Promise.all(
    around.stacks.map(async (stack, index) => {
      for (let row = queue.shift(); row !== undefined && !around.stopped(); row = queue.shift()) {
        const able = await fitting(row, all, stack, fit);
        tell(await find(row, able, stack, () => around.restart(index)));
      }
    }),
  );
}

/** Scenarios of a row that pass with nothing rewritten: first those that show it in words, with few other requirements. */
async function fitting(
  { slug, area }: Requirement,
  all: readonly Scenario[],
  stack: Stack,
  fit: Map<string, Promise<readonly string[] | undefined>>,
): Promise<readonly Scenario[]> {
  const candidates = all
    .filter(({ meta }) => meta.requirements.includes(slug))
    .toSorted(
      (a, b) =>
        Number(b.meta.area === area) - Number(a.meta.area === area) ||
        a.meta.requirements.length - b.meta.requirements.length,
    );
  const showing: Scenario[] = [];
  const silent: Scenario[] = [];
  for (const scenario of candidates.slice(0, 5)) {
    const { id } = scenario.meta;
    const known = fit.get(id) ?? shownBy(scenario, stack);
    fit.set(id, known);
    const shown = await known;
    if (shown) (shown.includes(slug) ? showing : silent).push(scenario);
    if (showing.length >= mostScenarios) break;
  }
  return [...showing, ...silent].slice(0, mostScenarios);
}

async function shownBy(scenario: Scenario, stack: Stack): Promise<readonly string[] | undefined> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const { outcome } = await stack.run(scenario, []);
    if (outcome.verdict === 'pass' || outcome.verdict === 'warning') return outcome.shown;
  }
  return undefined;
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
    if (!recipe.own && weak) return weak;
    // What nobody's source suggests is tried with the best scenario alone.
    for (const scenario of recipe.own ? scenarios : scenarios.slice(0, 1)) {
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
const longestMs = 90_000;
