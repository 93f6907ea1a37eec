import { callback, mutant, rtp, sip } from '../dsl/index.ts';
import type { Mutant, Rewrite } from '../types.ts';

const loud = (pcm: Int16Array): boolean => pcm.some((one) => Math.abs(one) > 1000);

/** What a party says in the first leg of these is noticed, and changes what is heard in the second. */
const speaks = 'the monitor speaks';

const drops: readonly Mutant[] = [
  mutant(
    'actions/drop-answers',
    'A call that is to be dropped is answered',
    'actions-drop',
    sip.response('INVITE', 300, 699).status(200, 'OK'),
    { scenarios: ['actions/drop-codes-differ'] },
  ),
  mutant(
    'actions/drop-code-unheeded',
    'Whatever dropCode says, the refusal is 603',
    'actions-drop-code',
    sip.response('INVITE', 300, 699).status(603, 'Decline'),
    { scenarios: ['actions/drop-codes-differ'] },
  ),
  mutant(
    'actions/drop-decline-as-busy',
    'decline refuses with 600',
    'actions-drop-decline',
    sip.response('INVITE', 603).status(600, 'Busy Everywhere'),
  ),
  mutant(
    'actions/drop-number-rounded',
    'A number as dropCode is taken for the class of the status',
    'actions-drop-number',
    sip.response('INVITE', 410).status(400, 'Bad Request'),
  ),
  mutant(
    'actions/drop-keeps-the-answered',
    'An answered party who is dropped with a dropCode gets no BYE',
    'actions-drop-code-callevent',
    sip.request('BYE').leg('caller').answer(200, 'OK'),
  ),
];

const monitors: readonly Mutant[] = [
  mutant(
    'actions/monitor-stays',
    "The monitor's call goes on when the connection has ended",
    'actions-monitor-ends',
    sip.request('BYE').leg('callee').answer(200, 'OK'),
    { scenarios: ['actions-media/monitor-of-left'] },
  ),
  mutant(
    'actions/monitor-rings-on',
    'A monitor who rings goes on ringing when the connection has ended',
    'actions-monitor-ends',
    sip.request('CANCEL').leg('callee').answer(200, 'OK'),
    { scenarios: ['actions-media/monitor-of-left-rings'] },
  ),
  mutant(
    'actions/monitor-is-heard',
    'The caller hears the monitor',
    'actions-monitor-listen-only',
    [
      rtp.toTarget.leg('callee', 2).samples((pcm, _packet, memory) => {
        if (loud(pcm)) memory.set(speaks, true);
        return pcm;
      }),
      rtp
        .leg('caller')
        .samples((pcm, { timestamp }, memory) =>
          memory.has(speaks)
            ? pcm.map((_one, i) => 8000 * Math.sin((2 * Math.PI * 1900 * (timestamp + i)) / 8000))
            : pcm,
        ),
    ],
    { scenarios: ['actions-media/monitor-listens'] },
  ),
  mutant(
    'actions/monitor-refusal-silences',
    'When a monitor refuses, the parties hear each other no more',
    'actions-monitor-failure-harmless',
    afterwards(
      sip.response('INVITE', 486).toTarget.edit((_message, _passage, memory) => {
        memory.set('gone', true);
        return undefined;
      }),
    ),
    { scenarios: ['actions-media/monitor-refuses'] },
  ),
  mutant(
    'actions/monitor-end-silences',
    'When a monitor hangs up, the parties hear each other no more',
    'actions-monitor-failure-harmless',
    afterwards(
      sip
        .request('BYE')
        .toTarget.leg('callee', 2)
        .edit((_message, _passage, memory) => {
          memory.set('gone', true);
          return undefined;
        }),
    ),
    { scenarios: ['actions-media/monitor-hangs-up'] },
  ),
];

/** Silence in all legs from the moment on at which `noticed` has written down that somebody is gone. */
function afterwards(noticed: Rewrite): readonly Rewrite[] {
  return [noticed, rtp.samples((pcm, _packet, memory) => (memory.has('gone') ? pcm.map(() => 0) : pcm))];
}

