/**
 * Contracts of the callbacks: the service is the consumer, the application the provider. An interaction is what really
 * crossed the wire in a call, with the values of that run replaced by examples. Pure.
 */
import { type CallbackName, callbackNames, isAsking, isCallbackName, type JsonObject } from '@mediaservice/spec';
import { isObject, parseJson } from '../drivers/http.ts';
import type { HttpDetail, TimelineEntry } from '../harness/timeline.ts';
import { dereferenced, shapeOf } from './shape.ts';
import { type Interaction, type Pact, sides } from './types.ts';

/** A callback with its answer, as a scenario's timeline has it. */
export interface Exchange {
  readonly name: CallbackName;
  readonly request: JsonObject;
  readonly status: number;
  /** Absent: there was none, or none that is a JSON object. */
  readonly answer?: JsonObject;
}

/** The callbacks of a timeline that were answered as the document wants it. */
export function exchangesOf(timeline: readonly TimelineEntry[]): readonly Exchange[] {
  return timeline.flatMap(({ kind, detail }) => {
    if (kind !== 'callback' || detail.type !== 'http' || !isCallbackName(detail.operation)) return [];
    if (detail.violations.length > 0 || detail.status < 200 || detail.status > 299) return [];
    const exchange = exchangeOf(detail.operation, detail);
    return isAsking(detail.operation) && exchange.answer === undefined ? [] : [exchange];
  });
}

function exchangeOf(name: CallbackName, detail: HttpDetail): Exchange {
  const answer = isAsking(name) ? parsed(detail.responseBody) : undefined;
  return {
    name,
    request: parsed(detail.requestBody) ?? {},
    status: detail.status,
    ...(answer && { answer }),
  };
}

function parsed(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** The pact of exchanges: of those that say the same thing the first one. Interactions in the document's order, then by description. */
export function webhookPact(document: JsonObject, exchanges: readonly Exchange[]): Pact {
  const found = new Map<string, { readonly name: CallbackName; readonly interaction: Interaction }>();
  for (const exchange of exchanges) {
    const interaction = interactionOf(document, exchange);
    if (!found.has(interaction.description)) found.set(interaction.description, { name: exchange.name, interaction });
  }
  const order = (name: CallbackName): number => callbackNames.indexOf(name);
  return {
    consumer: sides.service,
    provider: sides.application,
    interactions: [...found.values()]
      .toSorted(
        (a, b) => order(a.name) - order(b.name) || (a.interaction.description < b.interaction.description ? -1 : 1),
      )
      .map(({ interaction }) => interaction),
  };
}

function interactionOf(document: JsonObject, exchange: Exchange): Interaction {
  const { name, request, answer } = exchange;
  const asked = askedFor(name, request);
  const given = answer === undefined ? undefined : answerLabel(name, answer);
  const operation = at(document, 'webhooks', name, 'post');
  const schema = (...keys: readonly string[]): unknown =>
    at(document, ...['webhooks', name, 'post', ...keys, 'content', 'application/json', 'schema']);
  const samples = samplesOf(document, operation);
  return {
    description: given === undefined ? asked : `${asked}, answered with ${given}`,
    states: given === undefined ? [] : [{ name: `the application answers ${asked} with ${given}` }],
    requirements: [],
    request: {
      path: `/${name}`,
      headers: { 'Content-Type': 'application/json' },
      body: shapeOf(document, schema('requestBody'), request, samples),
    },
    response:
      answer === undefined
        ? { status: '2xx' }
        : { status: 200, body: shapeOf(document, schema('responses', '200'), answer, (key) => volatile[key]) },
  };
}

/** What of an answer is the suite's own address or name, or an id of the call. */
const volatile: Readonly<Record<string, unknown>> = {
  sessionId: '9bb07660-c747-11ea-afa0-bd07728b88b7',
  replyId: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzIjoiOWJiMDc2NjAifQ.c2ln',
  participantId: 'da9cbeb0-c787-11eb-a47c-c9c4e460ef16',
  sessionReferenceId: 'mySessionReference',
  destAddr: 'sip:user@domain.com',
  monitorDestAddr: 'sip:monitor@domain.com',
  receiveIp: '10.0.0.1',
  receivePort: 30_000,
  recordingFileName: 'recording.wav',
  fileName: 'welcome.wav',
  url: 'https://prompts.domain.com/welcome.wav',
};

/** What a run cannot have happened to: it follows from what the scenario does. */
const settled = new Set([
  'reason',
  'codec',
  'dtmfMatch',
  'dtmfBuffer',
  'matchedTerminationKey',
  'monitoringParticipant',
]);

/** In place of the words, ids and ports of one run. */
const details = { detail: 'what helps to find the cause' };

/** The document's own examples for the callback, by property; what all callbacks share is the same everywhere. */
function samplesOf(document: JsonObject, operation: unknown): (name: string) => unknown {
  const own = flat(examplesOf(document, operation));
  const shared = flat(
    [...callbackNames].flatMap((name) => examplesOf(document, at(document, 'webhooks', name, 'post'))),
  );
  return (name) => {
    if (settled.has(name)) return undefined;
    if (name === 'errorDetails') return details;
    return name === 'sessionReferenceId' ? volatile[name] : (own.get(name) ?? shared.get(name));
  };
}

function examplesOf(document: JsonObject, operation: unknown): readonly unknown[] {
  const media = at(operation, 'requestBody', 'content', 'application/json');
  const named = isObject(media) && isObject(media.examples) ? Object.values(media.examples) : [];
  return [at(media, 'example'), ...named.map((one) => at(dereferenced(document, one), 'value'))];
}

function flat(examples: readonly unknown[]): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const walk = (value: unknown): void => {
    if (!isObject(value)) return;
    for (const [key, one] of Object.entries(value)) {
      if (isObject(one)) walk(one);
      else if (!found.has(key) && one !== null) found.set(key, one);
    }
  };
  for (const example of examples) walk(example);
  return found;
}

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((here, key) => (isObject(here) ? here[key] : undefined), value);

