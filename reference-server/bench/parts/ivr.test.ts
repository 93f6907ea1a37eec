import { describe, expect, it } from 'vitest';
import type { IvrTurn } from '../ivr/turn.ts';
import { parseStatistics } from '../sipp.ts';
import { answeredWithin, toIvrRow } from './ivr.ts';

const turn = (changes: Partial<IvrTurn> = {}): IvrTurn => ({
  ...{ created: 100, successful: 100, failed: 0, retransmissions: 0, rate: 300, calls: 100, seconds: 1, cpu: 0.1 },
  ...{ server: 0.2, busiest: 0.15, application: 0.05, answers: [{ upTo: 5, calls: 100 }] },
  seen: { callbacks: {}, completed: 100, faults: 0, open: 0, lateMs: 6 },
  ...changes,
});

describe('turns of the IVR as a row', () => {
  it('counts CPU by call', () => {
    const row = toIvrRow(300, [turn(), turn({ server: 0.4 }), turn({ server: 0.3 })]);
    expect(row).toMatchObject({ rate: 300, calls: 300, failed: 0, faults: [] });
    expect(row.cost.server).toEqual({ median: 3, min: 2, max: 4 });
    expect(row.cost.mainThread.median).toBeCloseTo(1.5, 6);
  });

  it.each<[string, Partial<IvrTurn>, number]>([
    ['one that SIPp gave up', { successful: 99 }, 1],
    ['one without its callbacks', { seen: { ...turn().seen, completed: 97 } }, 3],
    ['the same by both accounts', { successful: 97, seen: { ...turn().seen, completed: 97 } }, 3],
  ])('counts as failed %s', (_name, changes, failed) => {
    expect(toIvrRow(300, [turn(), turn(changes)]).failed).toBe(failed);
  });

  it.each<[string, Partial<IvrTurn>, RegExp]>([
    ['a callback out of place', { seen: { ...turn().seen, faults: 2 } }, /^2 callbacks were unknown/],
    ['a saturated generator', { cpu: 0.8 }, /^SIPp needed 80 % of a CPU/],
    ['a saturated application', { application: 0.71 }, /^the application needed 71 % of a CPU/],
    ['a late application', { seen: { ...turn().seen, lateMs: 60 } }, /^the application was 60 ms late/],
  ])('tells of %s', (_name, changes, fault) => {
    expect(toIvrRow(300, [turn(), turn(changes)]).faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe('times of answers', () => {
  const csv = [
    'TotalCallCreated;CallRate(C);SuccessfulCall(C);FailedCall(C);Retransmissions(C);ResponseTimeRepartition1;' +
      'ResponseTimeRepartition1_<5;ResponseTimeRepartition1_<10;ResponseTimeRepartition1_>=10;',
    '10;5.0;10;0;0;;4;5;1;',
    '',
  ].join('\n');
  const { answers } = parseStatistics(csv, 10);

  it.each([
    [0.4, 5],
    [0.5, 10],
    [0.9, 10],
    [0.95, Number.POSITIVE_INFINITY],
  ])('%d of them came within %d ms', (share, within) => {
    expect(answeredWithin([{ answers }], share)).toBe(within);
  });

  it('are none where nobody was answered', () => {
    expect(answeredWithin([], 0.5)).toBeNaN();
  });
});
