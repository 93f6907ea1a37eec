/** JSON that an application answers and should not have: each with what it leads to (D-BADANSWER, D-ALARM). */
import { loadOpenApi, validateCallbackAnswer } from '@mediaservice/spec';
import type { Json } from '../../session/json.ts';
import { injections } from './injections.ts';
import type { Outcome } from './situations.ts';

export type Asking = 'newCall' | 'callEvent' | 'getIvrCommand' | 'getCallIdentifier' | 'newRemoteCall';

interface WrongBody {
  readonly callback: Asking;
  readonly name: string;
  readonly body: Json;
  readonly outcome: Outcome;
  /** Found in `errorDetails`. */
  readonly tells?: string | undefined;
  /** One name for several rows of a kind, for readers. */
  readonly kind?: string | undefined;
}

type Family = 'newCall' | 'callEvent';
const refusal = { newCall: 480, callEvent: 'BYE' } as const;
/** The alarms of the two callbacks that ask for an action. */
const errors = {
  newCall: {
    failed: 'newCallEventError: newCall request failed',
    unknown: 'newCallEventError: newCall response with unknown action',
    none: 'newCallEventError: newCall response without action',
  },
  callEvent: {
    failed: 'callEventError: No response to callEvent request',
    unknown: 'callEventError: callEvent response with unknown action',
    none: 'callEventError: No action provided in callEvent response',
  },
} as const;

const dest = 'sip:bob@callee.example';
const call = { action: 'call', destAddr: dest };
const device = { action: 'httpcall', codec: 'PCMU', receiveIp: '192.0.2.5', receivePort: 30_000 };
type Row = readonly [name: string, body: Json, tells?: string, kind?: string];

/** No action that there is, whatever its type. */
const unknown: readonly Row[] = [
  ['an unknown action', { action: 'dance' }, 'dance'],
  ['an action in other letters', { action: 'IVR' }],
  ['an action with a space', { action: 'ivr ' }],
  ['a number as action', { action: 5 }, '5'],
  ['true as action', { action: true }],
  ['an action in an array', { action: ['drop'] }],
  ['an object as action', { action: { name: 'ivr' } }],
  ['the name of a method as action', { action: 'constructor' }],
];

const none: readonly Row[] = [
  ['an empty object', {}],
  ['null as action', { action: null }],
  ['an empty action', { action: '' }],
  ['an action under another name', { Action: 'ivr' }],
  ['an array', [{ action: 'ivr' }]],
  ['a text', 'ivr'],
  ['a number', 5],
  ['true', true],
  ['null', null],
];

/** An action that lacks what it needs, or has it out of its range. */
const unusable: readonly Row[] = [
  ['call without destAddr', { action: 'call' }, 'destAddr'],
  ['call with an empty destAddr', { ...call, destAddr: '' }, 'destAddr'],
  ['connect without participantId', { action: 'connect' }, 'participantId'],
  ['connect with nobody', { action: 'connect', participantId: 'nobody' }],
  ['httpcall without codec', { ...device, codec: undefined } as never, 'codec'],
  ['httpcall without receiveIp', { ...device, receiveIp: undefined } as never, 'receiveIp'],
  ['httpcall without receivePort', { ...device, receivePort: undefined } as never, 'receivePort'],
  ['httpcall to port 0', { ...device, receivePort: 0 }, '/receivePort'],
  ['httpcall to port 65536', { ...device, receivePort: 65_536 }, '/receivePort'],
  ['httpcall to port 1.5', { ...device, receivePort: 1.5 }, '/receivePort'],
  ['httpcall to a name', { ...device, receiveIp: 'device.example' }, '/receiveIp'],
  ['httpcall to 10.0.0.999', { ...device, receiveIp: '10.0.0.999' }],
  ['httpcall to half an IPv6 address', { ...device, receiveIp: '2001:db8' }],
  ['httpcall in G729', { ...device, codec: 'G729' }, '/codec'],
  ['maxRingTime below 0', { ...call, maxRingTime: -1 }, '/maxRingTime'],
  ['an unknown playMode', { ...call, greeting: { playMode: 'both' } }, '/greeting/playMode'],
  [
    'an unknown phrase in a greeting',
    { ...call, greeting: { caller: { phrases: [{ format: 'tape' }] } } },
    '/greeting/caller/phrases/0/format',
  ],
  ['a recording outside the storage', { ...call, callRecording: true, recordingFileName: '../a.wav' }],
  ['a recording in another directory', { ...call, callRecording: true, recordingFileName: 'a/b.wav' }],
  ['a recording without extension', { ...call, callRecording: true, recordingFileName: 'a' }, 'recordingFileName'],
  ['a recording as text file', { ...call, callRecording: true, recordingFileName: 'a.txt' }, 'recordingFileName'],
  ['a recording with a long name', { ...call, callRecording: true, recordingFileName: `${'a'.repeat(300)}.wav` }],
  ['a header to copy that is no X- or P-', { ...call, copyHeaders: ['Via'] }, '/copyHeaders/0'],
  ['Via among xHeaders', { ...call, xHeaders: { Via: 'SIP/2.0/UDP evil' } }],
  ['an X- name among pHeaders', { ...call, pHeaders: { 'x-a': 'b' } }],
  ['X- alone as name', { ...call, xHeaders: { 'X-': 'b' } }],
  ['null as a header', { ...call, xHeaders: { 'x-a': null } }],
  ['an object as a header', { ...call, xHeaders: { 'x-a': {} } }],
];

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
}