/** Which of the situations that a callback may be sent in it is. */
export function askedFor(name: CallbackName, body: JsonObject): string {
  switch (name) {
    case 'callNotify':
    case 'callEvent':
    case 'recordingReady':
      return `${name} ${String(body.event)}`;
    case 'alarm':
      return `alarm ${String(body.type)}: ${String(body.error).replace(/^(Invalid sip address): .*/s, '$1')}`;
    case 'sessionCompleted':
      return `sessionCompleted ${String(body.reason)}`;
    case 'callAnswered':
      if (body.remoteRtpIp !== undefined) return 'callAnswered of a device';
      if (body.monitoringParticipant === true) return 'callAnswered of a monitor';
      return body.callerParticipantId === undefined || body.calleeParticipantId === undefined
        ? 'callAnswered of an IVR call'
        : 'callAnswered of two parties';
    case 'getIvrCommand':
      return isObject(body.dtmfParams) ? `getIvrCommand after ${String(body.dtmfParams.reason)}` : 'getIvrCommand';
    case 'newCall':
    case 'getCallIdentifier':
    case 'newRemoteCall':
      return name;
    default:
      return name satisfies never;
  }
}

/** What an answer says to do, in a few words. */
function answerLabel(name: CallbackName, answer: JsonObject): string {
  if (name === 'newCall' || name === 'callEvent') return String(answer.action);
  const told = ['phrases', 'dtmf', 'backgroundPrompt', 'hangup', 'getIVRCommandAfter', 'sessionReferenceId'].filter(
    (key) => answer[key] !== undefined && (name !== 'getIvrCommand' || key !== 'sessionReferenceId'),
  );
  const formats = Array.isArray(answer.phrases)
    ? [...new Set(answer.phrases.map((one) => String(at(one, 'format'))))].join('+')
    : '';
  return told.map((key) => (key === 'phrases' ? `phrases (${formats})` : key)).join(', ') || 'nothing';
}
