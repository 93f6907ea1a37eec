/** The worker's part: which scenarios run with which mutants on which stack, and what comes of it. */
import { bearsOf } from '../harness/starvation/bears.ts';
import type { ScenarioOutcome } from '../harness/types.ts';
import type { Kill, MutantResult, ScenarioTry, Told } from './orders.ts';
import type { Scenario, Stack } from './stack.ts';
import type { Mutant } from './types.ts';
import { blamed } from './verdict.ts';

/** What a scenario did without any mutation: what the choice goes by. */
interface Unmutated {
  readonly ms: number;
  readonly passed: boolean;
  readonly shown: readonly string[];
}

export interface Drive {
  readonly stacks: readonly Stack[];
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly tell: (told: Told) => void;
  /** Starts the server of a stack anew. */
  readonly restart: (stack: number) => Promise<void>;
  readonly stopped: () => boolean;
}

/** So many scenarios of a stack run side by side while nothing is mutated. */
const beside = 3;
/** Those that bear no more lateness than this run with none beside them on their stack: media pass through our thread, ms. */
const delicateMs = 100;
/** So many scenarios may fail to notice before a mutant counts as survived. */
const mostTries = 4;
/** What said nothing is asked so often again with nothing beside it: some scenarios bear no more than 30 ms of a suite that stands still. */
const mostAgain = 3;
/** What a mutant has made impossible is not waited for any longer than this, beyond what its scenario takes without it, ms. */
const vainMs = 10_000;
/**
 * How long a scenario may take with a mutant that takes `ms` without one, ms. Those that want to be alone have long waits of
 * their own, and what they find in the end says more than that they were cut off.
 */
export const limitFor = (ms: number, alone: boolean): number => (alone ? Number.POSITIVE_INFINITY : ms + vainMs);
/** A server may need so long to come to rest before something else runs on it, ms. */
const restMs = 400;

/** Runs all scenarios that could be needed without mutation, then every mutant. */
export async function drive(mutants: readonly Mutant[], around: Drive): Promise<void> {
  const { scenarios, tell } = around;
  const all = [...scenarios.values()];
  const needed = new Set(mutants.flatMap((mutant) => serving(mutant, all)));
  const used = all.filter((one) => needed.has(one));
  tell({ kind: 'total', unmutated: used.length, mutants: mutants.length });
  const known = await unmutated(used, around);
  const plans = mutants.map((mutant) => ({ mutant, choice: choose(mutant, scenarios, known) }));
  const cost = (choice: readonly Scenario[]): number => known.get(choice[0]?.meta.id ?? '')?.ms ?? 0;
  const order = plans.toSorted((a, b) => cost(b.choice) - cost(a.choice));
  const unsettled: (typeof plans)[number][] = [];
  const attempt = async (plan: (typeof plans)[number], stack: Stack, index: number, last: boolean): Promise<void> => {
    tell({ kind: 'started', id: plan.mutant.id });
    const limitOf = ({ meta }: Scenario): number =>
      limitFor(known.get(meta.id)?.ms ?? Number.POSITIVE_INFINITY, meta.alone === true);
    const result = await kill(plan.mutant, plan.choice, stack, { limitOf, restart: () => around.restart(index) });
    const open = result.state === 'survived' && result.tries.some(({ verdict }) => verdict === 'inconclusive');
    if (open && !last) unsettled.push(plan);
    else tell({ kind: 'mutant', result });
  };
  const together = order.filter(({ choice }) => !alone(choice));
  await each(around, 1, together, (plan, stack, index) => attempt(plan, stack, index, false));
  // What says nothing because the machine was busy is asked again with less beside it; so are those that want to be alone.
  const few = { ...around, stacks: around.stacks.slice(0, 2) };
  await each(few, 1, unsettled.splice(0), (plan, stack, index) => attempt(plan, stack, index, false));
  const one = { ...around, stacks: around.stacks.slice(0, 1) };
  const left = [...unsettled.splice(0), ...order.filter(({ choice }) => alone(choice))];
  await each(one, 1, left, (plan, stack, index) => attempt(plan, stack, index, false));
  for (let again = 1; again <= mostAgain; again += 1) {
    await each(one, 1, unsettled.splice(0), (plan, stack, index) => attempt(plan, stack, index, again === mostAgain));
  }
}

