import { validateCallbackAnswer } from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import type { LegId, PlayJobId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import { type Bench, ivrBench } from '../testing/bench.ts';
import { ok } from '../testing/fake-ports.ts';

const leg = 'leg-in' as LegId;
const file = (fileName: string) => ({ format: 'file', fileName });
const endPlay = ({ ports, dispatch }: Bench, stopped = false) =>
  dispatch({ type: 'media.played', leg, job: ports.jobs.at(-1)?.id ?? ('none' as PlayJobId), stopped });
const asked = ({ names }: Bench) => names().filter((name) => name === 'getIvrCommand').length;
const params = (bench: Bench) => bench.last('getIvrCommand').body.dtmfParams;

describe('D-LOOP', () => {
  it('plays the phrases in order, then asks again', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav'), file('b.wav')] });
    expect(bench.ports.jobs[0]).toMatchObject({
      domain: 'demo.example',
      phrases: [
        { kind: 'file', fileName: 'a.wav' },
        { kind: 'file', fileName: 'b.wav' },
      ],
    });
    expect(asked(bench)).toBe(1);
    endPlay(bench);
    expect(asked(bench)).toBe(2);
    expect(params(bench)).toBeUndefined();
  });

  it('hangs up after the phrases', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], hangup: true });
    expect(bench.told()).not.toContain('sip.hangup');
    endPlay(bench);
    expect(bench.told()).toContain('sip.hangup');
    expect(bench.last('sessionCompleted').body.reason).toBe('completed');
  });

  it('asks at getIVRCommandAfter at the latest, with nothing else to do', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { getIVRCommandAfter: 3 });
    bench.ports.clock.advance(2_999);
    expect(asked(bench)).toBe(1);
    bench.ports.clock.advance(1);
    expect(asked(bench)).toBe(2);
    expect(params(bench)).toBeUndefined();
  });

  it('stops the phrases at getIVRCommandAfter', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], getIVRCommandAfter: 1 });
    bench.ports.clock.advance(1_000);
    expect(bench.ports.commands.at(-1)).toMatchObject({ call: 'stop', args: [bench.ports.jobs[0]?.id, 'all'] });
    expect(asked(bench)).toBe(2);
    expect(params(bench)).toEqual({ reason: 'interrupted' });
    endPlay(bench, true);
    expect(asked(bench)).toBe(2);
  });

  it('forgets getIVRCommandAfter of a command when the next one runs', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], getIVRCommandAfter: 5 });
    endPlay(bench);
    bench.answer('getIvrCommand', { phrases: [file('b.wav')] });
    bench.ports.clock.advance(20_000);
    expect(asked(bench)).toBe(2);
    expect(bench.told()).not.toContain('media.stop');
  });

  const broken: CallbackResult = { ok: false, cause: 'status', status: 500, detail: 'x' };
  it.each<[string, CallbackResult, string]>([
    ['nothing to do', ok({}), 'IVR command failed'],
    ['only a flush', ok({ dtmf: { flush: true } }), 'IVR command failed'],
    ['zero getIVRCommandAfter', ok({ getIVRCommandAfter: 0 }), 'IVR command failed'],
    ['text', ok('hello'), 'getIvrCommand request error'],
    ['another replyId', ok({ replyId: 'reply-0', hangup: true }), 'IVR command failed'],
    ['another session', ok({ sessionId: 'other', hangup: true }), 'IVR command failed'],
    ['no body', ok(undefined), 'Empty body in getIvrCommand response'],
    ['empty', { ok: false, cause: 'empty', detail: 'x' }, 'Empty body in getIvrCommand response'],
    ['500', broken, 'getIvrCommand request error'],
    ['HTML', { ok: false, cause: 'notJson', detail: 'x' }, 'getIvrCommand request error'],
    ['timeout', { ok: false, cause: 'timeout', detail: 'x' }, 'getIvrCommand request error'],
  ])('fails and hangs up: %s', (_name, result, error) => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', result);
    expect(bench.told().slice(-2)).toEqual(['sip.hangup', 'media.close']);
    expect(bench.last('alarm').body).toMatchObject({ type: 'ivrCommandError', error });
    bench.answer('alarm');
    expect(bench.last('sessionCompleted').body.reason).toBe('error');
  });

  it('goes on after a phrase that cannot be played', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], dtmf: { maxDigits: 1 } });
    const job = bench.ports.jobs[0]?.id ?? ('none' as PlayJobId);
    bench.dispatch({ type: 'media.playFailed', leg, job, phrase: 0, reason: 'phraseError', detail: 'gone' });
    expect(bench.last('alarm').body).toMatchObject({ error: 'phraseError', errorDetails: { phrase: 0 } });
    bench.press('4');
    expect(params(bench)).toEqual({ dtmfMatch: '4', reason: 'maxDigits' });
  });

  it('plays what follows a phrase that cannot be played (D-PHRASEFAIL)', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav'), { format: 'tape' }, file('b.wav')], hangup: true });
    expect(bench.last('alarm').body).toMatchObject({ error: 'phraseError', errorDetails: { phrase: 1 } });
    expect(bench.ports.jobs.at(-1)?.phrases).toHaveLength(2);
    const job = bench.ports.jobs[0]?.id ?? ('none' as PlayJobId);
    bench.dispatch({ type: 'media.playFailed', leg, job, phrase: 0, reason: 'phraseRemoteCacheTimeout', detail: 'x' });
    expect(bench.names().at(-1)).toBe('alarm:phraseRemoteCacheTimeout');
    expect(bench.ports.jobs.at(-1)?.phrases).toEqual([{ kind: 'file', fileName: 'b.wav' }]);
    expect(bench.told()).not.toContain('sip.hangup');
    endPlay(bench);
    expect(bench.told()).toContain('sip.hangup');
  });

  it('plays none of a phrase that the schema refuses, and fails on other violations', () => {
    const validateAnswer = (_: string, answer: Json) => validateCallbackAnswer('getIvrCommand', answer);
    const bench = ivrBench({}, { validateAnswer });
    bench.answer('getIvrCommand', { phrases: [{ ...file('a.wav'), cacheTimeToLive: 'YEAR' }], getIVRCommandAfter: 1 });
    expect(bench.names().slice(-2)).toEqual(['alarm:phraseError', 'getIvrCommand']);
    bench.answer('getIvrCommand', { dtmf: { maxDigits: 'many' } });
    expect(bench.names().at(-1)).toBe('alarm:getIvrCommand request error');
  });

  it('gives up an application that repeats a bad phrase', () => {
    const bench = ivrBench();
    for (let round = 0; round < 10; round += 1) {
      expect(bench.told()).not.toContain('sip.hangup');
      bench.answer('getIvrCommand', { phrases: [{ format: 'tape' }] });
    }
    expect(bench.names().filter((name) => name === 'alarm:phraseError')).toHaveLength(10);
    expect(bench.told()).toContain('sip.hangup');
  });

  it('goes on when a phrase fails that is the media server’s fault, and asks for the next command (D-PHRASEFAIL)', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav'), file('b.wav')] });
    const job = bench.ports.jobs[0]?.id ?? ('none' as PlayJobId);
    bench.dispatch({ type: 'media.playFailed', leg, job, phrase: 0, reason: 'mediaServerError', detail: 'x' });
    expect(bench.names().at(-1)).toBe('alarm:mediaServerError');
    expect(bench.ports.jobs.at(-1)?.phrases).toEqual([{ kind: 'file', fileName: 'b.wav' }]);
    endPlay(bench);
    expect(bench.names().at(-1)).toBe('getIvrCommand');
    expect(bench.told()).not.toContain('sip.hangup');
  });

  it('tells of a background prompt that cannot be had, and goes on', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { backgroundPrompt: { fileName: 'none.wav' }, phrases: [file('a.wav')] });
    bench.dispatch({ type: 'media.backgroundFailed', leg, reason: 'phraseError', detail: 'gone' });
    expect(bench.last('alarm').body).toMatchObject({
      type: 'ivrCommandError',
      error: 'phraseError',
      errorDetails: { backgroundPrompt: true, detail: 'gone' },
    });
    endPlay(bench);
    expect(bench.names().at(-1)).toBe('getIvrCommand');
  });

  it('starts and stops a background prompt', () => {
    const bench = ivrBench();
    const backgroundPrompt = { fileName: 'music.wav', repeatPause: 2 };
    bench.answer('getIvrCommand', { backgroundPrompt, getIVRCommandAfter: 1 });
    expect(bench.ports.commands.at(-1)?.args).toEqual([
      { domain: 'demo.example', source: { fileName: 'music.wav' }, repeatPause: 2 },
    ]);
    bench.ports.clock.advance(1_000);
    bench.answer('getIvrCommand', { backgroundPrompt: { stop: true }, getIVRCommandAfter: 1 });
    expect(bench.ports.commands.at(-1)).toMatchObject({ call: 'background', args: [undefined] });
  });
});

