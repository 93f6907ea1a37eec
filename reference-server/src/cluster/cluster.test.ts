import { beforeEach, describe, expect, it } from 'vitest';
import type { CallbackRequest } from '../session/ports/callbacks.ts';
import { createWorld, deadMs, type TestNode, type World } from './testing/world.ts';

let world: World;
let a: TestNode;
let b: TestNode;
let c: TestNode;
beforeEach(async () => {
  world = createWorld();
  a = await world.node('A');
  b = await world.node('B');
  c = await world.node('C');
  await world.pass(1_500);
});

const completed = (...nodes: TestNode[]): CallbackRequest[] =>
  nodes.flatMap(({ sent }) => sent).filter(({ name }) => name === 'sessionCompleted');
const names = ({ sent }: TestNode): string[] => sent.map(({ name }) => name);

describe('a node that dies', () => {
  it('has its sessions told by one other node within 10 s, as those that lasted until it fell silent', async () => {
    a.open('s1', { answered: true });
    a.open('s2');
    await world.pass(4_000);
    a.kill();
    await world.pass(10_000);
    const told = completed(b, c).toSorted((x, y) => String(x.session).localeCompare(String(y.session)));
    expect(told.map(({ session, body }) => [session, body.reason, body.sessionDuration])).toEqual([
      ['s1', 'error', '3'],
      ['s2', 'error', '0'],
    ]);
    const winner = b.sent.length > 0 ? b : c;
    expect(winner.sent).toHaveLength(2);
    expect(told[0]?.body).toMatchObject({
      ivrServer: winner === b ? 'ip of B' : 'ip of C',
      httpTransactionId: told[0]?.httpTransactionId,
    });
    await world.pass(20_000);
    expect(completed(a, b, c)).toHaveLength(2);
    expect(winner.cluster.stats()).toEqual({ nodes: 2, directoryUp: true, reported: 2, lost: 0 });
  });

  it('is not told of what ended before', async () => {
    a.open('s1');
    a.end('s1');
    await world.pass(500);
    a.kill();
    await world.pass(10_000);
    expect(completed(a, b, c)).toHaveLength(1);
  });

  it('leaves the last word as it was to be said, when it dies with it on its lips', async () => {
    a.open('s1', { answered: true });
    a.answers = false;
    a.end('s1');
    await world.pass(200);
    const [said] = a.sent;
    a.kill();
    await world.pass(10_000);
    const [repeated] = completed(b, c);
    expect(repeated?.body).toMatchObject({ reason: 'completed', sessionDuration: '7' });
    // Whoever got it twice knows it.
    expect(repeated?.httpTransactionId).toBe(said?.httpTransactionId);
  });

  it('is told of by a third when the one that began to dies too, under the same transaction', async () => {
    a.open('s1');
    await world.pass(100);
    for (const node of [b, c]) node.answers = false;
    a.kill();
    await world.pass(8_000);
    const [first] = completed(b, c);
    const [dead, heir] = b.sent.length > 0 ? [b, c] : [c, b];
    dead.kill();
    await world.pass(10_000);
    expect(completed(heir)).toEqual([
      { ...first, body: { ...first?.body, ivrServer: heir === b ? 'ip of B' : 'ip of C' } },
    ]);
  });

  it('is found dead by a node that starts afterwards', async () => {
    a.open('s1');
    await world.pass(100);
    for (const node of [a, b, c]) node.kill();
    await world.pass(30_000);
    const d = await world.node('D');
    await world.pass(10_000);
    expect(completed(d)).toHaveLength(1);
    expect(d.cluster.stats()).toMatchObject({ nodes: 1, reported: 1 });
  });
});