const alone = ([first]: readonly Scenario[]): boolean => first?.meta.alone === true;

/** Scenarios that could notice a mutant. */
export function serving(
  { scenarios: named, requirements }: Pick<Mutant, 'scenarios' | 'requirements'>,
  all: readonly Scenario[],
): readonly Scenario[] {
  if (named) return all.filter(({ meta }) => named.includes(meta.id));
  const tagged = all.filter(({ meta }) => requirements.some((slug) => meta.requirements.includes(slug)));
  const covered = (slug: string): boolean => tagged.some((one) => !one.patient && one.meta.requirements.includes(slug));
  const needed = requirements.filter((slug) => !covered(slug));
  return tagged.filter((one) => !one.patient || needed.some((slug) => one.meta.requirements.includes(slug)));
}

/** Every scenario must pass with the proxies there. */
export async function unmutated(used: readonly Scenario[], around: Drive): Promise<ReadonlyMap<string, Unmutated>> {
  const known = new Map<string, Unmutated>();
  const note = (scenario: Scenario, outcome: ScenarioOutcome): void => {
    const passed = outcome.verdict === 'pass' || outcome.verdict === 'warning';
    const ms = outcome.endedAt - outcome.startedAt;
    known.set(scenario.meta.id, { ms, passed, shown: outcome.shown });
    around.tell({ kind: 'unmutated', result: tried(outcome, { applied: 0, first: '' }, passed) });
  };
  const together = used.filter(({ meta }) => meta.alone !== true);
  // Those that may take long first, so that the last ones are short.
  const order = together.toSorted((a, b) => (b.meta.timeoutMs ?? 0) - (a.meta.timeoutMs ?? 0));
  const unsettled: Scenario[] = [];
  const delicate = ({ meta }: Scenario): boolean => (bearsOf(meta) ?? Number.POSITIVE_INFINITY) <= delicateMs;
  const attempt = async (scenario: Scenario, stack: Stack): Promise<void> => {
    around.tell({ kind: 'started', id: scenario.meta.id });
    const outcome = await stack.beside(scenario);
    if (outcome.verdict === 'inconclusive') unsettled.push(scenario);
    else note(scenario, outcome);
  };
  await each(
    around,
    beside,
    order.filter((one) => !delicate(one)),
    attempt,
  );
  await each(around, 1, order.filter(delicate), attempt);
  // One by one: those that want to be alone, and those of which a busy machine has left nothing to say.
  const [first] = around.stacks;
  for (const scenario of [...unsettled, ...used.filter(({ meta }) => meta.alone === true)]) {
    if (first === undefined || around.stopped()) break;
    around.tell({ kind: 'started', id: scenario.meta.id });
    if (scenario.meta.alone === true && !(await first.atRest(restMs))) await around.restart(0);
    const outcome = await first.beside(scenario);
    note(scenario, outcome.verdict === 'inconclusive' ? await first.beside(scenario) : outcome);
  }
  return known;
}

