/** One contract, both adapters. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LogPort } from '../session/ports.ts';
import { type Directory, DirectoryUnavailable, type SessionNote } from './directory.ts';
import { createMemoryBooks, createMemoryDirectory } from './memory-directory.ts';
import { createRedisDirectory } from './redis-directory.ts';
import { noRedis, type Redis, startRedis } from './testing/redis.ts';

const silent: LogPort = { info() {}, warn() {}, error() {} };
const after = (milliseconds: number, run: () => void) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

interface World {
  /** Another node's view of the same directory, connected. */
  open(): Promise<Directory>;
  /** Lets the directory's clock go on by so many milliseconds at least. */
  pass(milliseconds: number): Promise<void>;
}

const address = (id: string) => `http://${id}.example:8080`;
const join = (directory: Directory, id: string) => directory.join({ id, address: address(id) });
const note = (session: string, more: Partial<SessionNote> = {}): SessionNote => ({
  session,
  will: { reason: 'error' },
  answered: false,
  add: [],
  remove: [],
  ...more,
});
const beatsOf = async (directory: Directory, as: string, peer: string): Promise<number> => {
  const beat = await directory.beat(as);
  return (beat.state === 'alive' ? beat.peers.find(({ id }) => id === peer)?.beats : undefined) ?? -1;
};

function contract(world: () => World): void {
  const pair = async () => {
    const [a, b] = await Promise.all([world().open(), world().open()]);
    await join(a, 'A');
    await join(b, 'B');
    return { a, b };
  };

  it('knows nobody at first', async () => {
    const a = await world().open();
    expect(await a.beat('A')).toEqual({ state: 'unknown' });
    expect(await a.node('A')).toBeUndefined();
    expect(await a.find(['s1'])).toBeUndefined();
    expect(await a.note('A', note('s1'))).toBe(false);
    expect(await a.orphans('A')).toEqual([]);
    expect(await a.claim('B', 1, 'A')).toBe(false);
  });

  it('tells each of the others, whose beats grow', async () => {
    const { a, b } = await pair();
    expect(await b.beat('B')).toMatchObject({
      state: 'alive',
      orphans: 0,
      peers: [{ id: 'A', address: address('A') }],
    });
    const before = await beatsOf(b, 'B', 'A');
    expect(await beatsOf(b, 'B', 'A')).toBe(before);
    await a.beat('A');
    expect(await beatsOf(b, 'B', 'A')).toBeGreaterThan(before);
    expect(await b.node('A')).toEqual({ id: 'A', address: address('A') });
  });

  it('finds sessions by every id that was added, and no longer by what was removed', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1', { add: ['p1', 'c1'] }));
    await b.note('B', note('s2', { add: ['p2'] }));
    for (const id of ['s1', 'p1', 'c1']) expect([id, (await b.find([id]))?.id]).toEqual([id, 'A']);
    expect((await a.find(['nobody', 'p2']))?.id).toBe('B');
    await a.note('A', note('s1', { add: ['p9'], remove: ['c1'] }));
    expect(await b.find(['c1'])).toBeUndefined();
    expect((await b.find(['p9']))?.id).toBe('A');
    await a.over('A', 's1', ['p1', 'p9']);
    for (const id of ['s1', 'p1', 'p9']) expect([id, await b.find([id])]).toEqual([id, undefined]);
  });

  it('leaves an id with the session that took it over', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1', { add: ['p1'] }));
    await a.note('A', note('s2', { add: ['p1'] }));
    await a.note('A', note('s1', { remove: ['p1'] }));
    await a.over('A', 's1', ['p1']);
    expect((await b.find(['p1']))?.id).toBe('A');
  });

  it('gives the sessions of a dead node to one of those who claim it, with their last wills and durations', async () => {
    const { a, b } = await pair();
    const c = await world().open();
    await join(c, 'C');
    await a.note('A', note('s1', { add: ['p1'] }));
    await a.note('A', note('s1', { will: { text: 'löst', deep: [1, null] }, answered: true }));
    await a.note('A', note('s2'));
    await world().pass(30);
    // Said again, it is not answered anew.
    await a.note('A', note('s1', { will: { text: 'löst', deep: [1, null] }, answered: true }));
    await a.beat('A');
    const beats = await beatsOf(b, 'B', 'A');
    const won = await Promise.all([b.claim('A', beats, 'B'), c.claim('A', beats, 'C')]);
    expect(won.toSorted()).toEqual([false, true]);
    const [winner, id] = won[0] ? [b, 'B'] : ([c, 'C'] as const);
    const orphans = (await winner.orphans(id)).toSorted((x, y) => x.session.localeCompare(y.session));
    expect(orphans).toEqual([
      { session: 's1', will: { text: 'löst', deep: [1, null] }, milliseconds: expect.any(Number) },
      { session: 's2', will: { reason: 'error' }, milliseconds: 0 },
    ]);
    expect(orphans[0]?.milliseconds).toBeGreaterThanOrEqual(30);
    expect(orphans[0]?.milliseconds).toBeLessThan(20_000);
    expect(await winner.beat(id)).toMatchObject({ orphans: 2, peers: [{ id: id === 'B' ? 'C' : 'B' }] });
    expect(await winner.find(['s1', 'p1'])).toBeUndefined();
    await winner.settled(id, 's1');
    await winner.settled(id, 's2');
    expect(await winner.beat(id)).toMatchObject({ orphans: 0 });
  });

  it('tells a node that was taken over which sessions are no longer its own, until it joins again', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1'));
    expect(await b.claim('A', await beatsOf(b, 'B', 'A'), 'B')).toBe(true);
    expect(await a.note('A', note('s1'))).toBe(false);
    expect(await a.note('A', note('s3'))).toBe(false);
    expect(await a.beat('A')).toEqual({ state: 'taken', sessions: ['s1'] });
    await join(a, 'A');
    expect(await a.beat('A')).toMatchObject({ state: 'alive' });
    expect(await a.find(['s1'])).toBeUndefined();
  });

  it('lets nobody claim a node that has beaten since, or claim in the name of one that is not on the list', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1'));
    const beats = await beatsOf(b, 'B', 'A');
    await a.beat('A');
    expect(await b.claim('A', beats, 'B')).toBe(false);
    expect(await b.claim('A', beats + 1, 'nobody')).toBe(false);
    expect((await b.find(['s1']))?.id).toBe('A');
  });

  it('hands on what a dead node had not reported yet', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1', { will: 'of A' }));
    await b.claim('A', await beatsOf(b, 'B', 'A'), 'B');
    const c = await world().open();
    await join(c, 'C');
    expect(await c.claim('B', await beatsOf(c, 'C', 'B'), 'C')).toBe(true);
    expect(await c.orphans('C')).toEqual([{ session: 's1', will: 'of A', milliseconds: 0 }]);
    // What B reports meanwhile is not B's any more, and stays with C.
    await b.settled('B', 's1');
    expect(await c.orphans('C')).toHaveLength(1);
  });

  it('forgets a node that leaves with nothing, and shows one that leaves something behind', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1'));
    await a.leave('A');
    expect(await b.beat('B')).toMatchObject({ peers: [{ id: 'A', left: true }] });
    await join(a, 'A');
    await a.leave('A');
    expect(await b.beat('B')).toMatchObject({ peers: [] });
    expect(await a.beat('A')).toEqual({ state: 'unknown' });
  });

  it('begins with an empty page for a node that joins again', async () => {
    const { a, b } = await pair();
    await a.note('A', note('s1', { add: ['p1'] }));
    await join(a, 'A');
    expect(await b.find(['s1', 'p1'])).toBeUndefined();
  });

  it('is up while it answers', async () => {
    const a = await world().open();
    expect(a.up()).toBe(true);
  });
}