describe('a node that stood still', () => {
  it('and was taken for dead says no more about its sessions, ends them, and goes on with others', async () => {
    a.open('s1');
    await world.pass(100);
    a.stand();
    await world.pass(12_000);
    expect(completed(b, c)).toHaveLength(1);
    // What comes first when it wakes is an event of the session, not a beat.
    a.say('s1', 'callEvent');
    a.end('s1');
    a.open('s2', { ids: ['p2'] });
    a.say('s2', 'newCall');
    await a.goOn();
    await world.pass(3_000);
    expect(names(a)).toEqual(['newCall']);
    expect(a.abandoned).toEqual(['s1']);
    expect(a.cluster.stats()).toMatchObject({ nodes: 3, lost: 1 });
    expect((await b.directory.find(['p2']))?.id).toBe('A');
    a.end('s2');
    await world.pass(1_000);
    expect(completed(b, c, a).map(({ session }) => session)).toEqual(['s1', 's2']);
  });

  it('for less than that keeps them, and loses no callback', async () => {
    a.open('s1');
    await world.pass(100);
    a.stand();
    await world.pass(deadMs - 1_500);
    a.say('s1', 'callEvent');
    a.say('s1', 'callNotify');
    expect(names(a)).toEqual([]);
    await a.goOn();
    expect(names(a)).toEqual(['callEvent', 'callNotify']);
    await world.pass(10_000);
    expect(completed(b, c)).toEqual([]);
    expect(a.abandoned).toEqual([]);
  });

  it('takes nobody for dead because it could not look', async () => {
    b.open('s1');
    a.stand();
    await world.pass(60_000);
    await a.goOn();
    await world.pass(2_000);
    expect(a.cluster.stats()).toMatchObject({ nodes: 3, reported: 0 });
    expect(completed(a, b, c)).toEqual([]);
  });
});

describe('callbacks', () => {
  it('leave in order, and when others can find what they name', async () => {
    a.open('s1', { ids: ['p1'] });
    const found: string[] = [];
    const sent = a.sent.length;
    a.say('s1', 'newCall');
    a.say('s1', 'callNotify');
    expect(a.sent).toHaveLength(sent);
    await expect.poll(() => names(a)).toEqual(['newCall', 'callNotify']);
    for (const id of ['s1', 'p1']) found.push((await b.directory.find([id]))?.id ?? '');
    expect(found).toEqual(['A', 'A']);
    // Nothing to wait for: it leaves at once.
    a.say('s1', 'callEvent');
    expect(names(a)).toEqual(['newCall', 'callNotify', 'callEvent']);
  });

  it('that are held when their session is over are dropped', async () => {
    a.open('s1');
    a.say('s1', 'newCall');
    a.cluster.books.over('s1' as never);
    await world.pass(200);
    expect(names(a)).toEqual([]);
  });
});

describe('without the directory', () => {
  const cutOff = (reachable: boolean) => {
    for (const { directory } of [a, b, c]) directory.reachable = reachable;
  };

  it('calls go on, nobody is taken for dead, and all is written anew afterwards', async () => {
    a.open('s1', { ids: ['p1'] });
    await world.pass(1_100);
    cutOff(false);
    await world.pass(60_000);
    a.open('s2', { ids: ['p2'] });
    a.say('s2', 'newCall');
    a.end('s1');
    await world.pass(200);
    expect(names(a)).toEqual(['newCall', 'sessionCompleted']);
    expect(a.cluster.stats()).toEqual({ nodes: 3, directoryUp: false, reported: 0, lost: 0 });
    cutOff(true);
    await world.pass(4_000);
    expect((await b.directory.find(['p2']))?.id).toBe('A');
    expect(await b.directory.find(['p1', 's1'])).toBeUndefined();
    await world.pass(20_000);
    expect(completed(a, b, c)).toHaveLength(1);
  });

  it('a node works from the start, and is on the list as soon as there is one', async () => {
    cutOff(false);
    const early = createWorld();
    const alone = await early.node('alone');
    alone.directory.reachable = false;
    alone.open('s1');
    alone.say('s1', 'newCall');
    await early.pass(100);
    expect(names(alone)).toEqual(['newCall']);
    alone.directory.reachable = true;
    await early.pass(2_000);
    expect((await alone.directory.find(['s1']))?.id).toBe('alone');
  });
});

describe('a node that stops', () => {
  it('in good order is gone from the list', async () => {
    a.open('s1');
    a.end('s1');
    await world.pass(200);
    await a.cluster.close();
    await world.pass(1_200);
    expect(b.cluster.stats().nodes).toBe(2);
    await world.pass(20_000);
    expect(completed(b, c)).toEqual([]);
  });

  it('with sessions that it could not end has them told without a wait', async () => {
    a.open('s1');
    await world.pass(100);
    await a.cluster.close();
    a.kill();
    await world.pass(1_200);
    expect(completed(b, c)).toHaveLength(1);
  });
});
