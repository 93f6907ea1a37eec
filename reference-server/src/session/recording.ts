/**
 * Recordings of a connection: their names, their start and end, and the word of it (D-FILE, D-RECNAME, D-DONE). What the
 * record phrases of a command keep is told in the same way, where the command asks for it (D-REC).
 */
import { recordingReadyBody } from './bodies.ts';
import type { CallConnection } from './connection.ts';
import type { ConnectionId, ParticipantId, RecordingId } from './ids.ts';
import { lacksRecording } from './lacking.ts';
import { tell } from './messages.ts';
import type { DomainSettings } from './ports/domains.ts';
import type { MediaEvent } from './ports/media-event.ts';
import type { Phrase } from './ports/phrase.ts';
import type { Recording } from './session.ts';
import { change, clearTimer, emit, startTimer, type Turn } from './turn.ts';

/** The file of a stopped recording is there by then, or counts as lost. */
const storeSeconds = 60;

/** A plain file name with an extension that the domain has; anything else could leave the storage. */
export const isRecordingName = (domain: Pick<DomainSettings, 'without'>, name: string): boolean =>
  !lacksRecording(domain, name) &&
  /^[^/\\\x00-\x1f\x7f]{1,250}\.(?:wav|mp3)$/i.test(name) &&
  !name.includes('..') &&
  !name.startsWith('.');

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

/** The phrases of a command with `recordedCallback`: of each recording there will be word, or the session does not end. */
export const awaited = (
  turn: Turn,
  participant: ParticipantId,
  connection: ConnectionId,
  phrases: readonly Phrase[],
): readonly Phrase[] => {
  const recordings = new Map(turn.session.recordings);
  const named = phrases.map((phrase): Phrase => {
    if (phrase.kind !== 'record') return phrase;
    const recording = turn.world.ids.uuid() as RecordingId;
    recordings.set(recording, { connection, fileName: phrase.fileName, stopping: true, phrase: participant });
    return { ...phrase, recording };
  });
  change(turn, { recordings });
  return named;
};

/** The party of record phrases is gone: what it said is stored soon, or counts as lost. */
export const phrasesOver = (turn: Turn, participant: ParticipantId) => {
  for (const [id, { phrase }] of turn.session.recordings) {
    if (phrase === participant) startTimer(turn, `recording/${id}`, storeSeconds);
  }
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
  const phrase = turn.session.recordings.get(event.recording)?.phrase;
  // A record phrase that was never begun: nobody waits for word of it.
  if (phrase !== undefined && event.bytes === undefined && reason === undefined) return forget(turn, event.recording);
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
  forget(turn, id);
  tell(turn, 'recordingReady', recordingReadyBody(turn.session, recording, bytes, reason, turn.world.node));
};

const forget = (turn: Turn, id: RecordingId) => {
  clearTimer(turn, `recording/${id}`);
  const recordings = new Map(turn.session.recordings);
  recordings.delete(id);
  change(turn, { recordings });
};
