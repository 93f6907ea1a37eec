/** What a domain does without: it is answered as if the API did not have it (D-CLAIM). */
import type { Feature } from './features.ts';
import { isObject, type Json } from './json.ts';
import type { DomainSettings } from './ports/domains.ts';

type Lacking = Pick<DomainSettings, 'without'>;

const ofAction: ReadonlyMap<string, Feature> = new Map([
  ['call', 'call-control'],
  ['connect', 'call-control'],
  ['httpcall', 'httpcall'],
]);

const ofFormat: ReadonlyMap<Json | undefined, Feature> = new Map([
  ['awstts', 'tts'],
  ['googletts', 'tts'],
  ['record', 'ivr-record'],
  ['echo', 'echo'],
]);

const ofOperation: ReadonlyMap<string, Feature> = new Map([
  ['startRecording', 'recording'],
  ['stopRecording', 'recording'],
  ['placeIvrCall', 'outbound'],
  ['splitConnection', 'call-control'],
  ['hangupRemoteParticipant', 'call-control'],
  ...(['placeRemoteCall', 'answerRemoteCall', 'sendRemoteCallRingback', 'hangupCall'] as const).map(
    (name) => [name, 'cloud-ua'] as const,
  ),
  ...(['putPromptFile', 'getPromptFile', 'deletePromptFile'] as const).map((name) => [name, 'prompts'] as const),
]);

/** By option tag (RFC 3261 section 19.2). */
const ofExtension: ReadonlyMap<string, Feature> = new Map([
  ['100rel', 'reliable-provisional'],
  ['timer', 'session-timers'],
]);

const lacks = ({ without }: Lacking, feature: Feature | undefined): boolean =>
  feature !== undefined && without?.includes(feature) === true;

/** Of what has no name in the API by which it is asked for. */
export const lacksFeature = (domain: Lacking, feature: Feature): boolean => lacks(domain, feature);

export const lacksAction = (domain: Lacking, action: string): boolean => lacks(domain, ofAction.get(action));

/** `operation` is an operationId of the OpenAPI document. */
export const lacksOperation = (domain: Lacking, operation: string): boolean =>
  lacks(domain, ofOperation.get(operation));

/** Whether a recording of this name would be of a format that the domain does without. */
export const lacksRecording = (domain: Lacking, fileName: string): boolean =>
  /\.mp3$/i.test(fileName) && lacks(domain, 'recording-mp3');

/** Option tags of the SIP extensions that the domain takes no part in. */
export const lackingExtensions = (domain: Lacking): readonly string[] =>
  [...ofExtension].flatMap(([tag, feature]) => (lacks(domain, feature) ? [tag] : []));

/** What is wrong with each phrase, by its place, that is of a format which the domain does without. */
export const lackingFormats = (domain: Lacking, phrases: Json | undefined): ReadonlyMap<number, string> =>
  new Map(
    (Array.isArray(phrases) ? (phrases as readonly Json[]) : []).flatMap((phrase, place) =>
      isObject(phrase) && lacks(domain, ofFormat.get(phrase.format))
        ? [[place, 'no such format in this domain'] as const]
        : [],
    ),
  );
