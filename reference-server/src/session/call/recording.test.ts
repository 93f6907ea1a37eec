import { describe, expect, it } from 'vitest';
import type { LegId, RecordingId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import { caller, nothingLeft, type Talk, talking } from '../testing/call-bench.ts';

describe('recording (D-FILE, D-RECNAME)', () => {
  const recording = ({ ports }: Talk, place = -1) =>
    ports.commands.filter(({ call }) => call === 'startRecording').at(place)?.args[0] as {
      readonly id: RecordingId;
      readonly fileName: string;
      readonly left: LegId;
      readonly right: LegId;
    };

  it('starts with the connection where the answer asks for it, the first party left', () => {
    const bench = talking({ callRecording: true, recordingFileName: 'a.mp3' });
    expect(recording(bench)).toMatchObject({
      fileName: 'a.mp3',
      left: caller,
      right: bench.far,
      domain: 'demo.example',
    });
    expect(talking({ recordingFileName: 'a.mp3' }).told()).not.toContain('media.startRecording');
  });

  it('starts and stops by the operations, and tells when the file is there', () => {
    const bench = talking();
    const { connection: connectionId } = bench.ids;
    expect(bench.operate('startRecording', { connectionId })).toEqual({ ok: true });
    expect(recording(bench).fileName).toBe(`${connectionId}.wav`);
    expect(bench.operate('startRecording', { connectionId })).toMatchObject({ status: 409 });
    expect(bench.operate('stopRecording', { replyId: bench.replyId })).toEqual({ ok: true });
    expect(bench.operate('stopRecording', { connectionId })).toMatchObject({ status: 409 });
    bench.operate('startRecording', { connectionId });
    expect(recording(bench).fileName).toBe(`${connectionId}-2.wav`);
    bench.dispatch({ type: 'media.recorded', recording: recording(bench, 0).id, bytes: 4711, silent: [] });
    expect(bench.answer('recordingReady').body).toMatchObject({
      event: 'recordingSuccessful',
      recordingFileName: `${connectionId}.wav`,
      connectionId,
      fileSize: 4711,
      domain: 'demo.example',
    });
  });

  it.each(['../a.wav', 'a/b.wav', 'a.ogg', 'a\\b.mp3', '.wav', 'a\0.wav', 'a.wav\n'])('refuses the name %j', (name) => {
    const bench = talking();
    const body = { connectionId: bench.ids.connection, recordingFileName: name };
    expect(bench.operate('startRecording', body)).toMatchObject({ status: 400 });
    expect(bench.told()).not.toContain('media.startRecording');
  });

  it.each<[string, Omit<Extract<MediaEvent, { type: 'media.recorded' }>, 'type' | 'recording'>, Json]>([
    ['a silent callee', { silent: ['right'], bytes: 44 }, { reason: 'No callee media received', fileSize: 44 }],
    ['a silent caller', { silent: ['left'], bytes: 44 }, { reason: 'No caller media received' }],
    ['nothing at all', { silent: ['left', 'right'] }, { reason: 'No media received' }],
    ['a full disk', { silent: [], failure: 'no space left' }, { reason: 'no space left' }],
  ])('%s is a recordingFailed', (_name, event, body) => {
    const bench = talking({ callRecording: true });
    bench.dispatch({ type: 'media.recorded', recording: recording(bench).id, ...event });
    expect(bench.last('recordingReady').body).toMatchObject({ event: 'recordingFailed', ...(body as object) });
  });

  it('ends with the call, and sessionCompleted waits for it (D-DONE)', () => {
    const bench = talking({ callRecording: true });
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.told()).toContain('media.stopRecording');
    bench.answer('callEvent', { action: 'drop' });
    expect(bench.names()).toEqual(['newCall', 'callAnswered', 'callEvent']);
    bench.dispatch({ type: 'media.recorded', recording: recording(bench).id, bytes: 1, silent: [] });
    bench.answer('recordingReady');
    expect(bench.names().slice(-2)).toEqual(['recordingReady', 'sessionCompleted']);
  });

  it('one that media never tells of is given up after a minute', () => {
    const bench = talking({ callRecording: true });
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    bench.answer('callEvent', { action: 'drop' });
    bench.ports.clock.advance(60_000);
    expect(bench.answer('recordingReady').body).toMatchObject({ event: 'recordingFailed' });
    bench.answer('sessionCompleted');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });
});
