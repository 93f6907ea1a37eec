import { operationIds, promptOperations } from '@mediaservice/spec';
import { expect, it } from 'vitest';
import { features } from './features.ts';
import { lackingExtensions, lackingFormats, lacksAction, lacksOperation, lacksRecording } from './lacking.ts';

const operations = [...operationIds, ...Object.keys(promptOperations)];
const actions = ['drop', 'ivr', 'call', 'connect', 'httpcall', 'levitate'];
const formats = ['file', 'url', 'awstts', 'googletts', 'record', 'echo', 'smoke'];

const lackedBy = (...without: readonly (typeof features)[number][]) => {
  const phrases = formats.map((format) => ({ format }));
  return {
    operations: operations.filter((name) => lacksOperation({ without }, name)),
    actions: actions.filter((name) => lacksAction({ without }, name)),
    formats: [...lackingFormats({ without }, phrases).keys()].map((place) => formats[place]),
  };
};

it.each([
  ['call-control', ['hangupRemoteParticipant', 'splitConnection'], ['call', 'connect'], []],
  ['httpcall', [], ['httpcall'], []],
  ['recording', ['startRecording', 'stopRecording'], [], []],
  ['outbound', ['placeIvrCall'], [], []],
  ['cloud-ua', ['answerRemoteCall', 'hangupCall', 'placeRemoteCall', 'sendRemoteCallRingback'], [], []],
  ['prompts', ['deletePromptFile', 'getPromptFile', 'putPromptFile'], [], []],
  ['tts', [], [], ['awstts', 'googletts']],
  ['ivr-record', [], [], ['record']],
  ['echo', [], [], ['echo']],
] as const)('a domain without %s has none of its parts, and all others', (feature, names, acts, kinds) => {
  const lacked = lackedBy(feature);
  expect({ ...lacked, operations: lacked.operations.toSorted() }).toEqual({
    operations: names,
    actions: acts,
    formats: kinds,
  });
});

it.each([
  ['reliable-provisional', ['100rel'], []],
  ['session-timers', ['timer'], []],
  ['recording-mp3', [], ['a.mp3', 'b.MP3']],
  ['recording', [], []],
] as const)('a domain without %s takes no part in its extension, and has not its format', (feature, tags, names) => {
  const domain = { without: [feature] };
  expect(lackingExtensions(domain)).toEqual(tags);
  expect(['a.mp3', 'b.MP3', 'a.wav', 'mp3.wav'].filter((name) => lacksRecording(domain, name))).toEqual(names);
});

it('lacks nothing that it is not told to, and what cannot be switched off stays', () => {
  expect(lackedBy()).toEqual({ operations: [], actions: [], formats: [] });
  expect(lackingExtensions({})).toEqual([]);
  expect(lacksRecording({}, 'a.mp3')).toBe(false);
  expect(operations.filter((name) => !lackedBy(...features).operations.includes(name))).toEqual([
    'hangupParticipant',
    'interruptIvrCommand',
  ]);
  expect(lackingFormats({ without: features }, 'no list').size).toBe(0);
});
