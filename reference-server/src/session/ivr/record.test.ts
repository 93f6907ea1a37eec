import { describe, expect, it } from 'vitest';
import type { LegId, PlayJobId, RecordingId } from '../ids.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import { type Bench, ivrBench } from '../testing/bench.ts';

const leg = 'leg-in' as LegId;
const record = (fileName: string) => ({ format: 'record', fileName, maxDuration: 5 });
const recordings = ({ ports }: Bench): readonly RecordingId[] =>
  (ports.jobs.at(-1)?.phrases ?? []).flatMap((phrase) => (phrase.kind === 'record' ? (phrase.recording ?? []) : []));
const played = ({ ports, dispatch }: Bench) =>
  dispatch({ type: 'media.played', leg, job: ports.jobs.at(-1)?.id ?? ('none' as PlayJobId), stopped: false });
const recorded = (
  { dispatch }: Bench,
  recording: RecordingId | undefined,
  event: Omit<Extract<MediaEvent, { type: 'media.recorded' }>, 'type' | 'recording'>,
) => dispatch({ type: 'media.recorded', recording: recording ?? ('none' as RecordingId), ...event });

/** The command of the bench's call asks for two recordings. */
const recording = (more: object = { recordedCallback: true }): Bench => {
  const bench = ivrBench();
  bench.answer('getIvrCommand', { phrases: [record('a.wav'), record('b.wav')], ...more });
  return bench;
};

describe('D-REC', () => {
  it('tells of each record phrase, before the next command is asked for', () => {
    const bench = recording();
    recorded(bench, recordings(bench)[0], { bytes: 4711, silent: [] });
    played(bench);
    const connectionId = bench.last('callAnswered').body.connectionId;
    expect(bench.answer('recordingReady').body).toMatchObject({
      recordingFileName: 'a.wav',
      fileSize: 4711,
      event: 'recordingSuccessful',
      connectionId,
      domain: 'demo.example',
      sessionReferenceId: { order: 7 },
    });
    recorded(bench, recordings(bench)[0], { bytes: 44, silent: [] });
    played(bench);
    expect(bench.names().slice(-1)).toEqual(['recordingReady']);
    bench.answer('recordingReady');
    expect(bench.names().at(-1)).toBe('getIvrCommand');
  });

  it.each([
    ['nobody was heard', { silent: ['left', 'right'] }, 'No media received'],
    ['it could not be stored', { silent: [], failure: 'disk full' }, 'disk full'],
  ] as const)('%s: recordingFailed', (_name, event, reason) => {
    const bench = recording();
    recorded(bench, recordings(bench)[0], event);
    expect(bench.last('recordingReady').body).toMatchObject({ event: 'recordingFailed', reason });
  });

  it('says nothing of a phrase that was not begun', () => {
    const bench = recording();
    for (const _ of ['a.wav', 'b.wav']) {
      recorded(bench, recordings(bench)[0], { silent: [] });
      played(bench);
    }
    expect(bench.names()).not.toContain('recordingReady');
    expect(bench.names().at(-1)).toBe('getIvrCommand');
  });

  it('asks for no word without recordedCallback', () => {
    const bench = recording({});
    expect(recordings(bench)).toEqual([]);
  });

  it('keeps sessionCompleted back until what a caller said who hung up is stored', () => {
    const bench = recording();
    bench.dispatch({ type: 'sip.ended', leg, cause: 'bye' });
    expect(bench.names()).not.toContain('sessionCompleted');
    recorded(bench, recordings(bench)[0], { bytes: 100, silent: [] });
    bench.answer('recordingReady');
    expect(bench.names().slice(-2)).toEqual(['recordingReady', 'sessionCompleted']);
  });

  it('gives up a recording of a caller who hung up after 60 s', () => {
    const bench = recording();
    bench.dispatch({ type: 'sip.ended', leg, cause: 'bye' });
    bench.ports.clock.advance(60_000);
    for (const _ of recordings(bench)) bench.answer('recordingReady');
    expect(bench.last('recordingReady').body.event).toBe('recordingFailed');
    expect(bench.names().at(-1)).toBe('sessionCompleted');
  });
});

describe('D-RECPHRASE', () => {
  const file = { format: 'file', fileName: 'beep.wav' };
  const kinds = ({ ports }: Bench) => ports.jobs.map(({ phrases }) => phrases.map(({ kind }) => kind).join(' '));
  const stops = ({ ports }: Bench) => ports.commands.filter(({ call }) => call === 'stop').map(({ args }) => args);

  it('plays what stands before and behind a phrase that listens without a gap, and that one alone', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file, file, record('a.wav'), { format: 'echo' }, file, file] });
    for (const _ of [1, 2, 3, 4]) played(bench);
    expect(kinds(bench)).toEqual(['file file', 'record', 'echo', 'file file']);
    expect(bench.names().at(-1)).toBe('getIvrCommand');
  });

  it('ends a phrase that listens at a termination key, which then ends the collecting too', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [record('a.wav'), file], dtmf: { terminationKey: '#' } });
    bench.press('1');
    expect(stops(bench)).toEqual([]);
    bench.press('#');
    expect(stops(bench)).toEqual([[bench.ports.jobs[0]?.id, 'current']]);
    played(bench);
    expect(kinds(bench)).toEqual(['record', 'file']);
    played(bench);
    expect(bench.last('getIvrCommand').body.dtmfParams).toMatchObject({ reason: 'terminationKey', dtmfMatch: '1' });
  });

  it('does not end a prompt at a termination key', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file, record('a.wav')], dtmf: { terminationKey: '#' } });
    bench.press('#');
    expect(stops(bench)).toEqual([]);
  });

  it('goes on behind a phrase that failed, and leaves nothing out', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [record('a.wav'), file, record('b.wav')] });
    played(bench);
    const job = bench.ports.jobs.at(-1)?.id ?? ('none' as PlayJobId);
    bench.dispatch({ type: 'media.playFailed', leg, job, phrase: 0, reason: 'phraseError', detail: 'gone' });
    expect(kinds(bench)).toEqual(['record', 'file', 'record']);
  });
});
