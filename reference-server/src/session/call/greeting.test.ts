import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import { caller, type Talk, talking } from '../testing/call-bench.ts';

const file = (fileName: string) => ({ phrases: [{ format: 'file', fileName }] });

describe('greeting (D-GREET)', () => {
  const greeting = (playMode?: string) => ({
    greeting: { ...(playMode && { playMode }), caller: file('caller.wav'), callee: file('callee.wav') },
  });
  const played = (bench: Talk, place: number): MediaEvent => {
    const { leg, args } = bench.ports.commands.filter(({ call }) => call === 'play')[place] ?? expect.fail('no job');
    return { type: 'media.played', leg: leg as LegId, job: (args[0] as { id: never }).id, stopped: false };
  };
  const plays = (bench: Talk) => bench.ports.commands.filter(({ call }) => call === 'play').map(({ leg }) => leg);

  it.each([
    ['callerFirst', ['caller', 'callee']],
    ['calleeFirst', ['callee', 'caller']],
  ] as const)('%s plays one after the other, then they hear each other', (playMode, order) => {
    const bench = talking(greeting(playMode));
    const legs = order.map((who) => (who === 'caller' ? caller : bench.far));
    expect(plays(bench)).toEqual(legs.slice(0, 1));
    bench.dispatch(played(bench, 0));
    expect(plays(bench)).toEqual(legs);
    expect(bench.told()).not.toContain('media.join');
    bench.dispatch(played(bench, 1));
    expect(bench.told().at(-1)).toBe('media.join');
    expect(bench.names()).toEqual(['newCall', 'callAnswered']);
  });

  it.each(['simultaneous', undefined])('%s plays both at once', (playMode) => {
    const bench = talking(greeting(playMode));
    expect(plays(bench)).toEqual([caller, bench.far]);
    bench.dispatch(played(bench, 1));
    expect(bench.told()).not.toContain('media.join');
    bench.dispatch(played(bench, 0));
    expect(bench.told().at(-1)).toBe('media.join');
  });

  it('a phrase that is none is told, the rest is played', () => {
    const phrases = [{ format: 'file' }, { format: 'file', fileName: 'b.wav' }];
    const bench = talking({ greeting: { callee: { phrases } } });
    expect(bench.ports.jobs.at(-1)?.phrases).toEqual([{ kind: 'file', fileName: 'b.wav' }]);
    expect(bench.last('alarm').body).toMatchObject({
      error: 'phraseError',
      errorDetails: { phrase: 0, party: 'callee' },
    });
  });

  it('a phrase that fails is told, those behind it go on', () => {
    const phrases = ['a.wav', 'b.wav', 'c.wav'].map((fileName) => ({ format: 'file', fileName }));
    const bench = talking({ greeting: { caller: { phrases } } });
    const job = bench.ports.jobs[0]?.id as never;
    bench.dispatch({ type: 'media.playFailed', leg: caller, job, phrase: 1, reason: 'phraseError', detail: 'x' });
    expect(bench.ports.jobs.at(-1)?.phrases).toEqual([{ kind: 'file', fileName: 'c.wav' }]);
    expect(bench.names().at(-1)).toBe('alarm:phraseError');
  });

  it('a BYE while it plays asks for the other, whose greeting stops', () => {
    const bench = talking(greeting());
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.args(bench.far, 'stop').at(1)).toBe('all');
    expect(bench.last('callEvent').body.event).toBe('callingPartyDrop');
    bench.dispatch(played(bench, 1));
    expect(bench.told()).not.toContain('media.join');
  });
});
