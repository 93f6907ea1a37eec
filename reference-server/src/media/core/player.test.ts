import { describe, expect, it } from 'vitest';
import type { PlayJobId } from '../../session/ids.ts';
import { AudioQueue } from './audio-queue.ts';
import { PCMA, PCMU } from './g711.ts';
import { Player, type PlayerEvent } from './player.ts';
import { Recorder } from './recorder.ts';
import { EchoSource, PromptSource, RecordSource, type Source } from './sources.ts';

const a = 'a' as PlayJobId;
const b = 'b' as PlayJobId;
const S = PCMU.silence;

function setup(): { player: Player; events: PlayerEvent[]; take: (count: number) => number[] } {
  const events: PlayerEvent[] = [];
  const player = new Player((event) => events.push(event));
  const take = (count: number): number[] => {
    const out = new Uint8Array(count + 2).fill(99);
    player.fill(out, 1, count + 1, PCMU);
    expect([out[0], out[count + 1]]).toEqual([99, 99]);
    return [...out.subarray(1, count + 1)];
  };
  return { player, events, take };
}

const prompt = (...octets: number[]): PromptSource => new PromptSource(Uint8Array.from(octets), 'PCMU');

describe('player', () => {
  it('is silent without a job', () => {
    const { player, take } = setup();
    expect(take(3)).toEqual([S, S, S]);
    expect(player.active).toBe(false);
  });

  it('plays phrases and jobs without a gap, and tells the end when the last octet has been played', () => {
    const { player, events, take } = setup();
    player.add(a, 2);
    player.supply(a, 0, prompt(1, 2, 3));
    player.supply(a, 1, prompt(4, 5));
    player.add(b, 1);
    player.supply(b, 0, prompt(6));
    expect(take(5)).toEqual([1, 2, 3, 4, 5]);
    expect(events).toEqual([]);
    expect(take(3)).toEqual([6, S, S]);
    expect(events).toEqual([
      { type: 'played', job: a, stopped: false },
      { type: 'played', job: b, stopped: false },
    ]);
    expect(player.jobs).toBe(0);
  });

  it('waits in silence for a phrase that is still being fetched', () => {
    const { player, events, take } = setup();
    player.add(a, 2);
    player.supply(a, 1, prompt(2));
    expect(take(2)).toEqual([S, S]);
    player.supply(a, 0, prompt(1));
    expect(take(3)).toEqual([1, 2, S]);
    expect(events).toEqual([{ type: 'played', job: a, stopped: false }]);
  });

  it('plays what stands before a phrase that failed, then drops the rest', () => {
    const { player, events, take } = setup();
    const failure = { reason: 'phraseError', detail: 'no such file' } as const;
    player.add(a, 3);
    player.supply(a, 1, failure);
    player.supply(a, 2, prompt(3));
    player.supply(a, 0, prompt(1));
    expect(take(2)).toEqual([1, S]);
    expect(events).toEqual([{ type: 'failed', job: a, phrase: 1, failure }]);
    player.supply(a, 2, prompt(3));
    expect(take(1)).toEqual([S]);
  });

  it('is done at once with a job without phrases', () => {
    const { player, events } = setup();
    player.add(a, 0);
    expect(events).toEqual([{ type: 'played', job: a, stopped: false }]);
  });

  it('stops the phrase or the job', () => {
    const { player, events, take } = setup();
    player.add(a, 3);
    for (const [index, octet] of [1, 2, 3].entries()) player.supply(a, index, prompt(octet, octet, octet));
    expect(take(1)).toEqual([1]);
    player.stop(a, 'current');
    expect(take(1)).toEqual([2]);
    player.stop(a, 'all');
    expect(take(1)).toEqual([S]);
    expect(events).toEqual([{ type: 'played', job: a, stopped: true }]);
    player.stop(a, 'all');
    expect(events).toHaveLength(1);
  });

  it('tells that it was stopped when the last phrase is', () => {
    const { player, events } = setup();
    player.add(a, 1);
    player.supply(a, 0, prompt(1));
    player.stop(a, 'current');
    expect(events).toEqual([{ type: 'played', job: a, stopped: true }]);
  });

  it('stops a job whose turn has not come, and a phrase not yet there', () => {
    const { player, events, take } = setup();
    player.add(a, 2);
    player.add(b, 1);
    player.stop(b, 'all');
    player.stop(a, 'current');
    player.supply(a, 0, prompt(1));
    player.supply(a, 1, prompt(2));
    expect(take(2)).toEqual([2, S]);
    expect(events).toEqual([
      { type: 'played', job: b, stopped: true },
      { type: 'played', job: a, stopped: false },
    ]);
  });

  it('loops the background with its pause, adds it to what plays, and never ends on an empty one', () => {
    const { player, take } = setup();
    const loud = PCMU.encode[8000] ?? 0;
    const twice = PCMU.encode[((PCMU.decode[loud] ?? 0) * 2) & 0xffff] ?? 0;
    player.background({ source: prompt(loud, loud), pause: 1 });
    expect(take(7)).toEqual([loud, loud, S, loud, loud, S, loud]);
    player.add(a, 1);
    player.supply(a, 0, prompt(loud, loud, loud));
    expect(take(4)).toEqual([twice, loud, twice, loud]);
    player.background({ source: prompt(), pause: 0 });
    expect(take(2)).toEqual([S, S]);
    player.background(undefined);
    expect(player.active).toBe(false);
  });

  it('translates a prompt into the codec of the endpoint', () => {
    const out = new Uint8Array(2);
    new PromptSource(Uint8Array.of(0xff, 0x80), 'PCMU').read(out, 0, 2, PCMA);
    expect([...out]).toEqual([0xd5, PCMA.encode[PCMU.decode[0x80] ?? 0]]);
  });

  it('closes sources that it leaves', () => {
    const { player } = setup();
    let closed = 0;
    const source = (): Source => ({ read: () => 0, close: () => closed++ });
    player.add(a, 2);
    player.supply(a, 0, source());
    player.supply(a, 1, source());
    player.clear();
    player.supply(a, 1, source());
    expect(closed).toBe(3);
  });
});

