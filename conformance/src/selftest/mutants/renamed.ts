/** Properties under another name, their values untouched: on the way out, and as the target reads what it is given. */
import type { HttpWire } from '../dsl/http.ts';
import { callback, mutant, rest } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

type Renaming = readonly [
  slug: string,
  wire: HttpWire,
  what: string,
  pointer: string,
  name: string,
  ...scenarios: readonly string[],
];

const success = rest('*').when(({ status }) => status === 200);
const refusal = rest('*').when(({ status }) => status >= 400);

const told: readonly Renaming[] = [
  [
    'newcall-called-party',
    callback('newCall'),
    'newCall',
    '/calledParty',
    'calledNumber',
    'newcall/tells-who-calls-whom',
  ],
  ['newcall-calling-party-from-from', callback('newCall'), 'newCall', '/callingParty', 'callerParty'],
  ['newremotecall-destination-uri', callback('newRemoteCall'), 'newRemoteCall', '/destinationUri', 'destinationURI'],
  ['newremotecall-remote-rtp-port', callback('newRemoteCall'), 'newRemoteCall', '/remoteRtpPort', 'rtpPort'],
  ['getivrcommand-dtmf-match', callback('getIvrCommand'), 'getIvrCommand', '/dtmfParams/dtmfMatch', 'match'],
  ['getivrcommand-reply-id-present', callback('getIvrCommand'), 'getIvrCommand', '/replyId', 'replyID'],
  [
    'callanswered-connection-id',
    callback('callAnswered'),
    'callAnswered',
    '/connectionId',
    'connection',
    'callanswered/outbound-ivr-call',
  ],
  ['callnotify-participant-id', callback('callNotify'), 'callNotify', '/participantId', 'participant'],
  [
    'callevent-participant-id',
    callback('callEvent'),
    'callEvent',
    '/participantId',
    'participant',
    'callevent/caller-hangs-up',
  ],
  ['recordingready-file-name', callback('recordingReady'), 'recordingReady', '/recordingFileName', 'fileName'],
  [
    'sessioncompleted-reason-present',
    callback('sessionCompleted'),
    'sessionCompleted',
    '/reason',
    'endReason',
    'sessioncompleted/caller-hangs-up',
  ],
  [
    'sessioncompleted-duration-present',
    callback('sessionCompleted'),
    'sessionCompleted',
    '/sessionDuration',
    'duration',
    'sessioncompleted/caller-hangs-up',
  ],
  ['alarm-error', callback('alarm'), 'alarm', '/error', 'errorText', 'alarms/newcall-connection-broken'],
  ['rest-general-answers-success-true', success, 'An answer of the REST API', '/success', 'ok', 'placeivrcall/invite'],
  ['rest-general-error-shape', refusal, 'A refusal of the REST API', '/error', 'reason', 'rest-general/unsigned-token'],
];

const read: readonly Renaming[] = [
  [
    'newcall-answer-reference',
    callback('newCall').answer,
    'the answer to newCall',
    '/sessionReferenceId',
    'reference',
    'rest-general/reference-number',
  ],
  [
    'getivrcommand-answer-phrases',
    callback('getIvrCommand').answer,
    'the answer to getIvrCommand',
    '/phrases',
    'prompts',
  ],
  ['getivrcommand-answer-hangup', callback('getIvrCommand').answer, 'the answer to getIvrCommand', '/hangup', 'hangUp'],
  [
    'placeivrcall-sip-from',
    rest('placeIvrCall').request,
    'what placeIvrCall is asked',
    '/sipFrom',
    'from',
    'placeivrcall/invite',
  ],
  [
    'placeivrcall-sends-invite',
    rest('placeIvrCall').request,
    'what placeIvrCall is asked',
    '/destAddr',
    'destination',
    'contracts/placeivrcall',
  ],
  [
    'placeremotecall-from-user',
    rest('placeRemoteCall').request,
    'what placeRemoteCall is asked',
    '/sourceUser',
    'user',
  ],
  [
    'startrecording-file-name',
    rest('startRecording').request,
    'what startRecording is asked',
    '/recordingFileName',
    'name',
  ],
];

const nameOf = (pointer: string): string => pointer.split('/').at(-1) ?? pointer;

/** A required property that is not there under its name breaks the schema, and that may be how it is noticed. */
const renaming = ([slug, wire, , pointer, name, ...scenarios]: Renaming, title: string): Mutant =>
  mutant(`renamed/${slug}`, title, slug, wire.rename(pointer, name), {
    schema: pointer,
    ...(scenarios.length > 0 && { scenarios }),
  });

export const renamed: readonly Mutant[] = [
  ...told.map((one) => renaming(one, `${one[2]} has its ${nameOf(one[3])} under the name ${one[4]}`)),
  ...read.map((one) => renaming(one, `${nameOf(one[3])} in ${one[2]} is looked for under the name ${one[4]}`)),
];
