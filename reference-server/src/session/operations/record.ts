/** startrecording and stoprecording of a connection (D-FILE, D-RECNAME). */
import { text } from '../json.ts';
import { isRecordingName, recordingOf, startRecording as start, stopRecording as stop } from '../recording.ts';
import { done, refuse, type SessionOperation } from './outcome.ts';
import { connectionOf } from './target.ts';

export const startRecording: SessionOperation = (turn, operation) => {
  const fileName = text(operation.body, 'recordingFileName');
  if (fileName !== undefined && !isRecordingName(turn.session.domain, fileName)) {
    return refuse(400, 'invalidParameter', 'recordingFileName is a plain file name that ends in .wav or .mp3.');
  }
  const connection = connectionOf(turn.session, operation);
  if ('ok' in connection) return connection;
  if (recordingOf(turn, connection) !== undefined) {
    return refuse(409, 'wrongState', 'The connection is being recorded already.');
  }
  start(turn, connection, fileName);
  return done;
};

export const stopRecording: SessionOperation = (turn, operation) => {
  const connection = connectionOf(turn.session, operation);
  if ('ok' in connection) return connection;
  const recording = recordingOf(turn, connection);
  if (recording === undefined) return refuse(409, 'wrongState', 'The connection is not being recorded.');
  stop(turn, recording);
  return done;
};