describe('in memory', () => {
  let books = createMemoryBooks(() => performance.now());
  afterEach(() => {
    books = createMemoryBooks(() => performance.now());
  });
  contract(() => ({
    open: async () => createMemoryDirectory(books),
    pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds + 2)),
  }));

  it('can be cut off', async () => {
    const directory = createMemoryDirectory(books);
    directory.reachable = false;
    await expect(directory.beat('A')).rejects.toBeInstanceOf(DirectoryUnavailable);
    expect(directory.up()).toBe(false);
  });
});

describe.skipIf(noRedis)(`in Redis${noRedis === undefined ? '' : ` (skipped: ${noRedis})`}`, () => {
  let redis: Redis;
  let worlds = 0;
  const open: Directory[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.close());
  afterEach(async () => {
    worlds += 1;
    for (const directory of open.splice(0)) await directory.close();
  });
  const connect = async (timeoutMs = 2_000, keepMs = 60_000): Promise<Directory> => {
    const directory = createRedisDirectory({
      host: redis.host,
      port: redis.port,
      tls: false,
      database: 0,
      prefix: `world-${worlds}`,
      log: silent,
      after,
      timeoutMs,
      keepMs,
    });
    open.push(directory);
    await expect.poll(() => directory.up()).toBe(true);
    return directory;
  };

  contract(() => ({
    open: () => connect(),
    pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds + 2)),
  }));

  it('forgets what nobody renews', async () => {
    // A second: what A said has to be there still when it is looked for at once.
    const a = await connect(2_000, 1_000);
    const b = await connect();
    await join(a, 'A');
    await join(b, 'B');
    await a.note('A', note('s1', { add: ['p1'] }));
    expect((await b.find(['p1']))?.id).toBe('A');
    await expect.poll(() => b.find(['s1', 'p1'])).toBeUndefined();
    expect(await b.beat('B')).toMatchObject({ peers: [] });
    expect(await a.beat('A')).toEqual({ state: 'unknown' });
  });

  it('rejects while Redis is gone, and works again when it is back', async () => {
    const a = await connect();
    await join(a, 'A');
    await redis.stop();
    await expect(a.beat('A')).rejects.toBeInstanceOf(DirectoryUnavailable);
    await expect.poll(() => a.up()).toBe(false);
    await redis.start();
    await expect.poll(() => a.up()).toBe(true);
    expect(await a.beat('A')).toEqual({ state: 'unknown' });
  });

  it('waits only so long for a Redis that stands still, then asks nothing but beats', async () => {
    // Long enough for a Redis that answers, however busy the machine is.
    const a = await connect(1000);
    await join(a, 'A');
    redis.pause();
    try {
      await expect(a.beat('A')).rejects.toThrow('no answer within 1000 ms');
      await expect(a.note('A', note('s1'))).rejects.toThrow('does not answer');
      expect(a.up()).toBe(false);
    } finally {
      redis.resume();
    }
    await expect.poll(() => a.beat('A').then(({ state }) => state, String)).toBe('alive');
    expect(a.up()).toBe(true);
    expect(await a.find(['s1'])).toBeUndefined();
  });
});