/** A value that the schema refuses, for every property that has a type. */
const wrongTypes = (name: 'newCall' | 'callEvent' | 'getIvrCommand', base: Readonly<Record<string, Json>>) => {
  const schema = name === 'getIvrCommand' ? 'GetIvrCommandAnswer' : 'ActionAnswer';
  const { components } = loadOpenApi() as unknown as Document;
  const properties = components.schemas[schema]?.properties ?? {};
  const candidates: readonly Json[] = [{ wrong: 1 }, [1], 'wrong', 5, true];
  // What has an alarm of its own is not among them.
  const others = new Set(['/action', '/dropCode', '/sessionReferenceId']);
  return Object.keys(properties).flatMap((key): readonly Row[] => {
    const wrong = candidates.filter((value) =>
      validateCallbackAnswer(name, { ...base, [key]: value }).some(
        ({ pointer }) => !others.has(pointer) && !pointer.startsWith('/phrases/'),
      ),
    );
    return wrong.map(
      (value): Row => [
        `${JSON.stringify(value)} as ${key}`,
        { ...base, [key]: value },
        `/${key}`,
        `another type as ${key}`,
      ],
    );
  });
};

/** Addresses that no call can go to: told in the alarm's error itself. */
const addresses = [
  'nowhere',
  'tel:+4689',
  'mailto:bob@callee.example',
  'http://callee.example',
  'sip:',
  'sip:bob@',
  'sip:bob@callee.example:0',
  'sip:bob@callee.example:65536',
  'sip:bob@callee.example port',
  'sip:bob@callee.example\r\nEvil: yes',
  'sip:bob@callee.example\n',
  'sip:bob\0@callee.example',
  'sip:bob@callee.example?X-Evil=yes',
  'sip:bob@callee.example;lr?Route=%3Csip:eve%3E',
  'sip:bob@callee.example;method=BYE',
  'sip:bob@callee.example;lr;METHOD=REFER',
  'sip:bob%zz@callee.example',
  'sip:bob@callee.example;a=%',
  'sip:bob@callee.example>,<sip:eve@callee.example',
];

const dropCodes: readonly Json[] = [
  'lunch',
  'Busy',
  200,
  399,
  700,
  486.5,
  -1,
  '4e2',
  '0x1f4',
  '486.0',
  ' 486',
  '99',
  true,
];

const failing = (callback: Family, error: string, rows: readonly Row[]): readonly WrongBody[] =>
  rows.map(([name, body, tells, kind]) => ({
    callback,
    name,
    tells,
    kind,
    // As it arrives: without what is not defined.
    body: JSON.parse(JSON.stringify(body)),
    outcome: { alarms: [error], sip: refusal[callback], called: [] },
  }));

const actionBodies = (callback: Family): readonly WrongBody[] => [
  ...failing(callback, errors[callback].unknown, unknown),
  ...failing(callback, errors[callback].none, none),
  ...failing(callback, errors[callback].failed, [
    ...unusable,
    ...injections.map(({ name, more, tells, kind }): Row => [name, { ...call, ...more }, tells, kind]),
    ...wrongTypes(callback, call),
  ]),
  ...addresses.flatMap((address) =>
    failing(callback, `callEventError: Invalid sip address: ${address}`, [
      [`a call to ${JSON.stringify(address)}`, { ...call, destAddr: address }],
    ]),
  ),
  ...dropCodes.map(
    (dropCode): WrongBody => ({
      callback,
      name: `drop with ${JSON.stringify(dropCode)}`,
      body: { action: 'drop', dropCode },
      outcome: { alarms: [errors[callback].unknown], sip: callback === 'newCall' ? 603 : 'BYE', called: [] },
      tells: 'dropCode',
    }),
  ),
  {
    callback,
    name: 'a monitor that is nowhere',
    body: { ...call, monitorDestAddr: 'nowhere' },
    outcome: { alarms: ['callEventError: Invalid sip address: nowhere'], sip: 'goes on', called: [dest] },
  },
];

const ivr = (error: string, rows: readonly Row[], sip: Outcome['sip'] = 'BYE'): readonly WrongBody[] =>
  rows.map(([name, body, tells, kind]) => ({
    callback: 'getIvrCommand',
    name,
    tells,
    kind,
    body,
    outcome: { alarms: [`ivrCommandError: ${error}`], sip, called: [] },
  }));

