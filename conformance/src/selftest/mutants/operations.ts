/** What operations do to calls, files and headers. */
import { callback, mutant, rest, rtp, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';
import type { HttpMessage } from '../wires/http-message.ts';

const taken = { success: true };
const noBye = sip.request('BYE').lose();
const noCancel = sip.request('CANCEL').lose();
const idle = (operation: string) => rest(operation).request.fate({ answer: { status: 200, json: taken } });
/** A refusal of a request like this is turned into a success. */
const takes = (operation: string, like: (body: Readonly<Record<string, unknown>>) => boolean) =>
  rest(operation)
    .when((answer: HttpMessage) => answer.status >= 400 && like(answer.asked?.body ?? {}))
    .status(200, taken);
const nameless = (body: Readonly<Record<string, unknown>>): boolean =>
  body.replyId === undefined && body.participantId === undefined && body.connectionId === undefined;

export const operationMutants: readonly Mutant[] = [
  mutant('hangupcall/no-bye', 'hangupCall sends no BYE', 'hangupcall-ends-call', noBye),
  mutant(
    'hangupcall/declined-otherwise',
    'A call that is hung up before its answer is declined with another status',
    'hangupcall-before-answer-603',
    sip.response('INVITE', 300, 699).status(500),
  ),
  mutant(
    'hangupcall/no-cancel',
    'hangupCall of a ringing call sends no CANCEL',
    'hangupcall-outbound-ringing',
    noCancel,
  ),
  mutant('hangupparticipant/no-bye', 'The caller in the IVR gets no BYE', 'hangupparticipant-ivr-ends-call', noBye),
  mutant('hangupparticipant/no-cancel', 'A ringing leg gets no CANCEL', 'hangupparticipant-ringing-cancel', noCancel),
  mutant(
    'hangupremoteparticipant/no-cancel',
    'A ringing counterpart gets no CANCEL',
    'hangupremoteparticipant-ringing-cancel',
    noCancel,
  ),
  mutant(
    'hangupremoteparticipant/unknown-taken',
    'A participantId of nobody is taken',
    'hangupremoteparticipant-unknown-participant',
    takes('hangupRemoteParticipant', (body) => body.participantId !== undefined),
  ),
  mutant(
    'hangupremoteparticipant/nameless-taken',
    'A body that names nobody is taken',
    'hangupremoteparticipant-nothing-named',
    takes('hangupRemoteParticipant', nameless),
  ),
  mutant(
    'ivr-loop/two-at-once',
    'getIvrCommand is sent twice',
    'ivr-loop-one-at-a-time',
    callback('getIvrCommand').double(),
  ),
  mutant(
    'ivr-loop/asks-after-hangup',
    'getIvrCommand comes once more after hangup',
    'ivr-loop-hangup-no-next',
    callback('sessionCompleted').besides('getIvrCommand', ({ sessionId }) => ({ sessionId, replyId: 'r' })),
  ),
  mutant('phrases/aws-dumb', 'awstts is not spoken', 'phrases-awstts-parameters', rtp.silence()),
  mutant('phrases/google-dumb', 'googletts is not spoken', 'phrases-googletts-parameters', rtp.silence()),
  mutant(
    'phrases/texts-cut',
    'Every text is cut after 0.4 s',
    'phrases-tts-different-texts',
    rtp.audio.during(400).silence(),
  ),
  ...(['file', 'stop', 'repeat-pause', 'repeat-pause-given'] as const).map((name) =>
    mutant(
      `phrases/background-${name}-unheeded`,
      'The background prompt is not heeded',
      `phrases-background-${name}`,
      callback('getIvrCommand').answer.drop(
        name === 'stop'
          ? '/backgroundPrompt/stop'
          : name === 'repeat-pause'
            ? '/backgroundPrompt/repeatPause'
            : '/backgroundPrompt',
      ),
    ),
  ),
  ...(['x', 'p'] as const).map((kind) =>
    mutant(
      `placeivrcall/${kind}-headers-once`,
      `Of several ${kind.toUpperCase()}- headers of a name only one is sent`,
      `placeivrcall-${kind}-headers-array`,
      sip.request('INVITE').changing((message) => {
        const seen = new Set<string>();
        message.lines = message.lines.filter((line) => {
          const name = line.slice(0, line.indexOf(':')).toLowerCase();
          const again = name.startsWith(`${kind}-`) && seen.has(name);
          seen.add(name);
          return !again;
        });
      }),
    ),
  ),
  mutant(
    'placeivrcall/x-headers-in-lower-case',
    'Names of X- headers are sent in lower case',
    'placeivrcall-x-headers-case',
    sip.request('INVITE').changing((message) => {
      message.lines = message.lines.map((line) => line.replace(/^X-[^:]*/, (name) => name.toLowerCase()));
    }),
  ),
  mutant(
    'placeivrcall/reference-lost',
    'The sessionReferenceId is not heeded',
    'placeivrcall-session-reference',
    rest('placeIvrCall').request.drop('/sessionReferenceId'),
  ),
  ...['cancel', 'decimal', 'domain'].map((name) =>
    mutant(
      `placeivrcall/rings-on-${name}`,
      'A call that rang out is not cancelled',
      `placeivrcall-max-ring-time-${name}`,
      noCancel,
    ),
  ),
  mutant(
    'placeivrcall/second-instance',
    'A call without mediaserviceId belongs to another instance',
    'placeivrcall-mediaservice-id-absent',
    rest('placeIvrCall').request.json((json) =>
      typeof json === 'object' && json !== null && !('mediaserviceId' in json)
        ? { ...json, mediaserviceId: 'second' }
        : undefined,
    ),
  ),
  mutant(
    'placeremotecall/no-invite',
    'placeRemoteCall calls nobody',
    'placeremotecall-sends-invite',
    idle('placeRemoteCall'),
  ),
  mutant(
    'placeremotecall/any-codec',
    'placeRemoteCall takes any codec',
    'placeremotecall-codec-unknown',
    takes('placeRemoteCall', ({ codec }) => typeof codec === 'string' && !['PCMA', 'PCMU', 'GSM'].includes(codec)),
  ),
  mutant(
    'placeremotecall/rings-on',
    'A call that nobody answers is not given up',
    'placeremotecall-max-ring-time-domain',
    noCancel,
  ),
  mutant(
    'promptfile/replaced-as-new',
    'A file that is replaced is told as new',
    'promptfile-put-replace',
    rest('putPromptFile')
      .when(({ status }) => status === 200)
      .status(201),
  ),
  mutant(
    'promptfile/other-bytes',
    'GET gives other bytes than were stored',
    'promptfile-get-bytes',
    rest('getPromptFile').text((text) => `${text}more`),
  ),
  mutant(
    'recording/no-riff',
    'A .wav file is no WAV',
    'recording-wav',
    rest('getPromptFile').text((text) => text.replace('WAVE', 'NONE')),
  ),
  mutant(
    'recording/too-long',
    'A recording stops 1.5 s late',
    'recording-duration',
    rest('stopRecording').request.late(1500),
  ),
  mutant(
    'recording/half-a-file',
    'A recording can be fetched before it is whole',
    'recording-whole-before-visible',
    rest('getPromptFile')
      .when(({ status }) => status === 404)
      .status(200),
  ),
  mutant(
    'sendremotecallringback/183',
    'Ringback is 183',
    'sendremotecallringback-status-180',
    sip.response('INVITE', 180).status(183, 'Session Progress'),
  ),
  mutant(
    'splitconnection/idle',
    'splitConnection does nothing',
    'splitconnection-parts-the-parties',
    idle('splitConnection'),
  ),
  mutant(
    'splitconnection/idle-and-heard',
    'After a split the parties hear each other',
    'splitconnection-silence',
    idle('splitConnection'),
  ),
  mutant(
    'splitconnection/one-event',
    'Only one participant has a callEvent',
    'splitconnection-event-per-participant',
    callback('callEvent').nth(2).lose(),
  ),
  mutant(
    'splitconnection/nameless-taken',
    'A body that names nothing is taken',
    'splitconnection-nothing-named',
    takes('splitConnection', nameless),
  ),
  mutant(
    'startrecording/any-extension',
    'A name of any extension is taken',
    'startrecording-unknown-extension',
    takes('startRecording', ({ recordingFileName }) => /\.(?!wav|mp3)\w+$|^\w+$/.test(String(recordingFileName))),
  ),
  mutant(
    'stoprecording/not-told',
    'The file of a recording that was stopped is not told',
    'stoprecording-uploads-file',
    callback('recordingReady').lose(),
  ),
  mutant(
    'stoprecording/not-recorded-taken',
    'A connection that is not recorded is taken',
    'stoprecording-not-recording',
    rest('stopRecording')
      .when(({ status }) => status === 409)
      .status(200, taken),
  ),
];
