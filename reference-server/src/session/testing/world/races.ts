/** Races by name: how far the calls are, and what comes at once from whom. */
import {
  after,
  alarmTaken,
  answer,
  call,
  commands,
  connect,
  device,
  inside,
  operate,
  operateBy,
  place,
  wrongAnswer,
} from './application.ts';
import { callComesIn, farEndMoves, onLeg } from './far-end.ts';
import { ivrRaces } from './ivr-races.ts';
import { on } from './kinds.ts';
import { threadDies } from './media.ts';
import {
  drop,
  dropped,
  first,
  greeted,
  held,
  late,
  type Race,
  recorded,
  remote,
  ringing,
  served,
  talking,
  toIvr,
} from './race.ts';
import type { World } from './world.ts';

export const races: Readonly<Record<string, Race>> = {
  'CANCEL against 200 of the callee': {
    setup: ringing,
    lanes: [
      on(0, 'CANCEL'),
      on(0, 'CANCEL against 200'),
      on(1, '200', 'BYE'),
      on(0, 'ACK'),
      [answer({}, 'callAnswered')],
    ],
    reason: first({
      'CANCEL on 0': 'cancelled',
      'CANCEL against 200 on 0': 'cancelled',
      'BYE on 1': 'calledPartyDrop',
    }),
  },
  'CANCEL against our own 200': {
    setup: [callComesIn(), answer({ action: 'ivr' })],
    lanes: [on(0, 'opened'), on(0, 'CANCEL'), on(0, 'CANCEL against 200'), on(0, 'ACK', 'BYE'), [after(500)]],
    reason: first({
      'CANCEL on 0': 'cancelled',
      'CANCEL against 200 on 0': 'cancelled',
      '500 s': 'maxDuration',
      'BYE on 0': 'callingPartyDrop',
    }),
  },
  'CANCEL against drop': {
    setup: [callComesIn()],
    lanes: [on(0, 'CANCEL'), [drop('newCall')], [wrongAnswer(0, 1)], [alarmTaken], [after(500)]],
    reason: first({
      'CANCEL on 0': 'cancelled',
      '500 s': 'maxDuration',
      'answer newCall {"action":"drop"}': 'rejected',
      'wrong answer 1 to 0': 'error',
    }),
  },
  'BYE of both sides at once': {
    setup: talking,
    lanes: [on(0, 'BYE'), on(1, 'BYE'), [dropped], on(0, 're-INVITE', 'held'), on(1, 'offer made')],
    reason: first({ 'BYE on 0': 'callingPartyDrop', 'BYE on 1': 'calledPartyDrop' }),
  },
  'hang-up while callAnswered waits': {
    setup: talking.slice(0, -1),
    lanes: [on(0, 'BYE'), on(1, 'BYE'), [answer({}, 'callAnswered'), dropped], [wrongAnswer(0, 0)], [after(500)]],
  },
  'hang-up while callEvent waits': {
    setup: [...talking, ...on(0, 'BYE')],
    lanes: [
      on(1, 'BYE'),
      [toIvr, answer(commands[0], 'getIvrCommand')],
      on(1, 'played'),
      [operate('hangupParticipant')],
      on(1, 're-INVITE', 'held'),
    ],
  },
  'split while a greeting plays': {
    setup: greeted,
    lanes: [
      [operateBy('splitConnection', 'callAnswered')],
      on(0, 'played'),
      on(1, 'played'),
      on(1, 'BYE'),
      [answer({}, 'callAnswered'), toIvr, dropped],
    ],
  },
  'split against BYE and hang-up': {
    setup: talking,
    lanes: [
      [operateBy('splitConnection', 'callAnswered')],
      on(0, 'BYE'),
      [operate('hangupParticipant', 0, 'participantId')],
      [dropped, toIvr],
      [answer(commands[7], 'getIvrCommand')],
    ],
  },
  'ivr after the caller went': late({ action: 'ivr' }),
  'call after the caller went': late({ ...call, ringbackTone: 'default' }),
  'httpcall after the caller went': late({ action: 'httpcall', ...device }),
  'drop after the caller went': late({ action: 'drop' }),
  'an operation against the end': {
    setup: talking,
    lanes: [
      [operateBy('hangupRemoteParticipant', 'callAnswered')],
      [operate('hangupRemoteParticipant', 0, 'participantId')],
      on(0, 'BYE'),
      [operateBy('startRecording', 'callAnswered'), operateBy('stopRecording', 'callAnswered')],
      [dropped],
      [recorded],
    ],
  },
  'two operations at once': {
    setup: talking,
    lanes: [
      [operate('hangupParticipant', 0, 'participantId')],
      [operate('hangupParticipant', 1, 'participantId')],
      [operateBy('splitConnection', 'callAnswered')],
      [operateBy('hangupRemoteParticipant', 'callAnswered')],
      [dropped],
    ],
  },
  'glare of re-INVITEs against split': {
    setup: talking,
    lanes: [
      on(0, 're-INVITE', 'held'),
      [...on(1, 'offer made', 're-INVITE gets 491'), after(5)],
      on(1, 're-INVITE'),
      [operateBy('splitConnection', 'callAnswered')],
    ],
  },
  'a refused re-INVITE against BYE': {
    setup: held,
    lanes: [
      on(1, 're-INVITE gets 488', 'BYE'),
      on(1, 're-INVITE gets 481'),
      on(0, 'BYE'),
      [alarmTaken],
      on(0, 're-INVITE', 'updated'),
    ],
  },
  'to a device during a re-INVITE': {
    setup: [...held, ...on(0, 'BYE')],
    lanes: [
      [answer({ action: 'httpcall', ...device }, 'callEvent')],
      [...on(1, 're-INVITE gets 491'), after(5), ...on(1, 're-INVITE gets 200')],
      on(1, 're-INVITE gets 200', 're-INVITE gets 488'),
      on(1, 'BYE'),
    ],
  },
  'to a device during a re-INVITE of the far end': {
    setup: [...talking, ...on(0, 'BYE')],
    lanes: [
      [answer({ action: 'httpcall', ...device }, 'callEvent')],
      on(1, 're-INVITE', 'updated'),
      on(1, 're-INVITE without SDP', 'offer made', 'ACK'),
      on(1, 're-INVITE gets 200', 'late update'),
    ],
  },
  'the monitor ends during a greeting': {
    setup: [...greeted, ...on(2, 'opened')],
    lanes: [on(2, '200', 'BYE'), on(2, '486'), on(0, 'played'), on(1, 'played', 'BYE'), on(2, 'media broke')],
  },
  'the end of a recording against the end of the call': {
    setup: [...talking, operateBy('startRecording', 'callAnswered')],
    lanes: [
      [operateBy('stopRecording', 'callAnswered'), operateBy('startRecording', 'callAnswered')],
      [recorded, recorded],
      on(0, 'BYE'),
      [dropped],
      [after(61)],
    ],
  },
  'a participant handed over against the end of both': {
    setup: [...served, answer(commands[0], 'getIvrCommand'), callComesIn()],
    lanes: [[connect(0, 0)], on(1, 'CANCEL'), on(0, 'BYE'), on(0, 'played'), on(1, 'opened', 'ACK')],
  },
  'a participant who arrives when the one who asked is gone': {
    setup: [...served, answer(commands[0], 'getIvrCommand'), callComesIn()],
    lanes: [[inside(onLeg(farEndMoves, 'CANCEL', 1))], [connect(0, 0)], on(0, 'BYE'), [alarmTaken], on(0, 'played')],
  },
  'two sessions that ask for each other': {
    setup: [
      ...served,
      callComesIn(),
      answer({ action: 'ivr' }, 'newCall'),
      ...on(1, 'opened', 'ACK'),
      callComesIn(),
      callComesIn(),
    ],
    lanes: [[connect(0, 0)], [connect(1, 1)], [connect(0, 1)], on(2, 'CANCEL'), on(0, 'BYE')],
  },
  'the callee answers when maxRingTime is over': {
    setup: ringing,
    lanes: [[after(20)], on(1, '200', 'BYE'), on(1, '487'), on(1, 'no CANCEL answer'), [toIvr], on(0, 'CANCEL')],
  },
  'the callee answers while its CANCEL is on its way': {
    setup: ringing,
    lanes: [[inside(onLeg(farEndMoves, '200', 1))], on(0, 'CANCEL'), [after(20)], on(1, '487'), on(1, 'BYE')],
  },
  'late answers to callEvent after a split': {
    setup: [...talking, operateBy('splitConnection', 'callAnswered')],
    lanes: [[toIvr], [connect(0, 0)], [connect(0, 1)], [dropped], on(0, 'BYE')],
  },
  'hold and resumption against the re-INVITEs that tell of them': {
    setup: talking,
    lanes: [on(0, 're-INVITE', 'held', 'UPDATE', 'updated'), on(1, 'offer made', 're-INVITE gets 200'), on(1, 'BYE')],
  },
  ...ivrRaces,
  'an answer of the callee against the end of its session timer': {
    setup: [place('placeIvrCall'), ...on(0, 'opened', '180')],
    lanes: [on(0, '200', 'expired'), on(0, '486'), [after(20)], on(0, '487'), [answer({})], [alarmTaken]],
  },
  'alarms that nobody took at the end': {
    setup: [...served, answer(commands[0], 'getIvrCommand')],
    lanes: [
      on(0, 'bad phrase'),
      on(0, 'no RTP'),
      [alarmTaken, alarmTaken],
      on(0, 'BYE'),
      [answer(commands[7], 'getIvrCommand')],
    ],
  },
  'a remote call answered against hangupcall': {
    setup: remote,
    lanes: [
      [operateBy('answerRemoteCall', 'newRemoteCall', device)],
      [operateBy('hangupCall', 'newRemoteCall')],
      on(0, 'CANCEL'),
      on(0, 'ACK', 'BYE'),
      [answer({}, 'newRemoteCall')],
      [after(60)],
    ],
  },
  'a remote call placed against hangupcall': {
    setup: [place('placeRemoteCall'), ...on(0, '180')],
    lanes: [
      on(0, '200', 're-INVITE'),
      [operateBy('hangupCall', 'callNotify')],
      on(0, '486'),
      on(0, '487'),
      [after(60)],
      [answer({})],
    ],
  },
  'the emergency fallback against CANCEL': {
    settings: { emergencyFallback: { mode: 'onError', address: 'sip:sos@fallback.example' } },
    setup: [callComesIn()],
    lanes: [[wrongAnswer(0, 0)], on(0, 'CANCEL'), on(0, 'opened', 'ACK'), on(1, 'opened', '200'), [alarmTaken]],
    reason: (happened) => (happened.includes('CANCEL on 0') ? 'cancelled' : undefined),
  },
  'the media thread dies in a recorded call': {
    setup: [...talking, operateBy('startRecording', 'callAnswered')],
    lanes: [[threadDies], on(0, 'BYE'), on(1, 'BYE'), [toIvr, answer(commands[0])], [alarmTaken]],
  },
  '200 without ACK against BYE of the callee': {
    setup: talking.slice(0, 5),
    lanes: [
      on(1, '200', 'BYE'),
      on(0, 'no ACK'),
      on(0, 'ACK'),
      [answer({ ...call, ringbackTone: 'default' }, 'callEvent')],
      on(2, 'opened', '180'),
    ],
  },
};

export const reasonsOf = (world: World): readonly string[] =>
  world.ports.callbacks.sent.filter(({ name }) => name === 'sessionCompleted').map(({ body }) => String(body.reason));
