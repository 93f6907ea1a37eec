import { callback, mutant, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

const answer = callback('getIvrCommand').answer;

export const getivrcommand: readonly Mutant[] = [
  mutant(
    'getivrcommand/key-where-none-ended-it',
    'dtmfParams names a termination key where the number of digits ended the collecting',
    'getivrcommand-matched-termination-key-absent',
    callback('getIvrCommand')
      .when(({ body }) => body.dtmfParams !== undefined)
      .set('/dtmfParams/matchedTerminationKey', '#'),
    { scenarios: ['dtmf/max-digits'] },
  ),
  mutant(
    'getivrcommand/reply-id-demanded',
    'An answer without a replyId leads to an alarm',
    'getivrcommand-answer-reply-id-optional',
    callback('sessionCompleted').besides('alarm', ({ sessionId, domain }) => ({
      ...{ sessionId, domain, type: 'ivrCommandError', error: 'IVR command failed' },
    })),
    { scenarios: ['getivrcommand/answer-no-reply-id'] },
  ),
  mutant(
    'getivrcommand/background-unheeded',
    'backgroundPrompt is not heeded',
    'getivrcommand-answer-background',
    answer.drop('/backgroundPrompt'),
    { scenarios: ['getivrcommand/answer-background'] },
  ),
  mutant(
    'getivrcommand/barge-in-unheeded',
    'bargeIn is not heeded',
    'getivrcommand-answer-barge-in',
    answer.drop('/bargeIn'),
    { scenarios: ['getivrcommand/answer-barge-in'] },
  ),
  mutant(
    'getivrcommand/hangup-late',
    'With hangup the call ends two seconds late',
    'getivrcommand-answer-hangup',
    sip.request('BYE').late(2500),
    { scenarios: ['ivr-loop/hangup-after-phrases'] },
  ),
  mutant(
    'getivrcommand/recording-told-unasked',
    'recordingReady follows a record phrase without recordedCallback',
    'getivrcommand-answer-recorded-callback-absent',
    callback('sessionCompleted').besides('recordingReady', ({ sessionId, sessionReferenceId }) => ({
      ...{ sessionId, sessionReferenceId, event: 'recordingSuccessful', connectionId: 'c' },
      ...{ recordingFileName: 'unasked.wav', recordingSize: 100, replyId: 'r' },
    })),
    { scenarios: ['phrases/record-without-callback'] },
  ),
];
