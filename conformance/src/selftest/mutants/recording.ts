/** Recordings and the files of the prompt storage. */
import { callback, mutant, rest } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

const fetched = rest('getPromptFile').when(({ status }) => status === 200);

/** A WAV that says of its samples that there are twice as many a second. */
function twiceAsFast(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const at = bytes.indexOf('fmt ', 0, 'latin1');
  if (at < 0) return text;
  bytes.writeUInt32LE(2 * bytes.readUInt32LE(at + 12), at + 12);
  return bytes.toString('latin1');
}

/** A WAV that is silent from its middle on. */
function halfSilent(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const at = bytes.indexOf('data', 0, 'latin1');
  if (at < 0) return text;
  return bytes.fill(0, at + 8 + Math.floor(bytes.readUInt32LE(at + 4) / 2)).toString('latin1');
}

/** The samples of a WAV of 16 bit stereo, two at a time, the left one first. */
function pairs(text: string, make: (left: number, right: number) => readonly [left: number, right: number]): string {
  const bytes = Buffer.from(text, 'latin1');
  const at = bytes.indexOf('data', 0, 'latin1');
  if (at < 0) return text;
  for (let i = at + 8; i + 4 <= bytes.length; i += 4) {
    const [left, right] = make(bytes.readInt16LE(i), bytes.readInt16LE(i + 2));
    bytes.writeInt16LE(left, i);
    bytes.writeInt16LE(right, i + 2);
  }
  return bytes.toString('latin1');
}

const event = ({ sessionId, domain = 'conformance.example' }: Readonly<Record<string, unknown>>) => ({
  ...{ sessionId, domain, event: 'callingPartyDrop', connectionId: 'c', replyId: 'r' },
  ...{ participantId: 'p', remoteParticipantId: 'q', user: '1', remoteUser: '2' },
});

export const recording: readonly Mutant[] = [
  mutant(
    'recording/no-wav',
    'A recording whose name ends in .wav is none',
    'recording-wav',
    fetched.text((text) => text.replace(/^RIFF/, 'FORM')),
    { scenarios: ['recording/two-voices'] },
  ),
  mutant(
    'recording/sides-exchanged',
    'A recording has the first party right and the other left',
    'recording-stereo',
    fetched.text((text) => pairs(text, (left, right) => [right, left])),
    { scenarios: ['recording/two-voices'] },
  ),
  mutant(
    'recording/softer',
    'What a party says is 6 dB softer in the recording',
    'recording-content',
    fetched.text((text) => pairs(text, (left, right) => [left >> 1, right >> 1])),
    { scenarios: ['recording/two-voices'] },
  ),
  mutant(
    'recording/half-as-long',
    'A recording is half as long as the time between start and stop',
    'recording-duration',
    fetched.text(twiceAsFast),
    { scenarios: ['recording/two-voices'] },
  ),
  mutant(
    'recording/ends-at-the-hold',
    'What is said behind a hold is not in the recording',
    'recording-hold',
    fetched.text(halfSilent),
    { scenarios: ['recording/hold-inactive'] },
  ),
  mutant(
    'recording/visible-at-once',
    'A recording can be fetched while it goes on',
    'recording-whole-before-visible',
    rest('getPromptFile')
      .when(({ status }) => status === 404)
      .status(200),
    { scenarios: ['recording/visible-when-whole'] },
  ),
  mutant(
    'startrecording/any-extension',
    'startRecording takes a name with an extension that nobody knows',
    'startrecording-unknown-extension',
    rest('startRecording')
      .when(({ asked }) => /^conversation/.test(String(asked?.body.recordingFileName)))
      .status(200, { success: true }),
    { scenarios: ['startrecording/names'] },
  ),
  mutant(
    'stoprecording/nothing-to-stop',
    'stopRecording of a connection that is not recorded is taken',
    'stoprecording-not-recording',
    rest('stopRecording')
      .when(({ status }) => status === 409)
      .status(200, { success: true }),
    { scenarios: ['stoprecording/not-recording'] },
  ),
  mutant(
    'stoprecording/told-when-the-call-ends',
    'recordingReady comes when a party has gone, not when the recording was stopped',
    'stoprecording-uploads-file',
    callback('recordingReady').besides('callEvent', event),
    { scenarios: ['recording/two-voices'] },
  ),
  mutant(
    'promptfile/other-bytes',
    'GET gives other bytes than those that were stored',
    'promptfile-get-bytes',
    fetched.text((text) => `${text.slice(0, -1)}~`),
    { scenarios: ['promptfile/stored-and-fetched'] },
  ),
  mutant(
    'promptfile/never-replaced',
    'PUT of a name that is there leaves the old file',
    'promptfile-put-replace',
    rest('putPromptFile')
      .request.nth(2)
      .fate({ answer: { status: 200, json: { success: true } } }),
    { scenarios: ['promptfile/stored-and-fetched'] },
  ),
];
