import { type CallbackName, type JsonObject, loadOpenApi } from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import type { HttpDetail, TimelineEntry } from '../harness/timeline.ts';
import { askedFor, type Exchange, exchangesOf, webhookPact } from './recorded.ts';

const http = (more: Partial<HttpDetail>): TimelineEntry => ({
  ...{ at: 0, seq: 0, kind: 'callback', from: 'target', to: 'application', summary: '' },
  detail: {
    ...{
      type: 'http',
      operation: 'newCall',
      method: 'POST',
      url: '/newCall',
      requestHeaders: {},
      requestBody: '{"sessionId":"1"}',
    },
    ...{ status: 200, responseHeaders: {}, responseBody: '{"action":"ivr"}', ms: 1, violations: [] },
    ...more,
  },
});

describe('exchanges of a timeline', () => {
  it.each<[what: string, entry: TimelineEntry, count: number]>([
    ['an answered question', http({}), 1],
    ['a notification without a body', http({ operation: 'callNotify', responseBody: '' }), 1],
    ['a question that was answered with nothing', http({ responseBody: '' }), 0],
    ['a failed one', http({ status: 500 }), 0],
    [
      'one that breaks the document',
      http({
        violations: [{ culprit: 'application', where: 'response', pointer: '/body', message: 'x', intended: true }],
      }),
      0,
    ],
    ['an operation', { ...http({}), kind: 'rest' }, 0],
  ])('%s', (_, entry, count) => {
    expect(exchangesOf([entry])).toHaveLength(count);
  });
});

it.each<[CallbackName, Record<string, unknown>, string]>([
  ['callEvent', { event: 'calledPartyDrop' }, 'callEvent calledPartyDrop'],
  ['getIvrCommand', {}, 'getIvrCommand'],
  ['getIvrCommand', { dtmfParams: { reason: 'maxDigits' } }, 'getIvrCommand after maxDigits'],
  [
    'alarm',
    { type: 'callEventError', error: 'Invalid sip address: x\ny' },
    'alarm callEventError: Invalid sip address',
  ],
  ['callAnswered', { callerParticipantId: '1', calleeParticipantId: '2' }, 'callAnswered of two parties'],
  ['callAnswered', { callerParticipantId: '1' }, 'callAnswered of an IVR call'],
  ['callAnswered', { remoteRtpIp: '10.0.0.1' }, 'callAnswered of a device'],
])('%s with %j is %s', (name, body, words) => {
  expect(askedFor(name, body)).toBe(words);
});

describe('the pact of exchanges', () => {
  const newCall = (answer: Record<string, unknown>, sessionId: string): Exchange => ({
    ...{ name: 'newCall', request: { sessionId, callingParty: 'caller7' }, status: 200 },
    answer: { ...answer, sessionReferenceId: `run ${sessionId}` },
  });
  const pact = (...exchanges: readonly Exchange[]) => webhookPact(loadOpenApi(), exchanges).interactions;

  it('has each kind of answer once, in an order that does not hang on the run', () => {
    const [drop, ivr] = [newCall({ action: 'drop' }, 'a'), newCall({ action: 'ivr' }, 'b')];
    const names = ['newCall, answered with drop', 'newCall, answered with ivr'];
    expect(pact(ivr, drop, ivr).map(({ description }) => description)).toEqual(names);
  });

  it('has nothing in it that only one run had', () => {
    expect(pact(newCall({ action: 'ivr' }, 'a'))).toEqual(pact(newCall({ action: 'ivr' }, 'b')));
  });

  it('has no details of one fault: they are of a run', () => {
    const alarm = (errorDetails: JsonObject): Exchange => ({
      ...{ name: 'alarm', status: 204 },
      request: { type: 'callError', error: 'invalidSdp', errorDetails },
    });
    expect(pact(alarm({ participantId: 'a' }))).toEqual(pact(alarm({ participantId: 'b', phrase: 1 })));
    expect(pact(alarm({ participantId: 'a' }))[0]?.request.body.value).toHaveProperty('errorDetails.detail');
  });

  it('takes any success for the answer to a notification', () => {
    const [told] = pact({ name: 'callNotify', request: { event: 'ringing', sessionId: '1' }, status: 204 });
    expect(told?.response).toEqual({ status: '2xx' });
  });
});
