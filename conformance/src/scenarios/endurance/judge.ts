import type { TestContext } from '../../harness/types.ts';
import { expectCompletedOnce, expectOutcomes } from './after.ts';
import { type Driven, driveAll, type Kind } from './crowd.ts';
import { counters, expectCounted, expectRest, expectSettled, levels, shortlyMs } from './gauges.ts';

/** A crowd to be driven and judged. */
interface Crowd {
  /** How many calls there are in all, telephones included. */
  readonly calls: number;
  /** Over so many seconds they come. */
  readonly seconds: number;
  /** Has prompts and the like for as long as `use` runs. */
  surround(use: (kinds: readonly Kind[]) => Promise<Driven[]>): Promise<Driven[]>;
}

/** Drives a crowd, and holds what is left of it against what was there before. */
export async function judgeCrowd(ctx: TestContext, { calls, seconds, surround }: Crowd): Promise<void> {
  const before = await levels(ctx);
  const counted = await counters(ctx);
  const driven = await surround((kinds) => {
    let over = 0;
    return driveAll(ctx, kinds, seconds, ({ name }) => {
      if (name !== 'sessionCompleted') return;
      over += 1;
      if (over % 100 === 0) ctx.progress(`${over} of ${calls} calls`);
    });
  });
  await all([
    () => expectCompletedOnce(ctx, driven),
    async () => expectOutcomes(ctx, driven),
    () => expectCounted(ctx, counted, { calls, before }),
    () => expectRest(ctx, before),
    () => expectSettled(ctx, shortlyMs),
  ]);
}

/** Looks at everything, though something has failed: what is left after calls that went wrong is of most interest. */
export async function all(looks: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const look of looks) await look().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
