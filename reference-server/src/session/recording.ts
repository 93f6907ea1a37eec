/** Recordings of a connection: their names, their start and end, and the word of it (D-FILE, D-RECNAME, D-DONE). */
import { recordingReadyBody } from './bodies.ts';
import type { CallConnection } from './connection.ts';
import type { RecordingId } from './ids.ts';
import { tell } from './messages.ts';
import type { MediaEvent } from './ports.ts';
import type { Recording } from './session.ts';
import { change, clearTimer, emit, startTimer, type Turn } from './turn.ts';

/** The file of a stopped recording is there by then, or counts as lost. */
const storeSeconds = 60;

/** A plain file name with one of the two extensions; anything else could leave the storage. */
export const isRecordingName = (name: string): boolean =>
  /^[^/\\\x00-\x1f\x7f]{1,250}\.(?:wav|mp3)$/i.test(name) && !name.includes('..') && !name.startsWith('.');

const defaultName = ({ id, recordings }: CallConnection): string =>
  recordings === 0 ? `${id}.wav` : `${id}-${recordings + 1}.wav`;

export const recordingOf = (turn: Turn, connection: CallConnection): RecordingId | undefined => {
  for (const [id, recording] of turn.session.recordings) {
    if (recording.connection === connection.id && !recording.stopping) return id;
  }
  return undefined;
};

export const startRecording = (turn: Turn, connection: CallConnection, name: string | undefined) => {
  const [left, right] = connection.participants.map((id) => turn.session.participants.get(id)?.leg);
  if (left === undefined || right === undefined) return;
  const id = turn.world.ids.uuid() as RecordingId;
  const fileName = name ?? defaultName(connection);
  const { recordings, connections, domain } = turn.session;
  change(turn, {
    recordings: new Map(recordings).set(id, { connection: connection.id, fileName, stopping: false }),
    connections: new Map(connections).set(connection.id, { ...connection, recordings: connection.recordings + 1 }),
  });
  emit(turn, { type: 'media.startRecording', recording: { id, domain: domain.name, fileName, left, right } });
};

export const stopRecording = (turn: Turn, id: RecordingId) => {
  const recording = turn.session.recordings.get(id);
  if (recording === undefined || recording.stopping) return;
  change(turn, { recordings: new Map(turn.session.recordings).set(id, { ...recording, stopping: true }) });
  emit(turn, { type: 'media.stopRecording', recording: id });
  startTimer(turn, `recording/${id}`, storeSeconds);
};

export const recorded = (turn: Turn, event: Extract<MediaEvent, { type: 'media.recorded' }>) => {
  const reason = event.failure ?? silence(event.silent);
  told(turn, event.recording, event.bytes, reason);
};

/** Media never said what became of it. */
export const recordingLost = (turn: Turn, id: RecordingId) =>
  told(turn, id, undefined, `the recording was not stored within ${storeSeconds} s`);

const silence = (silent: readonly ('left' | 'right')[]): string | undefined => {
  if (silent.length > 1) return 'No media received';
  const [side] = silent;
  return side && `No ${side === 'left' ? 'caller' : 'callee'} media received`;
};

const told = (turn: Turn, id: RecordingId, bytes: number | undefined, reason: string | undefined) => {
  const recording: Recording | undefined = turn.session.recordings.get(id);
  if (recording === undefined) return;
  clearTimer(turn, `recording/${id}`);
  const recordings = new Map(turn.session.recordings);
  recordings.delete(id);
  change(turn, { recordings });
  tell(turn, 'recordingReady', recordingReadyBody(turn.session, recording, bytes, reason, turn.world.node));
};
