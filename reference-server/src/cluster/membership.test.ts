/** What a node makes of answers that come late, or in an order that only a paused process sees. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../session/ids.ts';
import { createFakeClock, type FakeClock } from '../session/testing/fake-clock.ts';
import type { Beat, Directory, Peer } from './directory.ts';
import { createMembership, type Membership } from './membership.ts';

const deadMs = 5_000;
const keepMs = 60_000;
const alive = (peers: readonly Peer[] = [], orphans = 0): Beat => ({ state: 'alive', peers, orphans });
const peer = (beats: number, left = false): Peer => ({ id: 'B', address: 'http://b.example', beats, left });

let clock: FakeClock;
/** Beats without an answer, oldest first. */
let beats: PromiseWithResolvers<Beat>[];
let told: string[];
let wins: boolean;
let stale: boolean;
let membership: Membership;

const settle = async () => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};
const answer = async (beat: Beat | Error) => {
  const asked = beats.shift();
  if (beat instanceof Error) asked?.reject(beat);
  else asked?.resolve(beat);
  await settle();
};
/** One beat, answered at once. */
const round = async (beat: Beat) => {
  clock.advance(deadMs / 5);
  await settle();
  await answer(beat);
};

beforeEach(async () => {
  clock = createFakeClock();
  beats = [];
  told = [];
  wins = true;
  stale = false;
  const directory: Pick<Directory, 'join' | 'beat' | 'claim' | 'leave'> = {
    join: async () => void told.push('join'),
    beat: () => {
      const asked = Promise.withResolvers<Beat>();
      beats.push(asked);
      return asked.promise;
    },
    claim: async (dead) => {
      told.push(`claim ${dead}`);
      return wins;
    },
    leave: async () => void told.push('leave'),
  };
  membership = createMembership({
    directory,
    clock,
    log: { info() {}, warn() {}, error() {} },
    deadMs,
    keepMs,
    ledger: () => ({
      stale: () => stale,
      renew: async () => void told.push('renew'),
      lose: (sessions) => sessions as SessionId[],
      all: () => ['s1', 's2'] as SessionId[],
    }),
    abandon: (session) => void told.push(`abandon ${session}`),
    orphaned: () => void told.push('orphaned'),
  });
  const started = membership.start({ id: 'A', address: 'http://a.example' });
  await answer(alive());
  await started;
});

describe('doubt', () => {
  it('is none while beats are heard, and comes when none was for half the time of death', async () => {
    await round(alive());
    expect(membership.doubt()).toBeUndefined();
    clock.advance(deadMs / 2 + 1);
    expect(membership.doubt()).toBeInstanceOf(Promise);
  });

  it('stays when what is heard was asked before the node stood still', async () => {
    clock.advance(1_000);
    clock.advance(12_000);
    await answer(alive());
    const doubt = membership.doubt();
    expect(doubt).toBeInstanceOf(Promise);
    await answer({ state: 'taken', sessions: ['s1'] });
    await doubt;
    expect(membership.doubt()).toBeUndefined();
    expect(told).toEqual(['abandon s1', 'join', 'renew']);
    expect(membership.lost()).toBe(1);
  });

  it('is not taken for the absence of the directory when the wait ran out because the node stood still', async () => {
    clock.advance(1_000);
    clock.advance(12_000);
    await answer(new Error('no answer in time'));
    expect(beats).toHaveLength(1);
    expect(membership.doubt()).toBeInstanceOf(Promise);
    await answer(alive());
    expect(membership.doubt()).toBeUndefined();
  });

  it('is none when the directory cannot be asked', async () => {
    clock.advance(1_000);
    await answer(new Error('refused'));
    clock.advance(60_000);
    expect(membership.doubt()).toBeUndefined();
  });

  it('is asked once by all who have it', async () => {
    clock.advance(900);
    clock.advance(deadMs);
    expect(membership.doubt()).toBe(membership.doubt());
    expect(beats).toHaveLength(1);
  });
});

describe('the list', () => {
  it('is joined anew, and all written, when the directory has forgotten the node or something could not be written', async () => {
    await round({ state: 'unknown' });
    stale = true;
    await round(alive());
    expect(told).toEqual(['join', 'renew', 'join', 'renew']);
  });

  it('of a node that stood still for longer than anything is kept has nothing left of its sessions', async () => {
    clock.advance(1_000);
    clock.advance(2 * keepMs);
    await answer(new Error('no answer in time'));
    await answer({ state: 'unknown' });
    expect(told).toEqual(['abandon s1', 'abandon s2', 'join', 'renew']);
  });

  it('of a directory that was away as long, and comes back empty, is only written anew', async () => {
    while (clock.now() < 2 * keepMs) {
      clock.advance(deadMs / 5);
      await settle();
      await answer(new Error('refused'));
    }
    await round({ state: 'unknown' });
    expect(told).toEqual(['join', 'renew']);
  });
});

describe('a peer', () => {
  it.each<[string, readonly Beat[], readonly string[]]>([
    ['that beats lives', [1, 2, 3, 4, 5, 6, 7, 8].map((n) => alive([peer(n)])), []],
    ['that is silent for less than its time lives', Array.from({ length: 5 }, () => alive([peer(7)])), []],
    [
      'that is silent is claimed, and what it leaves looked for',
      Array.from({ length: 6 }, () => alive([peer(7)])),
      ['claim B', 'orphaned'],
    ],
    ['that left something is claimed at once', [alive([peer(7, true)])], ['claim B', 'orphaned']],
    ['that is gone from the list is nobody’s', [alive([peer(7)]), ...Array.from({ length: 9 }, () => alive())], []],
    ['whose sessions are here already has them looked for', [alive([], 2)], ['orphaned']],
  ])('%s', async (_name, answers, expected) => {
    for (const beat of answers) await round(beat);
    expect(told).toEqual(expected);
  });

  it('that another claimed is left to it', async () => {
    wins = false;
    for (let i = 0; i < 6; i++) await round(alive([peer(7)]));
    expect(told).toEqual(['claim B']);
  });

  it('is watched anew by a node that could not look', async () => {
    for (let i = 0; i < 4; i++) await round(alive([peer(7)]));
    clock.advance(1_000);
    clock.advance(60_000);
    await settle();
    await answer(alive([peer(7)]));
    for (let i = 0; i < 3; i++) await round(alive([peer(7)]));
    expect(told).toEqual([]);
  });
});