describe('D-BARGE', () => {
  const stops = ({ ports }: Bench) => ports.commands.filter(({ call }) => call === 'stop').map(({ args }) => args[1]);

  it.each([
    ['absent', {}, []],
    ['current', { bargeIn: 'current' }, ['current']],
    ['all', { bargeIn: 'all' }, ['all']],
  ] as const)('%s', (_name, bargeIn, expected) => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav'), file('b.wav')], dtmf: { maxDigits: 4 }, ...bargeIn });
    bench.press('1');
    expect(stops(bench)).toEqual(expected);
  });

  it('all collects at once; what remains of the phrases is no event', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], dtmf: { maxDigits: 1 }, bargeIn: 'all' });
    bench.press('5');
    expect(params(bench)).toEqual({ dtmfMatch: '5', reason: 'maxDigits' });
    endPlay(bench, true);
    expect(asked(bench)).toBe(2);
  });

  it('absent collects what was pressed when the phrases are done', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], dtmf: { maxDigits: 1 } });
    bench.press('5');
    expect(asked(bench)).toBe(1);
    endPlay(bench);
    expect(params(bench)).toEqual({ dtmfMatch: '5', reason: 'maxDigits' });
  });
});

describe('interruptivrcommand', () => {
  it.each<[string, Json, string, Json]>([
    ['phrases', { phrases: [file('a.wav')] }, '', { reason: 'interrupted' }],
    ['a collection', { dtmf: { maxDigits: 5 } }, '12', { dtmfMatch: '12', reason: 'interrupted' }],
    ['a wait', { getIVRCommandAfter: 60 }, '', { reason: 'interrupted' }],
  ])('ends %s', (_name, command, keys, expected) => {
    const bench = ivrBench();
    const { replyId } = bench.answer('getIvrCommand', command).body;
    bench.press(keys);
    expect(bench.operate('interruptIvrCommand', { replyId: String(replyId) })).toEqual({ ok: true });
    expect(params(bench)).toEqual(expected);
    expect(bench.operate('interruptIvrCommand', { replyId: String(replyId) })).toMatchObject({ status: 409 });
    expect(asked(bench)).toBe(2);
  });

  it('of another session is a 404', () => {
    const bench = ivrBench();
    const { replyId } = bench.answer('getIvrCommand', { getIVRCommandAfter: 9 }).body;
    const outcome = bench.operate('interruptIvrCommand', { replyId: String(replyId), sessionId: 'other' });
    expect(outcome).toMatchObject({ ok: false, status: 404 });
  });
});
