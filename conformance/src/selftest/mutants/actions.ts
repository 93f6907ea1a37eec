import { callback, mutant, rtp, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

const refusals = sip.response('INVITE', 300, 699);

export const actions: readonly Mutant[] = [
  mutant('actions/drop-unheeded', 'A call that is dropped is not refused', 'actions-drop', refusals.lose()),
  mutant(
    'actions/drop-decline-otherwise',
    'decline refuses with another status',
    'actions-drop-decline',
    refusals.status(500),
  ),
  mutant(
    'actions/drop-number-otherwise',
    'A number as dropCode refuses with another status',
    'actions-drop-number',
    refusals.when(({ status }) => ![400, 603, 699].includes(status)).status(500),
  ),
  mutant(
    'actions/drop-keeps-the-answered',
    'An answered party who is dropped gets no BYE',
    'actions-drop-code-callevent',
    sip.request('BYE').lose(),
  ),
  mutant(
    'actions/no-180',
    'Ringing is not relayed',
    'actions-ringback-none',
    sip.response('INVITE', 180).status(183, 'Session Progress'),
  ),
  mutant(
    'actions/monitor-stays',
    "The monitor's call goes on when the connection has ended",
    'actions-monitor-ends',
    sip.request('BYE').leg('callee').lose(),
  ),
  mutant(
    'actions/monitor-is-heard',
    'What the monitor says is heard',
    'actions-monitor-listen-only',
    rtp.toTarget.leg('callee', 2).to('callee', 1),
  ),
  mutant(
    'actions/monitor-failure-silences',
    'When a monitor fails nobody hears the other any more',
    'actions-monitor-failure-harmless',
    rtp.silence(),
  ),
  mutant(
    'alarms/no-final-response',
    'A caller whose newCall failed gets no final response',
    'alarms-newcall-failed-final-response',
    refusals.lose(),
  ),
  mutant(
    'callanswered/twice-for-a-connection',
    'callAnswered is sent while it rings',
    'callanswered-connection',
    callback('callNotify').besides('callAnswered', ({ sessionId }) => ({
      sessionId,
      connectionId: 'c',
      callerParticipantId: 'p',
    })),
    { scenarios: ['actions/call'] },
  ),
];