const calls: readonly Mutant[] = [
  mutant(
    'actions/calls-another',
    'call calls another user than that of destAddr',
    'actions-call',
    sip
      .request('INVITE')
      .initial()
      .leg('callee')
      .changing((message) => {
        message.start = message.start.replace(/sip:[^@ ]*@/, 'sip:other@');
      }),
    { scenarios: ['actions/call'] },
  ),
  mutant('actions/one-way', 'The caller does not hear whom it is connected with', 'actions-call-two-way-audio', [
    rtp.leg('caller').silence(),
  ]),
  mutant(
    'actions/answered-while-it-rings',
    'The caller is answered while the called party rings',
    'actions-call-caller-answered-with-callee',
    sip.response('INVITE', 180).leg('caller').status(200, 'OK'),
    { scenarios: ['actions/call'] },
  ),
  mutant(
    'actions/connect-in-the-old-connection',
    'connect joins the two in the connection of the one who waited',
    'actions-connect',
    callback('callAnswered').json((json, { body }, memory) => {
      const first = memory.get('connection') ?? body.connectionId;
      memory.set('connection', first);
      return { ...Object(json), connectionId: first };
    }),
    { scenarios: ['actions/connect'] },
  ),
  mutant(
    'actions/rings-too-long',
    'A called party is given up three seconds after maxRingTime',
    'actions-max-ring-time',
    sip.request('CANCEL').leg('callee').late(3000),
    { scenarios: ['callevent/nobody-answers'] },
  ),
  mutant(
    'actions/bye-in-place-of-cancel',
    'A called party who rings too long gets BYE',
    'actions-max-ring-time-cancel',
    sip
      .request('CANCEL')
      .leg('callee')
      .changing((message) => {
        message.start = message.start.replace('CANCEL', 'BYE');
        message.set('CSeq', message.get('CSeq')?.replace('CANCEL', 'BYE'));
      }),
    { scenarios: ['callevent/nobody-answers'] },
  ),
  mutant(
    'actions/httpcall-elsewhere',
    'httpcall names another port than that of the device',
    'actions-httpcall',
    sip
      .request('INVITE')
      .inDialog()
      .leg('caller')
      .sdp((line) => line.replace(/^m=audio \d+/, 'm=audio 8')),
    { scenarios: ['actions/httpcall-after-event'] },
  ),
  mutant(
    'actions/httpcall-gsm-as-pcmu',
    'httpcall with GSM answers with the first codec of the offer',
    'actions-httpcall-gsm',
    sip
      .response('INVITE', 200)
      .withSdp()
      .sdp((line) => line.replace(/^(m=audio \d+ \S+) 3\b/, '$1 0')),
    { scenarios: ['actions/httpcall-gsm'] },
  ),
  mutant(
    'actions/httpcall-gsm-told-wrongly',
    'callAnswered after httpcall with GSM names PCMU',
    'actions-httpcall-gsm',
    callback('callAnswered').set('/codec', 'PCMU'),
    { scenarios: ['actions/httpcall-gsm'] },
  ),
  mutant(
    'actions/httpcall-told-wrongly',
    'callAnswered after httpcall names another port of the far end',
    'actions-httpcall-callanswered',
    callback('callAnswered')
      .when(({ body }) => body.codec !== undefined)
      .change('/remoteRtpPort', (was) => Number(was) + 2),
    { scenarios: ['actions/httpcall-after-event'] },
  ),
  mutant(
    'actions/drop-asks-the-ivr',
    'A call that is dropped is asked for a command of the IVR besides',
    'actions-drop-never-answers',
    callback('sessionCompleted').besides('getIvrCommand', ({ sessionId, sessionReferenceId }) => ({
      ...{ sessionId, sessionReferenceId, ivrServer: '127.0.0.1', replyId: 'r' },
    })),
    { scenarios: ['actions/drop-never-answers'] },
  ),
];

export const actions: readonly Mutant[] = [
  ...drops,
  ...calls,
  ...monitors,
  mutant(
    'actions/early-media-unasked',
    'Without ringbackTone a 183 goes out beside the 180',
    'actions-ringback-none',
    sip
      .response('INVITE', 180)
      .leg('caller')
      .edit((message) => {
        const progress = message.copy();
        progress.start = 'SIP/2.0 183 Session Progress';
        return { also: [progress] };
      }),
  ),
  mutant(
    'alarms/no-failure',
    'A caller whose newCall failed is told that the call is answered',
    'alarms-newcall-failed-final-response',
    sip.response('INVITE', 480).status(200, 'OK'),
    { scenarios: ['alarms/newcall-status-500'] },
  ),
  mutant(
    'callanswered/while-it-rings',
    'callAnswered is sent while it rings',
    'callanswered-connection',
    callback('callNotify').besides('callAnswered', ({ sessionId }) => ({
      ...{ sessionId, connectionId: 'c', callerParticipantId: 'p', calleeParticipantId: 'q' },
      ...{ replyId: 'r', callingPartyNumber: '1', remotePartyNumber: '2' },
    })),
    { scenarios: ['actions/call'] },
  ),
];
