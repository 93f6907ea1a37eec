/** What the target's metrics show before the crowd comes, and after it has gone. */
import { type Off, restMs, zeroOf } from '../../harness/metrics.ts';
import type { TestContext } from '../../harness/types.ts';
import type { MetricsPage } from '../../target/types.ts';
import { between, is } from '../support/expected.ts';

/** Gauges that take longer than this to settle are looked at by a scenario of its own. */
export const shortlyMs = 10_000;

function pageOf({ target }: TestContext): MetricsPage {
  // Whoever claims the capability has a page: the target file is not taken otherwise.
  if (target.metrics === undefined) throw new TypeError(`${target.name} claims metrics and names no page`);
  return target.metrics;
}

async function read(
  ctx: TestContext,
  names: readonly string[],
  missing: (name: string) => number,
): Promise<ReadonlyMap<string, number>> {
  const { url } = pageOf(ctx);
  const values = await ctx.harness.outside.readMetrics(url);
  if (values === undefined) throw new Error(`The metrics at ${url} cannot be read`);
  return new Map(names.map((name) => [name, values.get(name) ?? missing(name)]));
}

/** A moment is enough for what has just ended; a request that nobody answers keeps its transaction for half a minute. */
const momentMs = 2000;

/**
 * Levels of the gauges of rest before the first call. They ought to be 0; what an earlier scenario has left may go while this
 * one runs, and is not blamed on it should it stay.
 */
export async function levels(ctx: TestContext): Promise<ReadonlyMap<string, number>> {
  const page = pageOf(ctx);
  const off = await ctx.harness.outside.settled(page.url, zeroOf(page.atRest), momentMs);
  if (off.length > 0) ctx.note(`Not everything is at rest before the first call: ${off.map(words).join(', ')}`);
  return read(ctx, page.atRest, (name) => {
    throw new Error(`The metrics have no ${name}`);
  });
}

/** Counters of the calls that began and of the sessions that ended, as far as the target has such. */
export function counters(ctx: TestContext): Promise<ReadonlyMap<string, number>> {
  const { began, ended } = pageOf(ctx);
  const names = [began, ended].flatMap((name) => (name === undefined ? [] : [name]));
  // A counter with labels is not there before it has counted for the first time.
  return read(ctx, names, () => 0);
}

/**
 * The counters have risen by so many calls. Sessions that were there before may have ended meanwhile, so that what was not at rest
 * then is allowed for.
 */
export async function expectCounted(
  ctx: TestContext,
  from: ReadonlyMap<string, number>,
  { calls, before }: { readonly calls: number; readonly before: ReadonlyMap<string, number> },
): Promise<void> {
  const now = await counters(ctx);
  const more = [...before.values()].reduce((sum, value) => sum + value, 0);
  for (const [name, value] of from)
    ctx.expect('endurance-counted', `rise of ${name}`, (now.get(name) ?? 0) - value, between(calls, calls + more));
}

/** The gauges of rest come to 0 within the time that the target file gives them, but for what was there before. */
export async function expectRest(
  ctx: TestContext,
  before: ReadonlyMap<string, number>,
  limitMs = restMs(pageOf(ctx)),
): Promise<void> {
  const since = ctx.harness.clock.now();
  const off = await ctx.harness.outside.settled(pageOf(ctx).url, zeroOf([...before.keys()]), limitMs);
  ctx.note(`Looked at the gauges for ${Math.round(ctx.harness.clock.now() - since)} ms`, [...before.keys()]);
  const [old, ours] = [false, true].map((risen) =>
    off.filter(({ name, value = Number.POSITIVE_INFINITY }) => value > (before.get(name) ?? 0) === risen),
  );
  if (old !== undefined && old.length > 0) ctx.note(`Left by earlier scenarios: ${old.map(words).join(', ')}`);
  ctx.expect('endurance-nothing-left', 'gauges that are above where they were', ours?.map(words), is([]));
}

/** Gauges of what outlives a call come to 0, if that takes no longer than `mostMs`. */
export async function expectSettled(ctx: TestContext, mostMs: number): Promise<void> {
  const { url, settling = {} } = pageOf(ctx);
  const due = Object.entries(settling).filter(([, ms]) => ms <= mostMs);
  if (due.length === 0) return ctx.note('The target file names no gauge that settles in this time');
  const slug = 'endurance-settles';
  const off = await Promise.all(due.map(([name, ms]) => ctx.harness.outside.settled(url, zeroOf([name]), ms)));
  ctx.expect(
    slug,
    `gauges that are not 0 in time, of ${due.map(([name]) => name).join(', ')}`,
    off.flat().map(words),
    is([]),
  );
}

const words = ({ name, value, level }: Off): string => `${name} is ${value ?? 'not there'}, not ${level}`;