describe('echo', () => {
  it('gives back what came in, after a little, for its time', () => {
    const { player, events, take } = setup();
    let listening = 0;
    const queue = new AudioQueue({ prefill: 2, limit: 4 });
    player.add(a, 1);
    player.supply(a, 0, new EchoSource(queue, 6, (on) => (listening += on ? 1 : -1)));
    expect(take(1)).toEqual([S]);
    expect(listening).toBe(1);
    queue.push(8000);
    expect(take(1)).toEqual([S]);
    queue.push(-8000);
    expect(take(2)).toEqual([PCMU.encode[8000], PCMU.encode[-8000 & 0xffff]]);
    expect(take(4)).toEqual([S, S, S, S]);
    expect(listening).toBe(0);
    expect(events).toEqual([{ type: 'played', job: a, stopped: false }]);
  });

  it('lets the oldest go when too much gathers', () => {
    const queue = new AudioQueue({ prefill: 2, limit: 4 });
    for (const sample of [1, 2, 3, 4, 5]) queue.push(sample);
    expect([queue.pull(), queue.pull(), queue.pull(), queue.pull()]).toEqual([3, 4, 5, 0]);
  });
});

describe('recorder', () => {
  const voice = Int16Array.from({ length: 160 }, (_, i) => (i & 1 ? 5000 : -5000));
  const quiet = new Int16Array(160);

  function record(options: { maxSamples: number; silenceSamples: number }): {
    recorder: Recorder;
    results: Int16Array[];
  } {
    const results: Int16Array[] = [];
    return { recorder: new Recorder(options, (samples) => results.push(samples)), results };
  }

  it('places packets by their timestamps and fills what is lost', () => {
    const { recorder, results } = record({ maxSamples: 100_000, silenceSamples: 0 });
    for (const index of [0, 2, 1, 4]) {
      recorder.elapse(160);
      recorder.hear((2 ** 32 - 160 + index * 160) >>> 0, voice);
    }
    recorder.finish();
    recorder.finish();
    expect(results).toHaveLength(1);
    const [samples = new Int16Array()] = results;
    expect(samples.length).toBe(160 * 6);
    const part = (index: number): number => samples[160 * index] ?? 0;
    expect([1, 2, 3, 4, 5].map((index) => part(index) !== 0)).toEqual([true, true, true, false, true]);
  });

  it.each([
    ['in which the caller sends nothing any more is as long as it went on', 5, 1600, 1600],
    ['in which the caller sends all the time', 10, 1600, 1600],
    ['of nothing is empty', 0, 1600, 0],
  ])('a recording %s', (_, packets, elapsed, wanted) => {
    const { recorder, results } = record({ maxSamples: 100_000, silenceSamples: 0 });
    for (let at = 0; at < elapsed; at += 160) {
      if (at < packets * 160) recorder.hear(at, voice);
      recorder.elapse(160);
    }
    recorder.finish();
    expect(results.map(({ length }) => length)).toEqual([wanted]);
    expect(results[0]?.subarray(packets * 160).every((sample) => sample === 0)).toBe(true);
  });

  it.each([
    ['when the caller falls silent', 10, 320, 20],
    ['at the longest', 1000, 320, 31],
  ])('ends %s', (_, voiced, silenceSamples, most) => {
    const { recorder, results } = record({ maxSamples: 160 * 30, silenceSamples });
    const source = new RecordSource(recorder, () => undefined);
    let ticks = 0;
    while (source.read(new Uint8Array(160), 0, 160, PCMU) === 160) {
      recorder.hear(ticks * 160, ticks < voiced ? voice : quiet);
      ticks++;
      expect(ticks).toBeLessThanOrEqual(most);
    }
    expect(ticks).toBeGreaterThanOrEqual(Math.min(voiced, 30));
    expect(results[0]?.length).toBeLessThanOrEqual(160 * 30);
  });
});

describe('a job that repeats', () => {
  const sound = (octet: number, length: number): PromptSource =>
    new PromptSource(new Uint8Array(length).fill(octet), 'PCMU');

  it('goes round without a gap until it is stopped', () => {
    const events: string[] = [];
    const player = new Player((event) => events.push(event.type));
    player.add('job' as PlayJobId, 2, true);
    player.supply('job' as PlayJobId, 0, sound(1, 100));
    player.supply('job' as PlayJobId, 1, sound(2, 50));
    const out = new Uint8Array(400);
    player.fill(out, 0, 400, PCMU);
    expect([...out]).toEqual(Array.from({ length: 400 }, (_, i) => (i % 150 < 100 ? 1 : 2)));
    player.stop('job' as PlayJobId, 'current');
    player.fill(out, 0, 100, PCMU);
    expect([...out.subarray(0, 100)]).toEqual([...Array(50).fill(2), ...Array(50).fill(1)]);
    expect(events).toEqual([]);
    player.stop('job' as PlayJobId, 'all');
    expect(events).toEqual(['played']);
  });

  it('is silent, not stuck, when there is nothing in it', () => {
    const player = new Player(() => undefined);
    player.add('job' as PlayJobId, 2, true);
    player.supply('job' as PlayJobId, 0, sound(1, 0));
    player.supply('job' as PlayJobId, 1, sound(2, 0));
    const out = new Uint8Array(160);
    player.fill(out, 0, 160, PCMU);
    expect([...out]).toEqual(Array(160).fill(PCMU.silence));
  });
});