const ivrBodies: readonly WrongBody[] = [
  ...ivr('getIvrCommand request error', [
    ['an array', [{ hangup: true }]],
    ['a text', 'hangup'],
    ['a number', 5],
    ['true', true],
    ['null', null],
    ['getIVRCommandAfter below 0', { getIVRCommandAfter: -1 }, '/getIVRCommandAfter'],
    ['maxDigits 0', { dtmf: { maxDigits: 0 } }, '/dtmf/maxDigits'],
    ['maxDigits 1.5', { dtmf: { maxDigits: 1.5 } }, '/dtmf/maxDigits'],
    ['maxDigits as text', { dtmf: { maxDigits: '3' } }, '/dtmf/maxDigits'],
    ['firstTimeout below 0', { dtmf: { firstTimeout: -1 } }, '/dtmf/firstTimeout'],
    ['betweenTimeout as text', { dtmf: { betweenTimeout: '3' } }, '/dtmf/betweenTimeout'],
    ['a terminationKey that no telephone has', { dtmf: { terminationKey: 'E' } }, '/dtmf/terminationKey'],
    ['a terminationKey as number', { dtmf: { terminationKey: 1 } }, '/dtmf/terminationKey'],
    ['encryption without type', { dtmf: { maxDigits: 1, encryption: { salt: 'a' } } }, '/dtmf/encryption/type'],
    ['encryption that is unknown', { dtmf: { maxDigits: 1, encryption: { type: 'sha1' } } }, '/dtmf/encryption/type'],
    ['a background from ftp', { backgroundPrompt: { url: 'ftp://a/b.wav' }, hangup: true }, '/backgroundPrompt/url'],
    ['a background below the storage', { backgroundPrompt: { fileName: '../a.wav' }, hangup: true }],
    ['repeatPause below 0', { backgroundPrompt: { fileName: 'a.wav', repeatPause: -1 }, hangup: true }],
    ['an unknown bargeIn', { bargeIn: 'first', hangup: true }, '/bargeIn'],
    ['more phrases than a command may have', { phrases: Array.from({ length: 400_000 }, () => 1) }, 'phrases'],
    ...wrongTypes('getIvrCommand', { hangup: true }),
  ]),
  ...ivr('IVR command failed', [
    ['an empty object', {}, 'nothing to wait for'],
    ['nothing that is known', { play: 'a.wav' }, 'nothing to wait for'],
    ['no phrases', { phrases: [] }, 'nothing to wait for'],
    ['getIVRCommandAfter 0', { getIVRCommandAfter: 0 }, 'nothing to wait for'],
    ['nothing but a flush', { dtmf: { flush: true } }, 'nothing to wait for'],
    ['the sessionId of another', { sessionId: '00000000-0000-4000-8000-999999999999', hangup: true }, 'sessionId'],
    ['the replyId of another', { replyId: 'reply-0', hangup: true }, 'replyId'],
    ['a replyId that is forged', { replyId: 'eyJhbGciOiJub25lIn0.e30.', hangup: true }, 'replyId'],
  ]),
  ...ivr(
    'phraseError',
    [
      ['a number as phrase', { phrases: [5], getIVRCommandAfter: 60 }, '"phrase":0'],
      ['a phrase without format', { phrases: [{}], getIVRCommandAfter: 60 }, 'format'],
      ['an unknown format', { phrases: [{ format: 'tape' }], getIVRCommandAfter: 60 }, 'format'],
      ['a file without fileName', { phrases: [{ format: 'file' }], getIVRCommandAfter: 60 }, 'fileName'],
      ['a file with null as name', { phrases: [{ format: 'file', fileName: null }], getIVRCommandAfter: 60 }],
      ['a url without url', { phrases: [{ format: 'url' }], getIVRCommandAfter: 60 }, 'url'],
      ['a url of ftp', { phrases: [{ format: 'url', url: 'ftp://a/b.wav' }], getIVRCommandAfter: 60 }, '/url'],
      [
        'speech without text',
        { phrases: [{ format: 'awstts', awsTTSParameters: {} }], getIVRCommandAfter: 60 },
        'Text',
      ],
      ['speech without parameters', { phrases: [{ format: 'googletts' }], getIVRCommandAfter: 60 }],
      ['a recording below the storage', { phrases: [{ format: 'record' }], getIVRCommandAfter: 60 }, 'fileName'],
    ],
    'goes on',
  ),
];

/** Failed like newCall, but without an alarm (D-BADANSWER). */
const silent = (callback: 'getCallIdentifier' | 'newRemoteCall', rows: readonly Row[]): readonly WrongBody[] =>
  rows.map(([name, body]) => ({ callback, name, body, outcome: { alarms: [], sip: 480, called: [] } }));

const notObjects: readonly Row[] = none.slice(-5);

export const wrongBodies: readonly WrongBody[] = [
  ...actionBodies('newCall'),
  ...actionBodies('callEvent'),
  ...ivrBodies,
  ...silent('getCallIdentifier', [
    ...notObjects,
    ['a number as sessionId', { sessionId: 5 }],
    ['the sessionId of another', { sessionId: '00000000-0000-4000-8000-999999999999', sessionReferenceId: 1 }],
  ]),
  ...silent('newRemoteCall', notObjects),
];
