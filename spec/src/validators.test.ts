import { describe, expect, expectTypeOf, it } from 'vitest';
import type { CallbackAnswer, CallbackBody, OperationBody } from './types.ts';
import { validateCallbackAnswer, validateCallbackBody, validateOperationBody } from './validators.ts';

const sessionId = '9bb07660-c747-11ea-afa0-bd07728b88b7';
const keywords = (violations: readonly { pointer: string; keyword: string }[]) =>
  violations.map(({ pointer, keyword }) => `${pointer} ${keyword}`);

describe('validateOperationBody', () => {
  it.each([
    ['an array where an object is due', [], [' type']],
    ['no destAddr', {}, ['/destAddr required']],
    ['a number as destAddr', { destAddr: 7 }, ['/destAddr type']],
    ['a destAddr that is no SIP URI', { destAddr: 'http://a' }, ['/destAddr pattern']],
    ['CR and LF in a header', { destAddr: 'sip:a@b', xHeaders: { 'x-a': 'b\r\nc: d' } }, ['/xHeaders/x-a anyOf']],
    ['NUL in one of several', { destAddr: 'sip:a@b', pHeaders: { 'p-a': ['b', '\0'] } }, ['/pHeaders/p-a anyOf']],
    [
      'a header outside X-',
      { destAddr: 'sip:a@b', xHeaders: { via: 'b' } },
      ['/xHeaders pattern', '/xHeaders propertyNames'],
    ],
    ['a line break in the display name', { destAddr: 'sip:a@b', displayName: 'a\nb' }, ['/displayName pattern']],
    ['a ring time as text', { destAddr: 'sip:a@b', maxRingTime: '3' }, ['/maxRingTime type']],
    ['two faults at once', { destAddr: 7, callerPrivacy: 'yes' }, ['/callerPrivacy type', '/destAddr type']],
  ])('placeIvrCall refuses %s', (_name, body, expected) => {
    expect(keywords(validateOperationBody('placeIvrCall', body)).toSorted()).toEqual(expected);
  });

  it.each([
    ['nothing but destAddr', { destAddr: 'sip:a@b' }],
    ['a property that nobody knows', { destAddr: 'sips:a@b', colour: 'red' }],
    ['decimals of a second', { destAddr: 'SIP:a@b', maxRingTime: 1.5 }],
    ['any JSON as reference', { destAddr: 'sip:a@b', sessionReferenceId: [null, { a: 1 }] }],
    ['headers in any case', { destAddr: 'sip:a@b', xHeaders: { 'X-Ab': ['c', 'd'] }, pHeaders: {} }],
  ])('placeIvrCall takes %s', (_name, body) => {
    expect(validateOperationBody('placeIvrCall', body)).toEqual([]);
  });

  it('says in one sentence which properties could name the call (D-TARGET)', () => {
    expect(validateOperationBody('hangupParticipant', {})).toEqual([
      { pointer: '', message: 'must have at least one of participantId, replyId, sessionId', keyword: 'anyOf' },
    ]);
  });

  it.each([
    ['recording.wav', 0],
    ['..', 1],
    ['a/b.wav', 1],
    ['a\\b.wav', 1],
    ['a\0.wav', 1],
    ['..wav', 0],
  ])('startRecording and the name %j: %i violations (D-FILE)', (recordingFileName, count) => {
    expect(validateOperationBody('startRecording', { replyId: 'r', recordingFileName })).toHaveLength(count);
  });
});

describe('validateCallbackBody', () => {
  it.each([
    ['text', '5473001594892095000'],
    ['a number, as the sample has it (D-TYPE)', 5473001594892095000],
  ])('takes sipCallId as %s', (_name, sipCallId) => {
    expect(validateCallbackBody('newCall', { sessionId, calledParty: 'ivr', sipCallId })).toEqual([]);
  });

  it.each([
    ['calledParty, whose sample is text, as a number', { calledParty: 5 }, '/calledParty type'],
    ['null for what has no value (D-OPT)', { calledParty: 'ivr', subject: null }, '/subject type'],
    ['an empty sessionId', { sessionId: '', calledParty: 'ivr' }, '/sessionId minLength'],
    ['an unknown privacy', { calledParty: 'ivr', callingPartyPrivacy: 'hidden' }, '/callingPartyPrivacy enum'],
  ])('newCall refuses %s', (_name, change, expected) => {
    expect(keywords(validateCallbackBody('newCall', { sessionId, ...change }))).toEqual([expected]);
  });

  it.each([
    ['12', 0],
    [12, 0],
    [{}, 1],
    [null, 1],
  ])('sessionDuration %j: %i violations', (sessionDuration, count) => {
    expect(validateCallbackBody('sessionCompleted', { sessionId, sessionDuration })).toHaveLength(count);
  });

  it.each([
    ['maxDuration', 0],
    ['Invalid sip address: nobody', 0],
    ['unexpectedReinviteResponse', 0],
    ['something else', 1],
  ])('alarm error %s: %i violations', (error, count) => {
    expect(validateCallbackBody('alarm', { type: 'callError', error })).toHaveLength(count);
  });
});

