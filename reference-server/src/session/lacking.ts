/** What a domain does without: it is answered as if the API did not have it (D-CLAIM). */
import type { Feature } from './features.ts';
import { isObject } from './json.ts';
import type { DomainSettings, Json } from './ports.ts';

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

const lacks = ({ without }: Lacking, feature: Feature | undefined): boolean =>
  feature !== undefined && without?.includes(feature) === true;

export const lacksAction = (domain: Lacking, action: string): boolean => lacks(domain, ofAction.get(action));

/** `operation` is an operationId of the OpenAPI document. */
export const lacksOperation = (domain: Lacking, operation: string): boolean =>
  lacks(domain, ofOperation.get(operation));

/** What is wrong with each phrase, by its place, that is of a format which the domain does without. */
export const lackingFormats = (domain: Lacking, phrases: Json | undefined): ReadonlyMap<number, string> =>
  new Map(
    (Array.isArray(phrases) ? (phrases as readonly Json[]) : []).flatMap((phrase, place) =>
      isObject(phrase) && lacks(domain, ofFormat.get(phrase.format))
        ? [[place, 'no such format in this domain'] as const]
        : [],
    ),
  );
