import { describe, expect, it } from 'vitest';
import { RanOut } from '../../drivers/ran-out.ts';
import { Recorder } from './recorder.ts';
import { Replayer } from './replayer.ts';
import type { Trace } from './types.ts';

/** Records what `run` makes of the drivers, then runs it again without them; gives what it returned each time. */
async function twice<D extends object, T>(drivers: D, run: (drivers: D) => Promise<T>): Promise<{ then: T; again: T }> {
  const recorder = new Recorder();
  const { view, root } = recorder.wrap(drivers);
  const then = await run(view);
  const { trace, bytes } = recorder.end('x', root);
  return { then, again: await replayed(JSON.parse(JSON.stringify(trace)) as Trace, bytes, run) };
}

async function replayed<D extends object, T>(
  trace: Trace,
  bytes: Uint8Array,
  run: (drivers: D) => Promise<T>,
): Promise<T> {
  const replayer = new Replayer(trace, bytes);
  const driving = replayer.run();
  try {
    return await run(replayer.root() as D);
  } finally {
    replayer.end();
    await driving;
  }
}

const later = <T>(value: T, ms = 1): Promise<T> => new Promise((resolve) => setTimeout(resolve, ms, value));

describe('a value comes back as it was', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['numbers that JSON does not have', [Number.NaN, Number.POSITIVE_INFINITY, -0, 12n]],
    ['an object that looks like a mark', { $: 'undefined', id: 1 }],
    ['lists in lists', [[], [1, ['a', { b: [undefined] }]]]],
    ['a map and a set', { map: new Map([['a', { b: 1 }]]), set: new Set([1, 'a']) }],
    ['typed arrays', { pcm: Int16Array.of(-1, 32_767), bytes: Uint8Array.of(1, 2, 3), levels: Float64Array.of(0.1) }],
    ['a date', new Date(0)],
  ])('%s', async (_, value) => {
    const { then, again } = await twice({ now: () => value, soon: () => later(value) }, async ({ now, soon }) => [
      now(),
      await soon(),
    ]);
    expect(then).toEqual([value, value]);
    expect(again).toEqual([value, value]);
  });

  it('an instance with its methods and nothing else', async () => {
    class Counter {
      #count = 0;
      readonly inner = 'nobody reads it';
      up(): this {
        this.#count += 1;
        return this;
      }
      count(): number {
        return this.#count;
      }
    }
    const { again } = await twice({ make: () => new Counter() }, async ({ make }) => {
      const counter = make();
      return [counter.up() === counter, counter.up().count(), Object.keys(counter)];
    });
    expect(again).toEqual([true, 2, ['up', 'count']]);
  });

  it('the same object is the same whenever and however it comes', async () => {
    const one = { name: 'one', answered: later('yes') };
    const drivers = { all: () => [one, { name: 'two' }], next: () => later(one) };
    const { again } = await twice(drivers, async ({ all, next }) => {
      const first = await next();
      const [second, again] = [all(), all()].map((list) => list[1]);
      return [all()[0] === first, second === again, await first.answered];
    });
    expect(again).toEqual([true, false, 'yes']);
  });

  it('a list that grows', async () => {
    const list: { n: number }[] = [];
    const drivers = { add: (n: number) => void list.push({ n }), all: () => list };
    const { then, again } = await twice(drivers, async ({ add, all }) => {
      const lengths: number[] = [];
      for (let n = 0; n < 4; n++) {
        add(n);
        lengths.push(all().length);
      }
      const [first, again] = [all(), all()].map(([one]) => one);
      return [lengths, all().map((one) => one.n), first === again];
    });
    expect(again).toEqual([[1, 2, 3, 4], [0, 1, 2, 3], true]);
    expect(again).toEqual(then);
  });
});

describe('what happens comes back as it did', () => {
  it('a function that throws, and a promise that is broken, with the kind of error', async () => {
    const drivers = {
      now: (): string => {
        throw new TypeError('now');
      },
      soon: () => later(0).then(() => Promise.reject(new RanOut('soon', 25, 30))),
    };
    const { again } = await twice(drivers, async ({ now, soon }) => {
      const thrown = await Promise.resolve()
        .then(now)
        .catch((error: unknown) => error);
      const broken = await soon().catch((error: unknown) => error);
      return [thrown instanceof TypeError, broken instanceof RanOut && [broken.limitMs, broken.bearsMs]];
    });
    expect(again).toEqual([true, [25, 30]]);
  });

  it('calls of the functions that were handed over, between the calls that were made', async () => {
    const drivers = {
      every: (told: (n: number) => void) => {
        for (const n of [1, 2]) setTimeout(told, 2 * n, n);
      },
      stamp: (text: string) => `<${text}>`,
      sleep: (ms: number) => later(undefined, ms),
    };
    const { then, again } = await twice(drivers, async ({ every, stamp, sleep }) => {
      const log: string[] = [];
      every((n) => log.push(stamp(`told ${n}`)));
      log.push(stamp('asked'));
      await sleep(20);
      log.push(stamp('over'));
      return log;
    });
    expect(then).toEqual(['<asked>', '<told 1>', '<told 2>', '<over>']);
    expect(again).toEqual(then);
  });

  it('promises that were kept in one go are kept in one go, before anybody goes on', async () => {
    const drivers = () => {
      const both = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
      setTimeout(() => {
        for (const [i, one] of both.entries()) one.resolve(String(i));
      }, 1);
      return { first: both[0].promise, second: both[1].promise };
    };
    const { then, again } = await twice(drivers(), async ({ first, second }) => {
      const log: string[] = [];
      const follow = async (name: string, promise: Promise<string>): Promise<void> => {
        log.push(`${name} has ${await promise}`);
        await undefined;
        log.push(`${name} goes on`);
      };
      await Promise.all([follow('a', first), follow('b', second)]);
      return log;
    });
    expect(again).toEqual(then);
  });

  it('a predicate decides again, and what it no longer lets through is refused', async () => {
    const drivers = { waitFor: (fits: (n: number) => boolean) => later([1, 2, 3].find(fits)) };
    let wanted = 2;
    const run = ({ waitFor }: typeof drivers) => waitFor((n) => n === wanted);
    const recorder = new Recorder();
    const { view, root } = recorder.wrap(drivers);
    expect(await run(view)).toBe(2);
    const { trace, bytes } = recorder.end('x', root);
    expect(trace.entries.filter((entry) => 'i' in entry)).toEqual([]);
    expect(await replayed(trace, bytes, run)).toBe(2);
    wanted = 3;
    await expect(replayed(trace, bytes, run)).rejects.toThrow('what it waited for is not what the record has');
  });
});
