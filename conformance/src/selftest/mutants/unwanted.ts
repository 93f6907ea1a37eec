/** Callbacks that are sent where none ought to be: rows that say that nothing comes. */
import { callback, mutant, rest } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

type Body = Readonly<Record<string, unknown>>;

const event = ({ sessionId, domain = 'conformance.example' }: Body): Body => ({
  ...{ sessionId, domain, event: 'callingPartyDrop', connectionId: 'c', replyId: 'r' },
  ...{ participantId: 'p', remoteParticipantId: 'q', user: '1', remoteUser: '2' },
});
const alarm = ({ sessionId, domain = 'conformance.example' }: Body): Body => ({
  ...{ sessionId, domain, type: 'callError', error: 'RTP media timeout' },
});
const answered = ({ sessionId }: Body): Body => ({ sessionId, connectionId: 'c', callerParticipantId: 'p' });
const notified = ({ sessionId }: Body): Body => ({ sessionId, event: 'ringing', participantId: 'p', replyId: 'r' });

export const unwanted: readonly Mutant[] = [
  ...['callevent-caller-cancels', 'callevent-not-for-ivr'].map((slug) =>
    mutant(
      `callevent/unwanted-${slug.slice('callevent-'.length)}`,
      'callEvent comes where nobody is left to be asked about',
      slug,
      callback('sessionCompleted').besides('callEvent', event),
    ),
  ),
  mutant(
    'callevent/unwanted-none-left',
    'callEvent comes again and again where nobody is left to be asked about',
    'callevent-none-left',
    [callback('callAnswered').besides('callEvent', event), callback('sessionCompleted').besides('callEvent', event)],
    { scenarios: ['callevent/both-hang-up'] },
  ),
  mutant(
    'alarms/unwanted',
    'A call without a fault leads to an alarm',
    'alarms-never-for-good-call',
    callback('sessionCompleted').besides('alarm', alarm),
  ),
  mutant(
    'alarms/waited-for',
    'The next callback waits until a slow receiver has answered an alarm',
    'alarm-not-in-session-order',
    callback('getIvrCommand').nth(2).late(2000),
    { scenarios: ['alarms/slow-receiver'] },
  ),
  mutant(
    'callanswered/unwanted',
    'callAnswered comes for a call that nobody answered',
    'callanswered-not-before-answer',
    callback('sessionCompleted').besides('callAnswered', answered),
  ),
  mutant(
    'callnotify/unwanted',
    '100 leads to a callNotify',
    'callnotify-ringing-not-on-100',
    callback('sessionCompleted').besides('callNotify', notified),
  ),
  mutant(
    'answerremotecall/any-codec',
    'answerRemoteCall takes a codec that the API does not have',
    'answerremotecall-codec-unknown',
    rest('answerRemoteCall')
      .when(({ asked }) => asked?.body.codec === 'GSM')
      .status(200, { success: true }),
  ),
  mutant(
    'answerremotecall/codec-not-offered',
    'answerRemoteCall takes a codec that was not offered',
    'answerremotecall-codec-not-offered',
    rest('answerRemoteCall')
      .when(({ asked }) => asked?.body.codec === 'PCMA')
      .status(200, { success: true }),
  ),
];
