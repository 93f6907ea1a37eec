import { describe, expect, it } from 'vitest';
import type { LegId, PlayJobId, RecordingId } from '../ids.ts';
import type { MediaEvent } from '../ports.ts';
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
    const [one, two] = recordings(bench);
    recorded(bench, one, { bytes: 4711, silent: [] });
    const connectionId = bench.last('callAnswered').body.connectionId;
    expect(bench.answer('recordingReady').body).toMatchObject({
      recordingFileName: 'a.wav',
      fileSize: 4711,
      event: 'recordingSuccessful',
      connectionId,
      domain: 'demo.example',
      sessionReferenceId: { order: 7 },
    });
    recorded(bench, two, { bytes: 44, silent: [] });
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
    for (const id of recordings(bench)) recorded(bench, id, { silent: [] });
    played(bench);
    expect(bench.names()).not.toContain('recordingReady');
    expect(bench.names().at(-1)).toBe('getIvrCommand');
  });

  it('asks for no word without recordedCallback', () => {
    const bench = recording({});
    expect(recordings(bench)).toEqual([]);
  });

  it('keeps sessionCompleted back until what a caller said who hung up is stored', () => {
    const bench = recording();
    const [one, two] = recordings(bench);
    bench.dispatch({ type: 'sip.ended', leg, cause: 'bye' });
    expect(bench.names()).not.toContain('sessionCompleted');
    recorded(bench, one, { bytes: 100, silent: [] });
    recorded(bench, two, { silent: [] });
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