/** Scenarios for a mutant, the best first: that passed unmutated, that show the requirement in words, the quickest. */
function choose(
  mutant: Mutant,
  scenarios: ReadonlyMap<string, Scenario>,
  known: ReadonlyMap<string, Unmutated>,
): readonly Scenario[] {
  if (mutant.scenarios) return mutant.scenarios.flatMap((id) => scenarios.get(id) ?? []);
  const able = serving(mutant, [...scenarios.values()]).filter(({ meta }) => known.get(meta.id)?.passed === true);
  const covers = ({ meta }: Scenario): number =>
    mutant.requirements.filter((slug) => meta.requirements.includes(slug)).length;
  const shows = ({ meta }: Scenario): number =>
    mutant.requirements.some((slug) => known.get(meta.id)?.shown.includes(slug)) ? 1 : 0;
  const ms = ({ meta }: Scenario): number => known.get(meta.id)?.ms ?? 0;
  const single = (one: Scenario): number => (one.meta.alone === true ? 1 : 0);
  return able.toSorted(
    (a, b) => single(a) - single(b) || covers(b) - covers(a) || shows(b) - shows(a) || ms(a) - ms(b),
  );
}

async function kill(
  mutant: Mutant,
  choice: readonly Scenario[],
  stack: Stack,
  { limitOf, restart }: { readonly limitOf: (scenario: Scenario) => number; readonly restart: () => Promise<void> },
): Promise<MutantResult> {
  const began = performance.now();
  const kills = new Map<string, Kill>();
  const tries: ScenarioTry[] = [];
  const open = (): string[] => mutant.requirements.filter((slug) => !kills.has(slug));
  for (const scenario of choice) {
    const speaks = mutant.scenarios !== undefined || open().some((slug) => scenario.meta.requirements.includes(slug));
    if (!speaks || open().length === 0 || tries.length >= mostTries + mutant.requirements.length) continue;
    const { outcome, ...rewritten } = await stack.run(scenario, mutant.rewrites, limitOf(scenario));
    const before = kills.size;
    for (const slug of open()) {
      const one = rewritten.applied > 0 ? blamed(outcome, slug, mutant.schema) : undefined;
      if (one) kills.set(slug, one);
    }
    tries.push(tried(outcome, rewritten, kills.size > before));
    const rested = await stack.atRest(restMs);
    if (!rested && !(await stack.atRest(scenario.meta.alone === true ? 0 : restMs))) await tidied(stack, restart);
  }
  const applied = tries.some((one) => one.applied > 0);
  return {
    id: mutant.id,
    title: mutant.title,
    wires: [...new Set(mutant.rewrites.map(({ wire }) => wire))],
    state: open().length === 0 ? 'killed' : tries.length === 0 ? 'no-scenario' : applied ? 'survived' : 'never-applied',
    kills: mutant.requirements.map((slug) => kills.get(slug) ?? { slug }),
    tries,
    ms: performance.now() - began,
  };
}

/** What a mutant has left on the server must not be there when the next one comes. */
async function tidied(stack: Stack, restart: () => Promise<void>): Promise<void> {
  await restart();
  await stack.atRest(restMs);
}

function tried(
  outcome: ScenarioOutcome,
  { applied, first }: { readonly applied: number; readonly first: string },
  clear: boolean,
): ScenarioTry {
  return {
    scenario: outcome.meta.id,
    verdict: outcome.verdict,
    ms: outcome.endedAt - outcome.startedAt,
    applied,
    first,
    reasons: outcome.reasons.map(({ requirement, requirements, text }) => ({
      blamed: requirement === undefined ? (requirements ?? []) : [requirement],
      text,
    })),
    ...(clear ? {} : { story: story(outcome) }),
  };
}

const story = ({ timeline, startedAt }: ScenarioOutcome): readonly string[] =>
  timeline.map(({ at, from, to, summary }) => `${((at - startedAt) / 1000).toFixed(3)} ${from} → ${to}: ${summary}`);

/** Every stack takes the next one when it is free, `wide` of them at a time. */
async function each<T>(
  { stacks, stopped }: Pick<Drive, 'stacks' | 'stopped'>,
  wide: number,
  items: readonly T[],
  work: (item: T, stack: Stack, index: number) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async (stack: Stack, index: number): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !stopped(); item = queue.shift())
      await work(item, stack, index);
  };
  await Promise.all(stacks.flatMap((stack, i) => Array.from({ length: wide }, () => lane(stack, i))));
}
