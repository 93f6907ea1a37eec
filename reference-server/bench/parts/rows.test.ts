import { describe, expect, it } from 'vitest';
import type { Run } from '../generator.ts';
import { parseStatistics } from '../sipp.ts';
import { toMediaRow } from './media.ts';
import { toRow } from './relay.ts';
import { toSipRow } from './sip.ts';
import { doubtsOf, type Turn } from './turns.ts';

const quantiles = { p50: 50, p99: 200, p999: 300, max: 400 };
const run = (changes: Partial<Run> = {}): Run => ({
  ...{ seconds: 2, sent: 1000, received: 1000, duplicates: 0, reordered: 0, misdirected: 0, malformed: 0, own: 0 },
  ...{ gaps: 0, still: 0, deaf: 0, failedSends: 0, dropped: 0, cpu: 0.2, latency: quantiles, late: quantiles },
  ...{ watched: [0.01] },
  ...changes,
});
const turn = (cost: number, changes: Partial<Run> = {}): Turn => ({ cost, run: run(changes), doubts: [] });
const peer = { name: 'somebody', about: 'something' };

describe('the turns of a relay as a row', () => {
  it('takes the median of the ratios of each round, not the ratio of the medians', () => {
    const row = toRow(200, peer, [turn(5), turn(30), turn(9)], [turn(10), turn(50), turn(10)], []);
    expect(row.cost).toEqual({ median: 9, min: 5, max: 30 });
    expect(row.ofRtpengine).toEqual({ median: 0.6, min: 0.5, max: 0.9 });
  });

  it('has no ratio without the other', () => {
    expect(toRow(200, peer, [turn(5)], undefined, [])).not.toHaveProperty('ofRtpengine');
  });

  it('adds up losses and tells what came wrong', () => {
    const row = toRow(200, peer, [turn(5, { received: 990 }), turn(5, { duplicates: 2, misdirected: 1 })], undefined, [
      'odd',
    ]);
    expect(row).toMatchObject({ sent: 2000, lost: 10, load: { cpu: 0.1 } });
    expect(row.faults).toEqual(['odd', '3 packets came to the wrong place, twice or broken']);
  });
});

describe('a load that is not what it says it is', () => {
  it.each<[string, Partial<Run>, RegExp]>([
    ['late', { late: { ...quantiles, p99: 2001 } }, /left more than 2001 us late/],
    ['deaf itself', { dropped: 3 }, /3 packets were dropped at the load program's own socket/],
    ['unable to send', { failedSends: 1 }, /could not be sent/],
  ])('%s', (_name, changes, doubt) => {
    expect(doubtsOf(run(changes))).toEqual([expect.stringMatching(doubt)]);
  });

  it('is not one that is in time', () => {
    expect(doubtsOf(run())).toEqual([]);
  });
});

describe('runs of media as a row', () => {
  const ends = [{ from: undefined }, { from: undefined }];
  const row = (changes: Partial<Run>) =>
    toMediaRow('played', 'ours', 2, ends, [run({ own: 200, received: 0, ...changes })], []);

  it('counts CPU by second of a call', () => {
    expect(row({ watched: [0.02] })).toMatchObject({ share: 1, faults: [], cost: { median: 5 } });
  });

  it.each<[string, Partial<Run>, RegExp]>([
    ['too few packets', { own: 190 }, /only 95\.0 % of the packets came/],
    ['silence', { still: 100 }, /100 of 200 packets were silence/],
    ['a far end without any', { deaf: 1 }, /1 far ends heard nothing/],
    ['packets of another kind', { malformed: 4 }, /4 packets were wrong/],
  ])('tells of %s', (_name, changes, fault) => {
    expect(row(changes).faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe('SIPp’s counters', () => {
  const csv = [
    'TotalCallCreated;CallRate(C);SuccessfulCall(C);FailedCall(C);Retransmissions(C);',
    '0;0;0;0;0;',
    '90;49.5;1;0;0;',
    '100;48.9;50;0;0;',
    '100;33.1;98;1;7;',
    '',
  ].join('\n');

  it('are those of the last line, but the rate is that of the time in which calls were still to be made', () => {
    expect(parseStatistics(csv, 100)).toEqual({
      ...{ created: 100, successful: 98, failed: 1, retransmissions: 7, rate: 49.5, answers: [] },
    });
  });

  it.each([
    ['all of the time where calls are missing at the end', 101, 33.1],
    ['the shortest time known where all were made before the first look', 50, 49.5],
  ])('take for the rate %s', (_name, wanted, rate) => {
    expect(parseStatistics(csv, wanted).rate).toBe(rate);
  });

  it('are not taken for 0 when they are missing', () => {
    expect(() => parseStatistics('', 100)).toThrow('TotalCallCreated');
    expect(() => parseStatistics(csv.replace('FailedCall(C)', 'Other'), 100)).toThrow('FailedCall(C)');
  });

  it('count a call without an end as failed, and cost by those that succeeded', () => {
    const turns = [{ ...parseStatistics(csv, 100), cpu: 0.1, calls: 100, server: 0.098, application: 0.049 }];
    const row = toSipRow('a server', 50, turns);
    expect(row).toMatchObject({ calls: 100, failed: 2, achieved: 49.5 });
    expect(row.cost.server.median).toBeCloseTo(1, 6);
    expect(row.cost.application.median).toBeCloseTo(0.5, 6);
  });
});
