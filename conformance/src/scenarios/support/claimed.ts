/** What belongs to which capability, and what nobody has: for trying what a target does not claim (D-CLAIM). */
import type { OperationName } from '../../drivers/rest/types.ts';
import type { Target } from '../../target/types.ts';
import type { Json } from './answers.ts';

/** Operations by the capability that a target must claim to have them. */
export const operations: Readonly<Record<OperationName, string>> = {
  stoprecording: 'recording',
  hangupparticipant: 'ivr',
  splitconnection: 'call-control',
  sendremotecallringback: 'cloud-ua',
  startrecording: 'recording',
  hangupcall: 'cloud-ua',
  answerremotecall: 'cloud-ua',
  placeremotecall: 'cloud-ua',
  placeivrcall: 'outbound',
  hangupremoteparticipant: 'call-control',
  interruptivrcommand: 'ivr',
};

/** Operations of the API that this target claims, or those that it does not. */
export function operationsOf({ capabilities }: Pick<Target, 'capabilities'>): {
  readonly claimed: readonly OperationName[];
  readonly lacking: readonly OperationName[];
} {
  const all = Object.keys(operations) as OperationName[];
  const { true: claimed = [], false: lacking = [] } = Object.groupBy(all, (name) =>
    capabilities.includes(operations[name]) ? 'true' : 'false',
  );
  return { claimed, lacking };
}

/**
 * A good answer with each action that can be lacking. `connect` needs somebody who waits, so it would fail anyway. Whoever is
 * called at the target's own address is nobody there, so that a call that is placed after all is over at once.
 */
const actionsFor = ({
  host,
  port,
}: Target['sip']): readonly { readonly capability: string; readonly answer: Json }[] => [
  { capability: 'ivr', answer: { action: 'ivr' } },
  { capability: 'call-control', answer: { action: 'call', destAddr: `sip:nobody@${host}:${port}` } },
  {
    capability: 'httpcall',
    answer: { action: 'httpcall', codec: 'PCMU', receiveIp: '127.0.0.1', receivePort: 40_000 },
  },
];

/** Good phrases of each format that can be lacking. */
const formats: readonly { readonly capability: string; readonly phrase: Json }[] = [
  { capability: 'tts', phrase: { format: 'awstts', awsTTSParameters: { Text: 'Hello.', VoiceId: 'Joanna' } } },
  { capability: 'tts', phrase: { format: 'googletts', googleTTSParameters: { input: { text: 'Hello.' } } } },
  { capability: 'ivr-record', phrase: { format: 'record', fileName: 'claim.wav', maxDuration: 1 } },
  { capability: 'echo', phrase: { format: 'echo', maxDuration: 1 } },
];

/** SIP extensions that can be lacking, by option tag. */
const extensions: Readonly<Record<string, string>> = { '100rel': 'reliable-provisional', timer: 'session-timers' };
/** An option tag that nobody has. */
const madeUpExtension = 'clairvoyance';

/** Option tags: those that this target does not claim behind one that nobody has, and those that it claims. */
export function extensionsOf({ capabilities }: Pick<Target, 'capabilities'>): {
  readonly claimed: readonly string[];
  readonly lacking: readonly string[];
} {
  const all = Object.entries(extensions);
  const tags = (has: boolean): readonly string[] =>
    all.filter(([, capability]) => capabilities.includes(capability) === has).map(([tag]) => tag);
  return { claimed: tags(true), lacking: [madeUpExtension, ...tags(false)] };
}

/** Extensions of file names: of a recording that nobody makes, then of those that this target does not claim to make. */
export const lackingRecordings = ({ capabilities }: Pick<Target, 'capabilities'>): readonly string[] => [
  'cassette',
  ...(capabilities.includes('recording-mp3') ? [] : ['mp3']),
];

/** An action that no API has first, then those that this target does not claim. */
export const lackingActions = ({ capabilities, sip }: Pick<Target, 'capabilities' | 'sip'>): readonly Json[] => [
  { action: 'levitate' },
  ...actionsFor(sip)
    .filter(({ capability }) => !capabilities.includes(capability))
    .map(({ answer }) => answer),
];

/** As `lackingActions`, of phrases. */
export const lackingPhrases = ({ capabilities }: Pick<Target, 'capabilities'>): readonly Json[] => [
  { format: 'smoke' },
  ...formats.filter(({ capability }) => !capabilities.includes(capability)).map(({ phrase }) => phrase),
];