describe('validateCallbackAnswer', () => {
  it.each([
    ['no action', {}, ['/action required']],
    ['an unknown action', { action: 'dance' }, ['/action enum']],
    ['a drop code out of range', { action: 'drop', dropCode: 200 }, ['/dropCode minimum']],
    ['a port of 0', { action: 'httpcall', receivePort: 0 }, ['/receivePort minimum']],
    ['a header to copy outside X- and P-', { action: 'call', copyHeaders: ['Via'] }, ['/copyHeaders/0 pattern']],
    [
      'a phrase in a greeting without format',
      { action: 'call', greeting: { caller: { phrases: [{}] } } },
      ['/greeting/caller/phrases/0/format required'],
    ],
  ])('newCall refuses %s', (_name, answer, expected) => {
    expect(keywords(validateCallbackAnswer('newCall', answer))).toEqual(expected);
  });

  it.each([
    ['an empty command, which fails later (D-LOOP)', {}],
    [
      'null in what the format has no use for (D-NULL)',
      { phrases: [{ format: 'file', fileName: 'a.wav', awsTTSParameters: null }] },
    ],
    ['seconds as time to live', { phrases: [{ format: 'url', url: 'http://a/b.wav', cacheTimeToLive: 60 }] }],
    ['all digits as keys', { dtmf: { terminationKey: '0123456789*#ABCD' } }],
  ])('getIvrCommand takes %s', (_name, answer) => {
    expect(validateCallbackAnswer('getIvrCommand', answer)).toEqual([]);
  });

  // Held to a limit by the time that a test may take: the errors of each header once cost a look at all others.
  it('tells what is wrong in a time that grows with the answer, not with its square', () => {
    const xHeaders = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`x-${i}`, {}]));
    expect(validateCallbackAnswer('newCall', { action: 'call', xHeaders })).toHaveLength(60_000);
  });

  it.each([
    ['are no objects', 1],
    ['have no format', {}],
  ] as const)('does so for very many phrases that %s', (_name, phrase) => {
    const phrases = Array.from({ length: 150_000 }, () => phrase);
    const found = validateCallbackAnswer('getIvrCommand', { phrases });
    expect(found).toHaveLength(150_000);
    expect(found.at(-1)?.pointer).toMatch(/^\/phrases\/149999/);
  });

  it('takes null as replyId of an answer to getIvrCommand like its absence (D-REPLYCOPY)', () => {
    expect(validateCallbackAnswer('getIvrCommand', { hangup: true, replyId: null })).toEqual([]);
  });

  it('takes anything from an application whose answer nobody looks at', () => {
    expect(validateCallbackAnswer('callNotify', 'whatever')).toEqual([]);
  });
});

describe('types', () => {
  it('say what the document says', () => {
    expectTypeOf<OperationBody<'placeIvrCall'>>().toHaveProperty('destAddr').toEqualTypeOf<string>();
    expectTypeOf<OperationBody<'stopRecording'>['replyId']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<CallbackBody<'newCall'>['sipCallId']>().toEqualTypeOf<string | number | undefined>();
    expectTypeOf<CallbackAnswer<'newCall'>['action']>().toEqualTypeOf<
      'drop' | 'ivr' | 'call' | 'httpcall' | 'connect'
    >();
    expectTypeOf<CallbackAnswer<'callNotify'>>().toEqualTypeOf<unknown>();
    const phrases: CallbackAnswer<'getIvrCommand'>['phrases'] = [{ format: 'file', fileName: 'hello.wav' }];
    expect(validateCallbackAnswer('getIvrCommand', { phrases })).toEqual([]);
  });
});
