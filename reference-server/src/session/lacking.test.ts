import { operationIds, promptOperations } from '@mediaservice/spec';
import { expect, it } from 'vitest';
import { features } from './features.ts';
import { lackingFormats, lacksAction, lacksOperation } from './lacking.ts';

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

it('lacks nothing that it is not told to, and what cannot be switched off stays', () => {
  expect(lackedBy()).toEqual({ operations: [], actions: [], formats: [] });
  expect(operations.filter((name) => !lackedBy(...features).operations.includes(name))).toEqual([
    'hangupParticipant',
    'interruptIvrCommand',
  ]);
  expect(lackingFormats({ without: features }, 'no list').size).toBe(0);
});
